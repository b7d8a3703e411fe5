// Reads the body of a REST classify or regress request into examples.
import { PerchError } from '../errors.ts';
import { Base64Decoding } from './base64.ts';
import { noFeatures, type ExampleBatch, type Feature, type Features } from './example.ts';
import { JsonDocument, nextTurn, turnBytes, type JsonSteps } from './json-document.ts';
import { excerpt, jsonTypeOf } from './json-excerpt.ts';
import { JsonScanner } from './json-scanner.ts';
import { byte } from './json-string.ts';
import { PartTally } from './part-tally.ts';
import { float32Max } from './json-tensor.ts';

/** A classify or regress request. String values may be views on its bytes. */
export interface ExamplesBody {
  /** As in the body, unchecked. */
  readonly signatureName?: string;
  readonly batch: ExampleBatch;
}

/**
 * Reads `{"signature_name"?, "context"?: {…}, "examples": [{<feature>: <value or list>}]}` by the rules and in the words
 * of TensorFlow Serving's REST API.
 *
 * Numbers without fraction and exponent, and booleans, make an int64_list; other numbers a float_list; strings and
 * `{"b64": "…"}` a bytes_list; `[]` a feature without values.
 * @throws PerchError JSON_INVALID, JSON_TOO_DEEP, JSON_VALUE_WRONG, REQUEST_TOO_LARGE
 */
export function* parseExamplesBody(bytes: Uint8Array, piece = turnBytes): JsonSteps<ExamplesBody> {
  const document = yield* JsonDocument.read(new JsonScanner(bytes, piece), [
    'signature_name',
    'context',
    'examples',
  ]);
  const signatureName = document.signatureName();
  const tally = new PartTally();
  const contextValue = document.valueOf('context');
  const context = contextValue === undefined ? noFeatures : yield* readExample(contextValue, tally);
  const list = document.valueOf('examples');
  if (list === undefined) {
    throw document.error("When method is classify, key 'examples' is expected and was not found");
  }
  if (list.peek() !== byte.OPEN_LIST) {
    throw document.error("Expecting 'examples' value to be an list/array");
  }
  list.open();
  if (list.closeIfEmpty(byte.CLOSE_LIST)) {
    throw document.error("'examples' value is an empty array");
  }
  const examples: Features[] = [];
  do {
    examples.push(yield* readExample(list, tally));
  } while (list.nextElement());
  return { ...(signatureName !== undefined && { signatureName }), batch: { examples, context } };
}

function* readExample(scanner: JsonScanner, tally: PartTally): JsonSteps<Features> {
  tally.add();
  const next = scanner.peek();
  if (next !== byte.OPEN_OBJECT) {
    throw wrong(`Example must be JSON object but got JSON ${jsonTypeOf(next)}`);
  }
  scanner.open();
  if (scanner.closeIfEmpty(byte.CLOSE_OBJECT)) {
    return noFeatures;
  }
  const features = new Map<string, Feature>();
  do {
    while (scanner.position >= scanner.turnEnd || !scanner.isStringReady()) {
      yield* nextTurn(scanner);
    }
    const name = scanner.key();
    features.set(name, yield* readFeature(scanner, name, tally));
  } while (scanner.nextMember());
  return features;
}

function* readFeature(scanner: JsonScanner, name: string, tally: PartTally): JsonSteps<Feature> {
  tally.add();
  const values = new FeatureValues(name, tally);
  const isList = scanner.peek() === byte.OPEN_LIST;
  if (isList) {
    scanner.open();
    if (scanner.closeIfEmpty(byte.CLOSE_LIST)) {
      return values.finish();
    }
  }
  do {
    while (scanner.position >= scanner.turnEnd || !values.read(scanner)) {
      yield* nextTurn(scanner);
    }
  } while (isList && scanner.nextElement());
  return values.finish();
}

/** The values of one feature while they are read; the first one's kind is the kind of all. */
class FeatureValues {
  readonly #name: string;
  readonly #tally: PartTally;
  #kind: Feature['kind'] = 'none';
  readonly #strings: Uint8Array[] = [];
  #floats = new Float32Array();
  #integers = new BigInt64Array();
  /** Of the numbers. */
  #count = 0;
  /** The base64 that is next, while it is decoded. */
  #decoding: Base64Decoding | undefined;

  constructor(name: string, tally: PartTally) {
    this.#name = name;
    this.#tally = tally;
  }

  /** Reads a value; false where it is a long string, of which a piece was read. */
  read(scanner: JsonScanner): boolean {
    const next = scanner.peek();
    switch (next) {
      case byte.QUOTE:
        this.#expect('bytes');
        if (!scanner.isStringReady()) {
          return false;
        }
        this.#tally.add();
        this.#strings.push(scanner.string());
        return true;
      case byte.OPEN_OBJECT:
        return this.#readBase64(scanner);
      case byte.LOWER_T:
      case byte.LOWER_F:
        this.#expect('int64');
        this.#addInteger(scanner, scanner.boolean() ? 1n : 0n);
        return true;
      case byte.OPEN_LIST:
      case byte.LOWER_N:
        throw this.#unexpectedType(next);
      default:
        this.#readNumber(scanner);
        return true;
    }
  }

  finish(): Feature {
    switch (this.#kind) {
      case 'bytes':
        return { kind: 'bytes', values: this.#strings };
      case 'float':
        return { kind: 'float', values: this.#floats.subarray(0, this.#count) };
      case 'int64':
        return { kind: 'int64', values: this.#integers.subarray(0, this.#count) };
      case 'none':
        return { kind: 'none' };
    }
  }

  #readBase64(scanner: JsonScanner): boolean {
    if (!scanner.isBase64Ready()) {
      return false;
    }
    const start = scanner.position;
    const encoded = scanner.base64Object();
    if (encoded === undefined) {
      throw this.#unexpectedType(byte.OPEN_OBJECT);
    }
    this.#expect('bytes');
    const decoding = (this.#decoding ??= new Base64Decoding(encoded));
    if (!decoding.goOn(scanner.turnBytes)) {
      scanner.position = start;
      return false;
    }
    this.#decoding = undefined;
    const { decoded } = decoding;
    if (decoded === undefined) {
      throw wrong('Unable to base64 decode');
    }
    this.#tally.add();
    this.#strings.push(decoded);
    return true;
  }

  #readNumber(scanner: JsonScanner): void {
    const start = scanner.position;
    const value = scanner.number();
    const integer = integerOf(scanner, value);
    if (integer === undefined) {
      this.#expect('float');
      if (Math.abs(value) > float32Max && Math.abs(value) < Infinity) {
        scanner.position = start;
        throw wrong(`Cannot convert JSON value: ${excerpt(scanner)} to float without loss of precision.`);
      }
      if (this.#count === this.#floats.length) {
        const grown = new Float32Array(roomFor(this.#count, scanner));
        grown.set(this.#floats);
        this.#floats = grown;
      }
      this.#floats[this.#count++] = value;
      return;
    }
    this.#expect('int64');
    if (integer >= 2n ** 63n) {
      throw wrong(`Feature: ${this.#name} has uint64 element. Only int64 is supported.`);
    }
    this.#addInteger(scanner, integer);
  }

  #addInteger(scanner: JsonScanner, value: bigint): void {
    if (this.#count === this.#integers.length) {
      const grown = new BigInt64Array(roomFor(this.#count, scanner));
      grown.set(this.#integers);
      this.#integers = grown;
    }
    this.#integers[this.#count++] = value;
  }

  #expect(kind: Exclude<Feature['kind'], 'none'>): void {
    if (this.#kind !== 'none' && this.#kind !== kind) {
      throw wrong(`Unexpected element type in feature: ${this.#name} expecting type: ${this.#kind}`);
    }
    this.#kind = kind;
  }

  #unexpectedType(next: number): PerchError {
    return wrong(`Feature: ${this.#name} has element with unexpected JSON type: ${jsonTypeOf(next)}`);
  }
}

/** How many elements to make room for where `count` are full: few at first, then all that can come. */
function roomFor(count: number, { bytes, position }: JsonScanner): number {
  // The system gives memory only for what is written, and to copy megabytes would hold up others.
  return count < 4096 ? Math.max(8, 2 * count) : count + Math.ceil((bytes.length - position) / 2);
}

/** The number read last, if it is written as an integer that fits into int64 or uint64: RapidJSON's notion of one. */
function integerOf(scanner: JsonScanner, value: number): bigint | undefined {
  // The size first, lest a number of a million digits becomes a BigInt.
  if (!scanner.isInteger || Math.abs(value) > 2 ** 64) {
    return undefined;
  }
  if (Number.isSafeInteger(value)) {
    return BigInt(value);
  }
  const exact = scanner.exactInteger();
  return exact >= -(2n ** 63n) && exact < 2n ** 64n ? exact : undefined;
}

function wrong(message: string): PerchError {
  return new PerchError('JSON_VALUE_WRONG', message);
}
