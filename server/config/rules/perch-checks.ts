// What several rules of perch.pbtxt ask of values. Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import type { PerchCode } from './perch-codes.ts';
import type { Placed } from './rule-tree.ts';

/** Takes findings of perch.pbtxt; all are errors. */
export type TellPerch = (code: PerchCode, at: Span, message: string) => void;

/** A whole number of percent from `least` to 100; `what` begins the sentence. */
export function checkPercent(
  percent: Placed<bigint> | undefined,
  least: bigint,
  what: string,
  tell: TellPerch,
): void {
  if (percent !== undefined && (percent.value < least || percent.value > 100n)) {
    tell('perch/percent', percent.at, `${what} is ${least} to 100, not ${percent.value}.`);
  }
}

/** A version, where it is written. */
export function checkVersion(version: Placed<bigint> | undefined, tell: TellPerch): void {
  if (version !== undefined && version.value < 0n) {
    tell('perch/version', version.at, `Versions are 0 and up; this is ${version.value}.`);
  }
}
