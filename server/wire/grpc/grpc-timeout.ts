// The header field `grpc-timeout` (grpc/doc/PROTOCOL-HTTP2.md, "Timeout").

/** Milliseconds of each unit. */
const unitMs = new Map([
  ['H', 3_600_000],
  ['M', 60_000],
  ['S', 1_000],
  ['m', 1],
  ['u', 1e-3],
  ['n', 1e-6],
]);

const mostDigits = 8;

/** Milliseconds, 0 or more; undefined where `value` is not one to eight digits and a unit. */
export function parseTimeout(value: string): number | undefined {
  const digits = value.length - 1;
  if (digits < 1 || digits > mostDigits) {
    return undefined;
  }
  let amount = 0;
  for (let at = 0; at < digits; at++) {
    const digit = value.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) {
      return undefined;
    }
    amount = 10 * amount + digit;
  }
  const unit = unitMs.get(value.charAt(digits));
  return unit === undefined ? undefined : amount * unit;
}
