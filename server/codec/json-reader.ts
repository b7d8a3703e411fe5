// Reads the body of a REST predict request, in row or columnar form, straight from its bytes into tensors.
import { PerchError } from '../errors.ts';
import {
  JsonDocument,
  nextTurn,
  readMembers,
  skip,
  textOf,
  turnBytes,
  type JsonSteps,
} from './json-document.ts';
import { excerpt, shortened } from './json-excerpt.ts';
import { JsonScanner } from './json-scanner.ts';
import { byte } from './json-string.ts';
import { JsonTensorBuilder } from './json-tensor.ts';
import { PartTally } from './part-tally.ts';
import type { Signature, Tensor } from './tensor.ts';

/** `row`: "instances", answered by "predictions". `columnar`: "inputs", answered by "outputs". */
export type PredictFormat = 'row' | 'columnar';

/** A predict request. String values may be views on its bytes. */
export interface PredictBody {
  readonly format: PredictFormat;
  /** As in the body, unchecked. */
  readonly signatureName?: string;
  /** In the order of the signature. */
  readonly inputs: Map<string, Tensor>;
}

const signatureNameKey = Buffer.from('"signature_name"');

/**
 * The signature_name of a predict request, for finding the signature that `parsePredictBody` needs.
 *
 * Where the bytes cannot hold that key this is one fast search, and syntax errors are left to `parsePredictBody`;
 * otherwise the whole document is checked.
 * @throws PerchError as `parsePredictBody`, but for what needs the signature
 */
export function* readSignatureName(bytes: Uint8Array, piece = turnBytes): JsonSteps<string | undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const mayHaveKey = buffer.includes(signatureNameKey) || buffer.includes('\\');
  return mayHaveKey ? yield* outlineOf(bytes, piece) : undefined;
}

/**
 * The string at a top-level key; undefined where there is none, or something else. What is wrong with the document is left to
 * `parsePredictBody`.
 */
export function* readTopLevelText(bytes: Uint8Array, key: string): JsonSteps<string | undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!buffer.includes(JSON.stringify(key)) && !buffer.includes('\\')) {
    return undefined;
  }
  try {
    const document = yield* JsonDocument.read(new JsonScanner(bytes, turnBytes), [key]);
    const scanner = document.valueOf(key);
    return scanner?.peek() === byte.QUOTE ? textOf(scanner.string()) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a predict request by the rules of TensorFlow Serving's REST API, `piece` bytes in a step.
 *
 * Exactly one of "instances" (a list of values for the only input, or of objects with exactly the input names) and
 * "inputs" (the value of the only input, or an object with all of them; names beyond these are ignored). Of equal keys the
 * first counts; other top-level keys and anything behind the document are ignored. As there, what is wrong with the whole
 * document is reported before what is wrong with one value.
 * @throws PerchError JSON_INVALID, JSON_TOO_DEEP, JSON_VALUE_WRONG, INPUT_NAMES_WRONG, REQUEST_TOO_LARGE
 */
export function* parsePredictBody(
  bytes: Uint8Array,
  signature: Signature,
  piece = turnBytes,
): JsonSteps<PredictBody> {
  try {
    return yield* readBody(bytes, signature, piece);
  } catch (error) {
    if (PerchError.is(error, 'JSON_VALUE_WRONG') || PerchError.is(error, 'INPUT_NAMES_WRONG')) {
      yield* outlineOf(bytes, piece);
    }
    throw error;
  }
}

function* readBody(bytes: Uint8Array, signature: Signature, piece: number): JsonSteps<PredictBody> {
  const scanner = new JsonScanner(bytes, piece);
  let signatureName: string | undefined;
  let format: PredictFormat | undefined;
  let inputs = new Map<string, Tensor>();
  yield* readMembers(scanner, function* (key) {
    const next = scanner.peek();
    if (key === 'signature_name' && signatureName === undefined && next === byte.QUOTE) {
      while (!scanner.isStringReady()) {
        yield* nextTurn(scanner);
      }
      signatureName = textOf(scanner.string());
    } else if (key === 'instances' && format === undefined) {
      format = 'row';
      inputs = yield* readInstances(scanner, signature);
    } else if (key === 'inputs' && format === undefined) {
      format = 'columnar';
      inputs = yield* readInputs(scanner, signature);
    } else {
      if (key === 'signature_name' || key === 'instances' || key === 'inputs') {
        // Given twice, or both, or of the wrong type: rare, and whether that is an error depends on the order.
        yield* outlineOf(bytes, piece);
      }
      yield* skip(scanner);
    }
  });
  if (format === undefined) {
    throw wrong("Missing 'inputs' or 'instances' key");
  }
  return { format, inputs, ...(signatureName !== undefined && { signatureName }) };
}

const outlineKeys = ['signature_name', 'instances', 'inputs'] as const;

/** Checks all that can be checked without a signature, in TensorFlow Serving's order; gives the signature's name. */
function* outlineOf(bytes: Uint8Array, piece: number): JsonSteps<string | undefined> {
  const document = yield* JsonDocument.read(new JsonScanner(bytes, piece), outlineKeys);
  const signatureName = document.signatureName();
  const instances = document.valueOf('instances');
  const inputs = document.valueOf('inputs');
  if (instances === undefined) {
    if (inputs === undefined) {
      throw wrong("Missing 'inputs' or 'instances' key");
    }
    return signatureName;
  }
  if (inputs !== undefined) {
    throw document.error(
      "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist",
    );
  }
  if (instances.peek() !== byte.OPEN_LIST) {
    throw document.error("Expecting 'instances' to be an list/array");
  }
  instances.open();
  if (instances.closeIfEmpty(byte.CLOSE_LIST)) {
    throw document.error("No values in 'instances' array");
  }
  return signatureName;
}

function* readInstances(scanner: JsonScanner, { inputs, named }: Signature): JsonSteps<Map<string, Tensor>> {
  if (scanner.peek() !== byte.OPEN_LIST) {
    throw wrong("Expecting 'instances' to be an list/array");
  }
  const builders = newBuilders(inputs);
  const [only] = builders.values();
  scanner.open();
  if (scanner.closeIfEmpty(byte.CLOSE_LIST)) {
    throw wrong("No values in 'instances' array");
  }
  const areObjects = yield* isNamedObject(scanner);
  if (!areObjects && builders.size !== 1) {
    throw wrong(
      'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map',
    );
  }
  let index = 0;
  do {
    const isObject = scanner.peek() === byte.OPEN_OBJECT && (yield* isNamedObject(scanner));
    if (areObjects !== isObject) {
      const [expected, got] = areObjects ? ['object', 'list'] : ['value/list', 'object'];
      throw wrong(`Expecting ${expected} but got ${got} at item ${index} of input list`);
    }
    if (scanner.position >= scanner.turnEnd) {
      yield* nextTurn(scanner);
    }
    if (areObjects) {
      yield* readInstanceObject(scanner, builders, index, named?.optionalInputs);
    } else if (only !== undefined) {
      while (!readSomeOfItem(scanner, only, index)) {
        yield* nextTurn(scanner);
      }
    }
    index++;
  } while (scanner.nextElement());
  return finish(builders, (builder) => builder.batch());
}

function* readInstanceObject(
  scanner: JsonScanner,
  builders: ReadonlyMap<string, JsonTensorBuilder>,
  index: number,
  optional: readonly string[] | undefined,
): JsonSteps<void> {
  scanner.peek();
  const start = scanner.position;
  let keys = 0;
  scanner.open();
  if (!scanner.closeIfEmpty(byte.CLOSE_OBJECT)) {
    do {
      while (!scanner.isStringReady()) {
        yield* nextTurn(scanner);
      }
      const key = scanner.key();
      const builder = builders.get(key);
      if (builder === undefined) {
        throw namesWrong(ofInstance(index, key, `JSON object: does not have named input: ${shortened(key)}`));
      }
      // Twice in this object, or left out of one before it.
      if (builder.items !== index) {
        throw unequalKeys(scanner, builders, start, index);
      }
      while (!readSomeOfItem(scanner, builder, index, key)) {
        yield* nextTurn(scanner);
      }
      keys++;
    } while (scanner.nextMember());
  }
  if (keys !== builders.size && !areLeftOut(builders, index, optional)) {
    throw unequalKeys(scanner, builders, start, index);
  }
}

/** Whether what the instance lacks are inputs that a request may leave out, and that no instance has. */
function areLeftOut(
  builders: ReadonlyMap<string, JsonTensorBuilder>,
  index: number,
  optional: readonly string[] = [],
): boolean {
  return [...builders].every(
    ([name, { items }]) => items === index + 1 || (items === 0 && optional.includes(name)),
  );
}

function readSomeOfItem(
  scanner: JsonScanner,
  builder: JsonTensorBuilder,
  index: number,
  key?: string,
): boolean {
  try {
    return builder.readItem(scanner);
  } catch (error) {
    throw PerchError.is(error, 'JSON_VALUE_WRONG') ? wrong(ofInstance(index, key, error.message)) : error;
  }
}

/** The text of an error in one of the instances. */
function ofInstance(index: number, key: string | undefined, message: string): string {
  const where = key === undefined ? `element: ${index}` : `element: ${index} key: ${shortened(key)}`;
  return `Failed to process ${where} of 'instances' list. Error: INVALID_ARGUMENT: ${message}`;
}

function unequalKeys(
  scanner: JsonScanner,
  builders: ReadonlyMap<string, JsonTensorBuilder>,
  start: number,
  index: number,
): PerchError {
  scanner.position = start;
  const names = [...builders.keys()].sort().join();
  const value = excerpt(scanner);
  return namesWrong(
    `Failed to process element: ${index} of 'instances' list. JSON object: ${value} keys must be equal to: ${names}`,
  );
}

function* readInputs(scanner: JsonScanner, { inputs, named }: Signature): JsonSteps<Map<string, Tensor>> {
  const builders = newBuilders(inputs);
  if (!(yield* isNamedObject(scanner))) {
    const [only] = builders.values();
    if (only === undefined || builders.size !== 1) {
      throw wrong(
        'inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map',
      );
    }
    while (!only.readItem(scanner)) {
      yield* nextTurn(scanner);
    }
    return finish(builders, (builder) => builder.single());
  }
  scanner.open();
  if (!scanner.closeIfEmpty(byte.CLOSE_OBJECT)) {
    do {
      while (!scanner.isStringReady()) {
        yield* nextTurn(scanner);
      }
      const builder = builders.get(scanner.key());
      if (builder?.items === 0) {
        while (!builder.readItem(scanner)) {
          yield* nextTurn(scanner);
        }
      } else {
        yield* skip(scanner);
      }
    } while (scanner.nextMember());
  }
  for (const [name, { items }] of builders) {
    if (items === 0 && named?.optionalInputs.includes(name) !== true) {
      throw namesWrong(`Missing named input: ${name} in 'inputs' object.`);
    }
  }
  return finish(builders, (builder) => builder.single());
}

function newBuilders(inputs: Signature['inputs']): Map<string, JsonTensorBuilder> {
  const tally = new PartTally();
  return new Map(inputs.map(({ name, dtype }) => [name, new JsonTensorBuilder(dtype, tally)]));
}

function finish(
  builders: ReadonlyMap<string, JsonTensorBuilder>,
  build: (builder: JsonTensorBuilder) => Tensor,
): Map<string, Tensor> {
  const given = [...builders].filter(([, { items }]) => items > 0);
  return new Map(given.map(([name, builder]) => [name, build(builder)]));
}

/** Whether an object is next that is not `{"b64": "…"}`, which is a value. */
function* isNamedObject(scanner: JsonScanner): JsonSteps<boolean> {
  if (scanner.peek() !== byte.OPEN_OBJECT) {
    return false;
  }
  while (!scanner.isBase64Ready()) {
    yield* nextTurn(scanner);
  }
  const start = scanner.position;
  const isValue = scanner.base64Object() !== undefined;
  scanner.position = start;
  return !isValue;
}

function wrong(message: string): PerchError {
  return new PerchError('JSON_VALUE_WRONG', message);
}

function namesWrong(message: string): PerchError {
  return new PerchError('INPUT_NAMES_WRONG', message);
}
