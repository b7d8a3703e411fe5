// Seeded mutants of model files: what reads them first never fails otherwise than it says, and sees what ONNX Runtime sees.
import assert from 'node:assert/strict';
import { open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { InferenceSession } from 'onnxruntime-node';
import { PerchError } from '../../../server/errors.ts';
import { checkExternalData } from '../../../server/models/external-data.ts';
import { readOnnxMetadata } from '../../../server/models/onnx-metadata.ts';
import { readOnnxOutline } from '../../../server/models/onnx-outline.ts';
import { exampleModels } from '../../server/support/running-server.ts';
import {
  addModel,
  externalEntry,
  externalLocation,
  field,
  graph,
  group,
  model,
  node,
  randomNumbers,
  tensor,
  value,
} from '../../support/onnx-builder.ts';
import { tempDir, type TempDir } from '../../support/temp-dir.ts';

/** Pieces of protobuf that change what is around them: data_location, groups, empty fields, unfinished varints. */
const splices: readonly Uint8Array[] = [
  externalLocation,
  Uint8Array.of(0x70, 0),
  Uint8Array.of(0x70, 7),
  externalEntry('location', 'missing.bin'),
  Uint8Array.of(0x9b, 0x06),
  Uint8Array.of(0x9c, 0x06),
  Uint8Array.of(0x2b),
  Uint8Array.of(0x2c),
  Uint8Array.of(0x3a, 0),
  Uint8Array.of(0),
  Uint8Array.of(0x80),
  Uint8Array.of(0xff),
];

/** One to three changes: bytes, bits, cuts, pieces put in, put over, or moved. */
function mutate(original: Uint8Array, random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  let bytes = Buffer.from(original);
  for (let changes = 1 + below(3); changes > 0 && bytes.length > 0; changes--) {
    const at = below(bytes.length);
    const piece = splices[below(splices.length)] ?? Buffer.alloc(0);
    const from = below(bytes.length);
    switch (below(6)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 2:
        bytes = bytes.subarray(0, random() < 0.1 ? at : bytes.length - below(4));
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + piece.length)]);
        break;
      default:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(from, from + below(40)),
          bytes.subarray(at),
        ]);
    }
  }
  return bytes;
}

describe('mutants of model files', () => {
  let directory: TempDir;
  before(() => (directory = tempDir()));
  after(() => directory.remove());

  /** What the check says: a code, or how many files. */
  const check = async (file: string): Promise<string | number> => {
    try {
      return (await checkExternalData(file, directory.path, AbortSignal.timeout(30_000))).length;
    } catch (reason) {
      assert.ok(PerchError.is(reason), String(reason));
      return reason.code;
    }
  };

  it('are read without any other error, 2,000 of a real model', async () => {
    const original = await readFile(path.join(exampleModels, 'half_plus_two', '00000123', 'model.onnx'));
    const file = path.join(directory.path, 'model.onnx');
    const random = randomNumbers(4);
    for (let i = 0; i < 2000; i++) {
      const bytes = mutate(original, random);
      await writeFile(file, bytes);
      await check(file);
      const handle = await open(file);
      try {
        await readOnnxOutline(handle, bytes.length);
        await readOnnxMetadata(handle, bytes.length).catch((reason: unknown) =>
          assert.ok(PerchError.is(reason, 'REQUEST_MALFORMED'), String(reason)),
        );
      } finally {
        await handle.close();
      }
    }
  });

  it('never make ONNX Runtime look for a file that the check has not seen', async () => {
    const w = tensor({ name: 'w', dims: [4], external: [['location', 'missing.bin']] });
    const half = tensor({ name: 'w', dims: [4], more: externalEntry('location', 'missing.bin') });
    const constant = (...tensors: readonly Uint8Array[]): Buffer => {
      const attribute = [field(1, 'value'), ...tensors.map((each) => field(5, each))];
      const parts = [field(2, 'w'), field(4, 'Constant'), field(5, Buffer.concat(attribute))];
      return model(
        graph({
          nodes: [Buffer.concat(parts), node('Add', ['x', 'w'], ['y'])],
          inputs: [value('x', [4])],
          outputs: [value('y', [4])],
        }),
      );
    };
    const originals = [
      addModel(w),
      addModel(
        tensor({ name: 'w', dims: [4], more: Buffer.concat([group(99, field(5, w)), externalLocation]) }),
      ),
      model(graph({ more: group(5, w) }), { more: field(7, graph({ initializers: [w] })) }),
      constant(w),
      constant(half, externalLocation),
    ];
    const file = path.join(directory.path, 'external.onnx');
    const random = randomNumbers(5);
    let looked = 0;
    for (let i = 0; i < 1500; i++) {
      const bytes = mutate(originals[i % originals.length] ?? Buffer.alloc(0), random);
      await writeFile(file, bytes);
      const said = await check(file);
      const failure = await InferenceSession.create(file, { logSeverityLevel: 4, intraOpNumThreads: 1 }).then(
        (session) => session.release().then(() => ''),
        (reason: unknown) => String(reason),
      );
      if (/External data path|model format error|External initializer/.test(failure)) {
        looked++;
        assert.equal(said, 'EXTERNAL_DATA_REFUSED', `mutant ${i}: ${failure} ${bytes.toString('hex')}`);
      }
    }
    assert.ok(looked > 50, `only ${looked} of the mutants are read so far`);
  });
});
