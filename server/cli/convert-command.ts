// `perch convert`: a SavedModel, a TensorFlow Lite model or trees as one ONNX file, without a daemon.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ConversionSource } from '../convert/convert-source.ts';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';
import { modelFileName, modelFileNames, modelFormatOf } from '../models/model-format.ts';
import type { ExportedTensor } from '../offline-conversion.ts';
import { exitCode, MisuseError, RefusedError } from './cli-context.ts';
import type { CliCommand, Session } from './session.ts';

const usualSignature = 'serving_default';
const usualTags = 'serve';

export const convertCommand: CliCommand = {
  name: 'convert',
  operands: '<directory|file>',
  summary: 'make one ONNX file of a SavedModel, a TensorFlow Lite model, or trees',
  count: { least: 1, most: 1 },
  options: {
    output: {
      type: 'string',
      placeholder: modelFileName,
      help: 'the file to write; one that is there is replaced',
    },
    signature: { type: 'string', placeholder: usualSignature, help: 'which of its signatures' },
    saved_model_tags: {
      type: 'string',
      placeholder: usualTags,
      help: 'of the graph in a SavedModel, separated by commas: exactly these',
    },
    report: { type: 'boolean', help: 'print what became of its operators' },
  },
  run: async (session) => {
    const { args, context } = session;
    const source = await findSource(session, args.operand(0));
    const signatureName = args.text('signature') ?? usualSignature;
    const output = path.resolve(context.cwd, args.text('output') ?? modelFileName);
    if (output === path.join(source.directory, source.file)) {
      throw new MisuseError('--output is the model itself.');
    }
    const { convertOffline } = await context.loadConverter();
    const outcome = await convertOffline({
      source,
      model: nameOf(source),
      tags: (args.text('saved_model_tags') ?? usualTags).split(',').map((tag) => tag.trim()),
      signatureName,
      output,
    });
    if (outcome.kind === 'failed') {
      throw new RefusedError(outcome.status, outcome.message);
    }
    const { bytes, inputs, markdown, outputs, refusal, report } = outcome;
    if (session.isJson) {
      const made = refusal === '' ? { output, bytes, inputs, outputs } : { refusal };
      session.printJson({ source: source.kind, signature: signatureName, ...made, report });
    } else if (args.isSet('report')) {
      session.print(`${markdown.trimEnd()}\n`);
    }
    if (refusal !== '') {
      session.tell(
        `Signature "${signatureName}" is no ONNX model by itself: ${refusal}. Serve the model as it is.`,
      );
      return exitCode.failed;
    }
    session.tell(`${output}: ${bytes} bytes; inputs ${namesText(inputs)}; outputs ${namesText(outputs)}`);
    return exitCode.ok;
  },
};

/** The model in a version directory, or in this file. Throws MisuseError where there is none to convert. */
async function findSource(session: Session, operand: string): Promise<ConversionSource> {
  const place = path.resolve(session.context.cwd, operand);
  const facts = await present(place);
  if (facts === undefined) {
    throw new MisuseError(`There is no ${operand}.`);
  }
  const file = facts.isDirectory() ? await modelFileIn(place) : place;
  const kind = file === undefined ? 'onnx' : modelFormatOf(file);
  if (file === undefined || kind === 'onnx') {
    const names = modelFileNames.filter((name) => name !== modelFileName).join(', ');
    throw new MisuseError(
      facts.isDirectory()
        ? `${operand} holds none of ${names}. Give a version directory, such as ${path.join(operand, '1')}.`
        : `${operand} is no model that can be converted, by its name: ${names}.`,
    );
  }
  return { directory: path.dirname(file), file: path.basename(file), kind };
}

async function modelFileIn(directory: string): Promise<string | undefined> {
  for (const name of modelFileNames) {
    const file = path.join(directory, name);
    if (modelFormatOf(name) !== 'onnx' && (await present(file))?.isFile() === true) {
      return file;
    }
  }
  return undefined;
}

async function present(file: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(file);
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw new MisuseError(`${file} cannot be read: ${fileSystemCode(reason)}.`, { cause: reason });
  }
}

/** `half_plus_two` and `123` of `half_plus_two/123/saved_model.pb`; else the last name alone. */
function nameOf({ directory }: ConversionSource): { readonly name: string; readonly version: string } {
  const last = path.basename(directory);
  return /^\d+$/.test(last)
    ? { name: path.basename(path.dirname(directory)), version: last }
    : { name: last, version: '' };
}

/** `x`, or `x (StatefulPartitionedCall_x)` where ONNX calls it otherwise. */
function namesText(tensors: readonly ExportedTensor[]): string {
  return tensors.map(({ alias, name }) => (alias === name ? alias : `${alias} (${name})`)).join(', ');
}
