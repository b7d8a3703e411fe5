// Writes tf.Examples (tensorflow/core/example) for models that parse them themselves.
import type { ExampleBatch, Feature, Features } from './example.ts';
import { fieldTag, wireType } from './wire-reader.ts';
import { WireWriter, delimitedSize, varint64Size } from './wire-writer.ts';

const firstTag = fieldTag(1, wireType.LENGTH_DELIMITED);
const secondTag = fieldTag(2, wireType.LENGTH_DELIMITED);
/** The field of each list in Feature's oneof. */
const listTags = {
  bytes: fieldTag(1, wireType.LENGTH_DELIMITED),
  float: fieldTag(2, wireType.LENGTH_DELIMITED),
  int64: fieldTag(3, wireType.LENGTH_DELIMITED),
} as const;

/**
 * Each example of the batch as a serialized tensorflow.Example, with the context's bytes before its own, as TensorFlow
 * Serving puts them: who parses it merges the two, and of two features of one name takes the example's own. The bytes of
 * the request where it brought some.
 */
export function serializeExamples({ examples, context, raw }: ExampleBatch): Uint8Array[] {
  if (raw !== undefined) {
    return raw.examples.map((example) => joined([...raw.context, example]));
  }
  const before = context.size === 0 ? [] : [encodeExample(context)];
  return examples.map((example) => joined([...before, encodeExample(example)]));
}

/** A tensorflow.Example of these features, in their order. */
export function encodeExample(features: Features): Uint8Array {
  const entries = Array.from(features, ([name, feature]) =>
    delimited(
      firstTag,
      joined([delimited(firstTag, Buffer.from(name)), delimited(secondTag, encodeFeature(feature))]),
    ),
  );
  return delimited(firstTag, joined(entries));
}

function encodeFeature(feature: Feature): Uint8Array {
  switch (feature.kind) {
    case 'none':
      return new Uint8Array();
    case 'bytes':
      return delimited(listTags.bytes, joined(feature.values.map((value) => delimited(firstTag, value))));
    case 'float':
      return delimited(listTags.float, delimited(firstTag, bytesOf(feature.values)));
    case 'int64':
      return delimited(listTags.int64, delimited(firstTag, packed(feature.values)));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function packed(values: BigInt64Array): Uint8Array {
  const halves = Array.from(values, (value) => {
    const bits = BigInt.asUintN(64, value);
    return [Number(bits & 0xffffffffn), Number(bits >> 32n)] as const;
  });
  const writer = new WireWriter(halves.reduce((sum, [low, high]) => sum + varint64Size(low, high), 0));
  halves.forEach(([low, high]) => writer.varint64(low, high));
  return writer.bytes;
}

function delimited(tag: number, value: Uint8Array): Uint8Array {
  const writer = new WireWriter(delimitedSize(value.length));
  writer.bytesField(tag, value);
  return writer.bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
