// Models of TensorFlow Lite for tests: the goldens, and how one is converted and run.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { convertTflite } from '../../../../../server/convert/tflite/convert-tflite.ts';
import { ProgramRunner } from '../../../../../server/convert/run/program-runner.ts';
import type { Program } from '../../../../../server/convert/program.ts';
import { openOnnx } from '../../../../support/convert/onnx-session.ts';
import type { GoldenTensor } from '../../../../support/savedmodel/golden-tensors.ts';
import { tempDir } from '../../../../support/temp-dir.ts';

/** What scripts/tflite-goldens/make.py wrote. */
export interface LiteGolden {
  readonly name: string;
  /** The file in base64. */
  readonly model: string;
  readonly cases: readonly {
    readonly signature: string;
    readonly inputs: Readonly<Record<string, GoldenTensor>>;
    readonly outputs: Readonly<Record<string, GoldenTensor>>;
  }[];
}

const fixtures = path.join(import.meta.dirname, '../../../../fixtures/tflite');

export function readGolden(name: string): LiteGolden {
  return JSON.parse(readFileSync(path.join(fixtures, `${name}.json`), 'utf8')) as LiteGolden;
}

export function goldenNames(): readonly string[] {
  return readdirSync(fixtures).map((file) => path.basename(file, '.json'));
}

/** A model that runs. Dispose of it. */
export interface ConvertedLiteModel extends AsyncDisposable {
  readonly program: Program;
  readonly runner: ProgramRunner;
}

/** Throws what the conversion throws. */
export function convertLite(content: Uint8Array): ConvertedLiteModel {
  const files = tempDir();
  const file = path.join(files.path, 'model.tflite');
  let directories = 0;
  const newDirectory = (): string => {
    const directory = path.join(files.path, `program-${directories++}`);
    mkdirSync(directory);
    return directory;
  };
  writeFileSync(file, content);
  try {
    const directory = newDirectory();
    const program = convertTflite(file, directory);
    const runner = new ProgramRunner(program, directory, openOnnx, (signatureName, inputRanks) => {
      const variant = newDirectory();
      const converted = convertTflite(file, variant, { variant: { signatureName, inputRanks } });
      return Promise.resolve({ program: converted, directory: variant });
    });
    return {
      program,
      runner,
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
