// Reads the requests that carry tf.Examples: ClassificationRequest, RegressionRequest and MultiInferenceRequest.
import { noFeatures, readExample, type ExampleBatch, type Feature, type Features } from './example.ts';
import { readModelSpec, type RequestedModel } from './model-spec.ts';
import { PartTally } from './part-tally.ts';
import { WireReader, fieldTag, wireType } from './wire-reader.ts';

/** A ClassificationRequest or a RegressionRequest: on the wire they are the same. */
export interface ExampleRequest {
  /** Undefined if the request has no model_spec at all. */
  readonly modelSpec?: RequestedModel;
  readonly batch: ExampleBatch;
}

/** What MultiInference is asked to make of the examples. */
export interface InferenceTask {
  /** Undefined if the task has no model_spec at all. */
  readonly modelSpec?: RequestedModel;
  /** Such as `tensorflow/serving/classify`; unchecked. */
  readonly methodName: string;
}

/** A MultiInferenceRequest: several tasks on the same examples. */
export interface MultiInferenceRequest {
  readonly tasks: readonly InferenceTask[];
  readonly batch: ExampleBatch;
}

const firstTag = fieldTag(1, wireType.LENGTH_DELIMITED);
const secondTag = fieldTag(2, wireType.LENGTH_DELIMITED);

/**
 * Decodes a ClassificationRequest or a RegressionRequest. Unknown fields are skipped, occurrences of a message merge.
 * @throws PerchError REQUEST_MALFORMED, REQUEST_TOO_LARGE
 */
export function decodeExampleRequest(bytes: Uint8Array): ExampleRequest {
  const reader = new WireReader(bytes);
  let modelSpec: RequestedModel | undefined;
  const input = new InputReader();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === firstTag) {
      modelSpec = readModelSpec(reader, modelSpec);
    } else if (tag === secondTag) {
      input.read(reader);
    } else {
      reader.skip(tag);
    }
  }
  return { ...(modelSpec !== undefined && { modelSpec }), batch: input.batch() };
}

/**
 * Decodes a MultiInferenceRequest.
 * @throws PerchError REQUEST_MALFORMED, REQUEST_TOO_LARGE
 */
export function decodeMultiInferenceRequest(bytes: Uint8Array): MultiInferenceRequest {
  const reader = new WireReader(bytes);
  const tasks: InferenceTask[] = [];
  const tally = new PartTally();
  const input = new InputReader();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === firstTag) {
      tally.add();
      tasks.push(readTask(reader));
    } else if (tag === secondTag) {
      input.read(reader);
    } else {
      reader.skip(tag);
    }
  }
  return { tasks, batch: input.batch() };
}

function readTask(reader: WireReader): InferenceTask {
  let modelSpec: RequestedModel | undefined;
  let methodName = '';
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === firstTag) {
      modelSpec = readModelSpec(reader, modelSpec);
    } else if (tag === secondTag) {
      methodName = reader.string();
    } else {
      reader.skip(tag);
    }
  }
  reader.leave(outer);
  return { ...(modelSpec !== undefined && { modelSpec }), methodName };
}

/** Gathers an Input: lists of one kind are joined, one of the other kind replaces them. */
class InputReader {
  #hasContext = false;
  #examples: Features[] = [];
  #context = new Map<string, Feature>();
  #rawExamples: Uint8Array[] = [];
  #rawContext: Uint8Array[] = [];
  readonly #tally = new PartTally();

  /** Reads one Input whose tag was just read. */
  read(reader: WireReader): void {
    const outer = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === firstTag || tag === secondTag) {
        const hasContext = tag === secondTag;
        if (hasContext !== this.#hasContext) {
          this.#hasContext = hasContext;
          this.#examples = [];
          this.#context = new Map();
          this.#rawExamples = [];
          this.#rawContext = [];
        }
        this.#readList(reader);
      } else {
        reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  batch(): ExampleBatch {
    return {
      examples: this.#examples,
      context: this.#context.size === 0 ? noFeatures : this.#context,
      raw: { examples: this.#rawExamples, context: this.#rawContext },
    };
  }

  /** ExampleList or ExampleListWithContext: the examples are field 1 of both. */
  #readList(reader: WireReader): void {
    const outer = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === firstTag) {
        this.#tally.add();
        const start = reader.position;
        this.#examples.push(readExample(reader, this.#tally));
        this.#rawExamples.push(withoutLength(reader.bytes.subarray(start, reader.position)));
      } else if (tag === secondTag && this.#hasContext) {
        const start = reader.position;
        readExample(reader, this.#tally, this.#context);
        this.#rawContext.push(withoutLength(reader.bytes.subarray(start, reader.position)));
      } else {
        reader.skip(tag);
      }
    }
    reader.leave(outer);
  }
}

/** What a length-delimited field holds: its bytes without the varint before them. */
function withoutLength(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while ((bytes[start] ?? 0) > 127) {
    start++;
  }
  return bytes.subarray(start + 1);
}
