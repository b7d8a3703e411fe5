// Golden requests as tests: a request is sent, and its answer is what was expected or not. No vscode in here.
import {
  parseRequestFile,
  type Expectation,
  type RequestFile,
} from '../../server/config/golden/request-file.ts';
import type { AdminClient } from '../daemon/admin-client.ts';
import { AdminError } from '../daemon/admin-error.ts';
import { ask, judge, type Verdict } from '../requests/ask.ts';

/** A request file with an expected answer. */
export type GoldenTest = RequestFile & {
  readonly expect: Expectation;
  /** Where the expected answer begins, counted from 0. */
  readonly line: number;
};

/** Undefined for what is no request file, or expects nothing. */
export function goldenTestIn(text: string): GoldenTest | undefined {
  const read = parseRequestFile(text);
  if (read.kind === 'problem') {
    return undefined;
  }
  const { expect, places } = read.value;
  return (
    expect && { ...read.value, expect, line: text.slice(0, places.expect?.start).split('\n').length - 1 }
  );
}

/** The test as it is asked of this version, whatever its file says; of what its file says where none is given. */
export function against(test: GoldenTest, version: string | undefined): GoldenTest {
  return version === undefined ? test : { ...test, version, label: undefined };
}

/** What came of a test. */
export type GoldenOutcome =
  | { readonly kind: 'passed'; readonly version: string }
  | {
      readonly kind: 'failed';
      readonly version: string;
      readonly verdict: Extract<Verdict, { readonly kind: 'differs' }>;
    }
  /** In the server's words. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'cancelled' };

/** Asks, and compares. Never rejects for what the server says. */
export async function runGolden(
  client: Pick<AdminClient, 'channel'>,
  test: GoldenTest,
  signal: AbortSignal,
): Promise<GoldenOutcome> {
  try {
    const { version, json } = await ask(client, test, signal);
    const verdict = judge(test.expect, json);
    return verdict.kind === 'agrees' ? { kind: 'passed', version } : { kind: 'failed', version, verdict };
  } catch (reason) {
    if (signal.aborted) {
      return { kind: 'cancelled' };
    }
    if (AdminError.is(reason)) {
      return { kind: 'refused', message: reason.message };
    }
    throw reason;
  }
}
