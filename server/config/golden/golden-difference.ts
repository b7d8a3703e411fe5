// Compares an answer with the golden one, and says where they differ. Pure.
import { PerchError } from '../../errors.ts';
import { parseAnswer, type Answer } from './answer-json.ts';

/** Largest difference of a number where a golden request says nothing else (GoldenRequest.tolerance). */
export const defaultTolerance = 1e-4;

/** Characters of a value that a difference shows at most. */
const shownLength = 40;

/** One place where an answer differs from the golden one. */
export interface GoldenDifference {
  /** Where, such as "predictions[0].scores[3]"; empty for the whole answer. */
  readonly path: string;
  /** What, such as "0.71 instead of 0.93". */
  readonly what: string;
}

/**
 * The first difference of an answer from the golden one, in the order of the golden one, such as
 * "predictions[0].scores[3]: 0.71 instead of 0.93"; undefined where they agree. The rules are those of `goldenDifferences`.
 */
export function goldenDifference(
  answer: Uint8Array | string,
  golden: Uint8Array | string,
  tolerance: number,
): string | undefined {
  let got: Answer;
  try {
    got = parseAnswer(answer);
  } catch (error) {
    return `the answer is not JSON: ${PerchError.from(error).message}`;
  }
  const [first] = goldenDifferences(got, parseAnswer(golden), tolerance);
  return first && differenceText(first);
}

/** "predictions[0].scores[3]: 0.71 instead of 0.93". */
export function differenceText({ path, what }: GoldenDifference): string {
  return `${path === '' ? 'the answer' : path}: ${what}`;
}

/**
 * Every difference of an answer from the golden one, in the order of the golden one; found one after the other.
 *
 * Strings, booleans and null are compared exactly, lists by place, objects by key: no key may be missing or be there in
 * addition. Numbers may differ by `tolerance`, absolute or in relation to the golden one; those that both wrote as integers by
 * its absolute value only, since classes and ids that are near one another have nothing in common. NaN agrees with NaN, an
 * infinity with the same one.
 */
export function goldenDifferences(
  answer: Answer,
  golden: Answer,
  tolerance: number,
): Generator<GoldenDifference, undefined> {
  return differences('', answer, golden, tolerance);
}

/**
 * `answer` with the golden one's number wherever it is near enough: printed beside the golden one, only what really differs
 * looks different.
 */
export function withoutNearness(answer: Answer, golden: Answer, tolerance: number): Answer {
  if (isNumber(answer) && isNumber(golden)) {
    return isNear(answer, golden, tolerance) ? golden : answer;
  }
  if (isList(answer) && isList(golden)) {
    return answer.map((value, index) => withoutNearness(value, golden[index] ?? null, tolerance));
  }
  if (isObject(answer) && isObject(golden)) {
    const both = [...golden.keys()].filter((key) => answer.has(key));
    const extra = [...answer.keys()].filter((key) => !golden.has(key));
    const near = (key: string): Answer =>
      withoutNearness(answer.get(key) ?? null, golden.get(key) ?? null, tolerance);
    return new Map([...both, ...extra].map((key) => [key, near(key)]));
  }
  return answer;
}

function* differences(
  path: string,
  got: Answer,
  golden: Answer,
  tolerance: number,
): Generator<GoldenDifference, undefined> {
  if (isNumber(got) && isNumber(golden)) {
    if (!isNear(got, golden, tolerance)) {
      yield instead(path, got, golden);
    }
  } else if (isList(got) && isList(golden)) {
    yield* listDifferences(path, got, golden, tolerance);
  } else if (isObject(got) && isObject(golden)) {
    yield* objectDifferences(path, got, golden, tolerance);
  } else if (got !== golden) {
    yield instead(path, got, golden);
  }
}

function* listDifferences(
  path: string,
  got: readonly Answer[],
  golden: readonly Answer[],
  tolerance: number,
): Generator<GoldenDifference, undefined> {
  if (got.length !== golden.length) {
    yield { path, what: `${elements(got.length)} instead of ${golden.length}` };
    return;
  }
  for (const [index, expected] of golden.entries()) {
    const value = got[index] ?? null;
    // Most elements are numbers that agree: they need no path and no generator.
    if (!(isNumber(value) && isNumber(expected) && isNear(value, expected, tolerance))) {
      yield* differences(`${path}[${index}]`, value, expected, tolerance);
    }
  }
}

function* objectDifferences(
  path: string,
  got: ReadonlyMap<string, Answer>,
  golden: ReadonlyMap<string, Answer>,
  tolerance: number,
): Generator<GoldenDifference, undefined> {
  for (const [key, expected] of golden) {
    const value = got.get(key);
    if (value === undefined) {
      yield { path: keyPath(path, key), what: `missing instead of ${shown(expected)}` };
    } else {
      yield* differences(keyPath(path, key), value, expected, tolerance);
    }
  }
  for (const [key, value] of got) {
    if (!golden.has(key)) {
      yield { path: keyPath(path, key), what: `${shown(value)}, which the golden answer does not have` };
    }
  }
}

function isNear(got: number | bigint, golden: number | bigint, tolerance: number): boolean {
  if (typeof got === 'bigint' && typeof golden === 'bigint') {
    return Number(got > golden ? got - golden : golden - got) <= tolerance;
  }
  const [left, right] = [Number(got), Number(golden)];
  if (!Number.isFinite(left) || !Number.isFinite(right)) {
    return Object.is(left, right);
  }
  return Math.abs(left - right) <= tolerance * Math.max(1, Math.abs(right));
}

function isNumber(value: Answer): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isList(value: Answer): value is readonly Answer[] {
  return Array.isArray(value);
}

function isObject(value: Answer): value is ReadonlyMap<string, Answer> {
  return value instanceof Map;
}

function instead(path: string, got: Answer, golden: Answer): GoldenDifference {
  return { path, what: `${shown(got)} instead of ${shown(golden)}` };
}

function keyPath(path: string, key: string): string {
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(key)) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === '' ? key : `${path}.${key}`;
}

function shown(value: Answer): string {
  if (isList(value)) {
    return `a list of ${elements(value.length)}`;
  }
  if (isObject(value)) {
    return 'an object';
  }
  if (typeof value === 'string') {
    const isLong = value.length > shownLength;
    return isLong ? `${JSON.stringify(value.slice(0, shownLength)).slice(0, -1)}…"` : JSON.stringify(value);
  }
  return String(value);
}

function elements(count: number): string {
  return `${count} ${count === 1 ? 'element' : 'elements'}`;
}
