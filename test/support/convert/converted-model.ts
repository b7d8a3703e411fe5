// Converts SavedModels that tests write, and runs them on ONNX Runtime.
import path from 'node:path';
import { mkdirSync } from 'node:fs';
import { convertSavedModel } from '../../../server/convert/savedmodel/convert.ts';
import { ProgramRunner } from '../../../server/convert/run/program-runner.ts';
import { tensorOf } from '../../../server/convert/run/tensor-values.ts';
import type { Tensor, TensorMap } from '../../../server/codec/tensor.ts';
import type { Program } from '../../../server/convert/program.ts';
import { writeSavedModel, type TestSavedModel } from '../savedmodel/write-saved-model.ts';
import { tempDir } from '../temp-dir.ts';
import { openOnnx } from './onnx-session.ts';

/** A model that runs. Dispose of it. */
export interface ConvertedModel extends AsyncDisposable {
  readonly program: Program;
  readonly runner: ProgramRunner;
  /** Where the ONNX files are. */
  readonly directory: string;
  /** The default signature's outputs, all of them. */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<TensorMap>;
}

/** Throws what the conversion throws. */
export function convertModel(model: TestSavedModel): ConvertedModel {
  const files = tempDir();
  const source = path.join(files.path, 'source');
  const directory = path.join(files.path, 'converted');
  mkdirSync(source);
  mkdirSync(directory);
  writeSavedModel(source, model);
  try {
    const program = convertSavedModel(source, directory, { tags: ['serve'] });
    let variants = 0;
    const runner = new ProgramRunner(program, directory, openOnnx, (signatureName, inputRanks) => {
      const variant = path.join(files.path, `variant-${variants++}`);
      mkdirSync(variant);
      const options = { tags: ['serve'], variant: { signatureName, inputRanks } };
      return Promise.resolve({ program: convertSavedModel(source, variant, options), directory: variant });
    });
    return {
      program,
      runner,
      directory,
      run: (inputs) => {
        const signature = program.signatures.find(({ name }) => name === 'serving_default');
        const names = signature?.outputs.map(({ alias }) => alias) ?? [];
        return runner.run('serving_default', new Map(Object.entries(inputs)), names);
      },
      [Symbol.asyncDispose]: async () => {
        await runner.release();
        files.remove();
      },
    };
  } catch (reason) {
    files.remove();
    throw reason;
  }
}

/** An int64 tensor. */
export function int64s(shape: readonly number[], numbers: readonly number[]): Tensor {
  return tensorOf({ dtype: 'int64', shape, data: BigInt64Array.from(numbers, BigInt) });
}

/** A tensor of strings. */
export function strings(shape: readonly number[], texts: readonly string[]): Tensor {
  return { dtype: 'string', shape, values: texts.map((text) => Buffer.from(text)) };
}
