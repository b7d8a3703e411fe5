// Runs a SavedModel directory as the daemon does: loaded, converted, and run by its program on ONNX Runtime.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ProgramRunner } from '../../../server/convert/run/program-runner.ts';
import { convertModel } from '../../../server/convert/savedmodel/convert-model.ts';
import { loadSavedModel } from '../../../server/convert/savedmodel/load/load-saved-model.ts';
import { Session } from '../../../server/engine/worker/session.ts';
import type { SessionSettings } from '../../../server/engine/engine-settings.ts';

const settings: SessionSettings = {
  provider: 'cpu',
  deviceId: 0,
  intraOpThreads: 1,
  interOpThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  memoryArena: false,
  memoryPattern: false,
};

/**
 * Converts the model in `directory` into directories beside it and opens it. `release()` it at the end.
 * Throws what conversion throws.
 */
export async function openSavedModel(directory: string): Promise<ProgramRunner> {
  const { meta, library, graph, state } = loadSavedModel(directory, { tags: ['serve'] });
  const model = {
    graph,
    functions: library,
    state,
    signatures: meta.signatures,
    tensorflowVersion: meta.tensorflowVersion,
  };
  let outputs = 0;
  const outputDirectory = (): string => {
    const own = path.join(directory, `converted_${outputs++}`);
    mkdirSync(own);
    return own;
  };
  const own = outputDirectory();
  const program = convertModel(model, own);
  const runner = new ProgramRunner(
    program,
    own,
    (file) => Session.load({ file, settings, profilePrefix: '' }),
    (signatureName, inputRanks) => {
      const variantDirectory = outputDirectory();
      const variant = convertModel(model, variantDirectory, { variant: { signatureName, inputRanks } });
      return Promise.resolve({ program: variant, directory: variantDirectory });
    },
  );
  await runner.prepare();
  return runner;
}
