// Converts a model into one ONNX file, without a daemon. A bundle of its own: the daemon's network process converts nothing.
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { convertSource, type ConversionSource } from './convert/convert-source.ts';
import type { ConversionReport, Plan, Program, ProgramSignature } from './convert/program.ts';
import { reportMarkdown, type ReportedModel } from './convert/report.ts';
import { exportOf } from './convert/signature-export.ts';
import { operatorsUnsupported } from './convert/savedmodel/unsupported-error.ts';
import { PerchError, type GrpcStatusName } from './errors.ts';
import { systemCode } from './file-system-error.ts';
import { selfContainedOnnx } from './models/self-contained-onnx.ts';

/** What to convert, and where to. */
export interface OfflineConversionRequest {
  readonly source: ConversionSource;
  /** As the report names it. */
  readonly model: ReportedModel;
  /** The tag set of a SavedModel's graph. */
  readonly tags: readonly string[];
  readonly signatureName: string;
  /** Absolute. A file that is there is replaced. */
  readonly output: string;
}

/** A tensor of the signature as the ONNX file has it. */
export interface ExportedTensor {
  readonly alias: string;
  /** The ONNX file's name of it. */
  readonly name: string;
}

/** What came of it: plain data, since another bundle reads it. */
export type OfflineOutcome =
  | ({ readonly kind: 'converted' } & OfflineConversion)
  | { readonly kind: 'failed'; readonly status: GrpcStatusName; readonly message: string };

/** A model that was converted. */
export interface OfflineConversion {
  readonly report: ConversionReport;
  readonly markdown: string;
  /** Why the signature is no ONNX model by itself: nothing was written then. Empty where it was. */
  readonly refusal: string;
  /** Of the file that was written. */
  readonly bytes: number;
  readonly inputs: readonly ExportedTensor[];
  readonly outputs: readonly ExportedTensor[];
}

/**
 * Writes the signature as a self-contained ONNX file, whole or not at all, where ONNX computes all of it. Fails as the
 * converters do, with SIGNATURE_UNKNOWN, with TENSORS_TOO_LARGE beyond 2 GiB, and where files cannot be read or written.
 */
export async function convertOffline(request: OfflineConversionRequest): Promise<OfflineOutcome> {
  try {
    return { kind: 'converted', ...(await convert(request)) };
  } catch (reason) {
    const code = systemCode(reason);
    const { status, message } =
      code === undefined
        ? PerchError.from(reason)
        : new PerchError('LOAD_FAILED', `The files cannot be read or written: ${code}.`);
    return { kind: 'failed', status, message };
  }
}

async function convert(request: OfflineConversionRequest): Promise<OfflineConversion> {
  const { source, model, tags, signatureName, output } = request;
  const directory = await mkdtemp(path.join(tmpdir(), 'perch-convert-'));
  try {
    const program = convertSource(source, directory, { tags });
    const signature = signatureOf(program, signatureName);
    const { file, refusal } = exportOf(program, signature);
    const plan = program.plans[signature.plan];
    return {
      report: program.report,
      markdown: reportMarkdown(program, model),
      refusal,
      bytes: refusal === '' ? await writeSelfContained(path.join(directory, file), output) : 0,
      inputs: plan?.direct ?? [],
      outputs: plan === undefined ? [] : outputsOf(plan),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function signatureOf({ signatures, report, source }: Program, name: string): ProgramSignature {
  const signature = signatures.find((one) => one.name === name);
  if (signature === undefined) {
    const omitted = report.omittedSignatures.find((one) => one.name === name);
    const names = signatures.map((one) => one.name).join(', ');
    throw omitted === undefined
      ? new PerchError('SIGNATURE_UNKNOWN', `There is no signature "${name}"; the model has ${names}.`)
      : operatorsUnsupported(name, omitted.unsupported, source);
  }
  return signature;
}

function outputsOf({ outputs }: Plan): ExportedTensor[] {
  return outputs.flatMap((output) =>
    output.from === 'onnx' ? [{ alias: output.alias, name: output.name }] : [],
  );
}

async function writeSelfContained(file: string, output: string): Promise<number> {
  const onnx = await selfContainedOnnx(file);
  const temporary = path.join(
    path.dirname(output),
    `.${path.basename(output)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  try {
    const handle = await open(temporary, 'wx');
    try {
      for await (const chunk of onnx.chunks()) {
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
    await rename(temporary, output);
  } catch (reason) {
    await rm(temporary, { force: true });
    throw reason;
  }
  return onnx.totalBytes;
}
