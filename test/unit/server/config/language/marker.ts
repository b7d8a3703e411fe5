// Texts with a cursor in them, and what lies around the configs of these tests.
import type { OnnxSignature } from '../../../../../server/models/onnx-signature.ts';
import type { ModelDirectoryFacts, Surroundings } from '../../../../../server/config/surroundings.ts';
import { configSchema } from '../../../../../server/config/config-schema.ts';
import type { ConfigKind } from '../../../../../server/config/config-kind.ts';
import type { PlainMessage } from '../../../../../server/textproto/plain-message.ts';
import { decodeMessage } from '../../../../../server/textproto/decode.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import type { Document } from '../../../../../server/textproto/syntax-tree.ts';

/** A text and the offset of the `|` that was in it. */
export interface Marked {
  readonly document: Document;
  readonly offset: number;
}

/** The text without its one `|`, which marks the offset. Throws if there is not exactly one. */
export function marked(text: string): Marked {
  const offset = text.indexOf('|');
  if (offset === -1 || text.includes('|', offset + 1)) {
    throw new Error('The text needs exactly one | in it.');
  }
  return { document: parseDocument(text.slice(0, offset) + text.slice(offset + 1)), offset };
}

/** A classifier of digits: any number of them at once. */
export const digits: OnnxSignature = {
  inputs: [{ name: 'x', dataType: 'TYPE_FP32', dims: ['N', 784] }],
  outputs: [
    { name: 'probabilities', dataType: 'TYPE_FP32', dims: ['N', 10] },
    { name: 'label', dataType: 'TYPE_INT64', dims: ['N'] },
  ],
  producer: 'test',
  opset: 17,
};

/** A directory with versions 1 and 3; the newer one is of `signature`. */
export function modelDirectory(name: string, signature: OnnxSignature = digits): ModelDirectoryFacts {
  return {
    name,
    versions: [
      { name: '1', number: 1n, files: ['model.onnx'], problem: 'The file ends in the middle.' },
      { name: '3', number: 3n, files: ['model.onnx', 'model_int8.onnx'], signature },
    ],
    directories: ['1', '3', 'warmup'],
    files: new Set(['config.pbtxt', 'labels.txt', 'warmup/first.bin']),
  };
}

/** The message that a config of `kind` means. */
export function decoded(text: string, kind: ConfigKind = 'model'): PlainMessage {
  return decodeMessage(parseDocument(text), configSchema(kind)).value;
}

/** Around the config of a model `digits` in a repository with a model `resize`. */
export const repository: Surroundings = {
  directory: modelDirectory('digits'),
  otherModels: new Map([
    [
      'resize',
      decoded(
        'input { name: "image" data_type: TYPE_UINT8 dims: [-1] } output { name: "pixels" data_type: TYPE_FP32 dims: [784] }',
      ),
    ],
  ]),
};

/** Around a model config file. */
export const served: Surroundings = {
  basePaths: new Map([
    ['/models/digits', { kind: 'directory', directory: modelDirectory('digits') }],
    ['/models/gone', { kind: 'missing' }],
  ]),
};
