// Compares an answer with the golden one, and says where they first differ. Pure.
import { PerchError } from '../errors.ts';
import { parseAnswer, type Answer } from './golden-json.ts';

/** Characters of a value that a difference shows at most. */
const shownLength = 40;

/**
 * The first difference of an answer from the golden one, in the order of the golden one, such as
 * "predictions[0].scores[3]: 0.71 instead of 0.93"; undefined where they agree.
 *
 * Both are UTF-8 JSON in TensorFlow Serving's dialect (NaN, Infinity and -Infinity bare). Strings, booleans and null are
 * compared exactly, lists by place, objects by key: no key may be missing or be there in addition. Numbers may differ by
 * `tolerance`, absolute or in relation to the golden one; those that both wrote as integers by its absolute value only,
 * since classes and ids that are near one another have nothing in common. NaN agrees with NaN, an infinity with the same one.
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
  return difference('', got, parseAnswer(golden), tolerance);
}

function difference(path: string, got: Answer, golden: Answer, tolerance: number): string | undefined {
  if (isNumber(got) && isNumber(golden)) {
    return isNear(got, golden, tolerance) ? undefined : instead(path, got, golden);
  }
  if (isList(got) && isList(golden)) {
    return listDifference(path, got, golden, tolerance);
  }
  if (isObject(got) && isObject(golden)) {
    return objectDifference(path, got, golden, tolerance);
  }
  return got === golden ? undefined : instead(path, got, golden);
}

function listDifference(
  path: string,
  got: readonly Answer[],
  golden: readonly Answer[],
  tolerance: number,
): string | undefined {
  if (got.length !== golden.length) {
    return at(path, `${elements(got.length)} instead of ${golden.length}`);
  }
  for (const [index, expected] of golden.entries()) {
    const found = difference(`${path}[${index}]`, got[index] ?? null, expected, tolerance);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function objectDifference(
  path: string,
  got: ReadonlyMap<string, Answer>,
  golden: ReadonlyMap<string, Answer>,
  tolerance: number,
): string | undefined {
  for (const [key, expected] of golden) {
    const value = got.get(key);
    const found =
      value === undefined
        ? at(keyPath(path, key), `missing instead of ${shown(expected)}`)
        : difference(keyPath(path, key), value, expected, tolerance);
    if (found !== undefined) {
      return found;
    }
  }
  const extra = [...got].find(([key]) => !golden.has(key));
  return extra && at(keyPath(path, extra[0]), `${shown(extra[1])}, which the golden answer does not have`);
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

function instead(path: string, got: Answer, golden: Answer): string {
  return at(path, `${shown(got)} instead of ${shown(golden)}`);
}

function at(path: string, what: string): string {
  return `${path === '' ? 'the answer' : path}: ${what}`;
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
