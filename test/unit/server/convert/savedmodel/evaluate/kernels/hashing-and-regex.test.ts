// Hashes of all lengths, and 150 patterns on 40 texts, against TensorFlow 2.21; patterns and texts that would explode elsewhere.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { farmFingerprint64 } from '../../../../../../../server/convert/savedmodel/evaluate/hashing/farm-hash.ts';
import { legacyHash64 } from '../../../../../../../server/convert/savedmodel/evaluate/hashing/legacy-hash.ts';
import { sipHash64 } from '../../../../../../../server/convert/savedmodel/evaluate/hashing/sip-hash.ts';
import {
  bigintOfWord,
  wordOfBigint,
} from '../../../../../../../server/convert/savedmodel/evaluate/hashing/word64.ts';
import { RegexBudget } from '../../../../../../../server/convert/savedmodel/evaluate/regex/regex-matcher.ts';
import {
  matcherFor,
  parseRewrite,
  replaceMatches,
} from '../../../../../../../server/convert/savedmodel/evaluate/regex/regex-replace.ts';
import { Unsupported } from '../../../../../../../server/convert/savedmodel/unsupported.ts';
import { readLines } from './oracle-cases.ts';

interface HashLine {
  readonly length: number;
  readonly fingerprint: string;
  readonly strong: string;
  readonly legacy: string;
}

interface RegexLine {
  readonly texts?: readonly string[];
  readonly pattern: string;
  readonly error?: string;
  readonly whole: string;
  readonly replaced: readonly string[];
}

/** The bytes that the oracle hashed. */
function bytesOfLength(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + length * 13) % 256);
}

describe('hashing', () => {
  it('gives the hashes of TensorFlow for all lengths', () => {
    const key = [wordOfBigint(123456789012345n), wordOfBigint(-5n)] as const;
    for (const { length, fingerprint, strong, legacy } of readLines('hashes') as readonly HashLine[]) {
      const bytes = bytesOfLength(length);
      assert.equal(String(bigintOfWord(farmFingerprint64(bytes))), fingerprint, `fingerprint of ${length}`);
      assert.equal(String(bigintOfWord(sipHash64(bytes, key)) % 2n ** 62n), strong, `strong of ${length}`);
      assert.equal(String(bigintOfWord(legacyHash64(bytes)) % 2n ** 62n), legacy, `legacy of ${length}`);
    }
  });
});

describe('regular expressions', () => {
  const [first, ...lines] = readLines('regex') as readonly RegexLine[];
  const texts = (first?.texts ?? []).map((hex) => Buffer.from(hex, 'hex'));
  const rewrite = parseRewrite(Buffer.from('[\\0]'));

  it('match and replace as RE2', () => {
    for (const { pattern, whole, replaced } of lines.filter(({ error }) => error === undefined)) {
      const matcher = matcherFor(Buffer.from(pattern));
      texts.forEach((text, i) => {
        const budget = new RegexBudget();
        assert.equal(
          matcher.matchesWhole(text, budget),
          whole[i] === '1',
          `${pattern} on ${text.toString()}`,
        );
        const result = Buffer.from(replaceMatches(matcher, text, rewrite, true, budget)).toString('hex');
        assert.equal(result, replaced[i], `${pattern} in ${text.toString()}`);
      });
    }
  });

  it('refuse what RE2 refuses', () => {
    for (const { pattern, error } of lines.filter((line) => line.error !== undefined)) {
      // Of repetitions inside each other RE2 names another one.
      const expected = pattern === '(a{100}){11}' ? /invalid repetition size/u : { message: error ?? '' };
      assert.throws(() => matcherFor(Buffer.from(pattern)), expected, pattern);
    }
  });

  it('take no exponential time', () => {
    const text = Buffer.from(`${'a'.repeat(20_000)}b`);
    for (const pattern of ['(a*)*c', '(a|a)*c', '(a+)+$', '((a?){20}a{20})*c', '(x+x+)+y']) {
      assert.equal(matcherFor(Buffer.from(pattern)).matchesWhole(text, new RegexBudget()), false);
    }
  });

  it('end with a named error where they cost too much', () => {
    const matcher = matcherFor(Buffer.from('(a?){500}a{500}$'));
    const text = Buffer.from('a'.repeat(10_000));
    assert.throws(() => matcher.matchesWhole(text, new RegexBudget(1000)), { code: 'INFERENCE_FAILED' });
  });

  it('refuse patterns that are too large, too deep, or go by bytes and by characters', () => {
    for (const pattern of [
      '\\Cä',
      '(?s).\\C',
      `(?:${'(?:\\pL{1,30}){1,30}'.repeat(200)})`,
      `${'('.repeat(2000)}${')'.repeat(2000)}`,
    ]) {
      assert.throws(() => matcherFor(Buffer.from(pattern)), Unsupported);
    }
  });
});
