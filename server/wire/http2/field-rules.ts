// What every field of a header list has to be like (RFC 9113 §8.2).
import type { HeaderField } from './contract.ts';

/** A rule that a header list breaks: the request is malformed (RFC 9113 §8.1.1). */
export interface Malformed {
  readonly kind: 'malformed';
  readonly rule: string;
  readonly text: string;
}

/** Makes one. */
export function malformed(rule: string, text: string): Malformed {
  return { kind: 'malformed', rule, text };
}

/** A name is a token without capitals (RFC 9113 §8.2.1, RFC 9110 §5.6.2). */
const lowerCaseToken = /^[-!#$%&'*+.^_`|~0-9a-z]+$/;

/** Fields that are about an HTTP/1.1 connection (RFC 9113 §8.2.2). */
const connectionSpecific = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** What is wrong with a field that is not a pseudo-header field; undefined: nothing. */
export function fieldError([name, value]: HeaderField): Malformed | undefined {
  if (!lowerCaseToken.test(name)) {
    return name.startsWith(':')
      ? malformed('RFC 9113 §8.3', 'A pseudo-header field stands behind other fields, or in trailers.')
      : malformed('RFC 9113 §8.2.1', 'The name of a field has characters that it must not have.');
  }
  if (connectionSpecific.has(name)) {
    return malformed('RFC 9113 §8.2.2', `The field ${name} is not allowed in HTTP/2.`);
  }
  if (name === 'te' && value.toLowerCase() !== 'trailers') {
    return malformed('RFC 9113 §8.2.2', 'The field te says something else than trailers.');
  }
  return valueError(value);
}

/**
 * What is wrong with the value of any field; undefined: nothing. Besides NUL, CR and LF, other control characters are no
 * part of a value either (RFC 9110 §5.5), and would end up in logs.
 */
export function valueError(value: string): Malformed | undefined {
  const { length } = value;
  for (let at = 0; at < length; at++) {
    const code = value.charCodeAt(at);
    if ((code < 0x20 && code !== tab) || code === del) {
      return malformed('RFC 9113 §8.2.1', 'The value of a field has a control character.');
    }
  }
  if (length > 0 && (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(length - 1)))) {
    return malformed('RFC 9113 §8.2.1', 'The value of a field begins or ends with a blank.');
  }
  return undefined;
}

const tab = 0x09;
const space = 0x20;
const del = 0x7f;

function isBlank(code: number): boolean {
  return code === space || code === tab;
}
