// The admin calls on converted models: what became of them, and the ONNX model that they became.
import path from 'node:path';
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import { PerchError } from '../../errors.ts';
import { isFileSystemError } from '../../file-system-error.ts';
import type { Lease } from '../../lifecycle/model-environment.ts';
import type { ModelManager } from '../../lifecycle/model-manager.ts';
import type { ConversionFacts } from '../../lifecycle/version-state.ts';
import { selfContainedOnnx } from '../../models/self-contained-onnx.ts';
import { serverStream, unary, type Method } from '../method.ts';
import { signatureNamed, signatureNameOf, signatureRefusal } from '../tensorflow-serving/signatures.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

type Chunk = MessageInput<'perch.admin.v1.ExportOnnxResponse'>;

/** GetConversionReport and ExportOnnx. */
export function conversionMethods(manager: Pick<ModelManager, 'acquire'>): Method[] {
  return [
    unary(methods.GetConversionReport, ({ model, version }) => {
      const lease = acquire(manager, model, version);
      try {
        const facts = factsOf(lease, model);
        const { source, producerVersion, weightBytes, durationMs, markdown } = facts;
        return {
          version: lease.version.toString(),
          source,
          producerVersion,
          onnx: [...facts.onnx],
          host: [...facts.host],
          onnxOperators: [...facts.onnxOperators],
          weightBytes,
          omittedSignatures: facts.omittedSignatures.map(({ name, unsupported }) => ({
            name,
            unsupported: [...unsupported],
          })),
          durationMs,
          markdown,
        };
      } finally {
        lease.release();
      }
    }),
    serverStream(methods.ExportOnnx, (request) => exportOnnx(manager, request)),
  ];
}

async function* exportOnnx(
  manager: Pick<ModelManager, 'acquire'>,
  {
    model,
    version,
    signatureName,
  }: { readonly model: string; readonly version: string; readonly signatureName: string },
): AsyncGenerator<Chunk, void> {
  // Held to its end: what a loaded version needs is not removed.
  const lease = acquire(manager, model, version);
  try {
    const onnx = await selfContainedOnnx(fileOf(lease, model, signatureName));
    let first = true;
    for await (const chunk of onnx.chunks()) {
      yield { chunk: Buffer.from(chunk), ...(first ? { totalBytes: onnx.totalBytes } : {}) };
      first = false;
    }
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT')) {
      throw new PerchError(
        'MODEL_FILE_MISSING',
        'The converted model is not kept any more: load the version again.',
        { cause: reason },
      );
    }
    throw reason;
  } finally {
    lease.release();
  }
}

/** The ONNX file of the signature. */
function fileOf(lease: Lease, model: string, signatureName: string): string {
  const { directory, exports } = factsOf(lease, model);
  const signature =
    signatureName === '' ? lease.loaded.signature : signatureNamed(lease.loaded, signatureName);
  if (signature === undefined) {
    const text = `Serving signature key "${signatureName}" not found.`;
    throw signatureRefusal(lease.loaded, signatureName, 'SIGNATURE_UNKNOWN', text);
  }
  const name = signatureNameOf(signature);
  const { file = '', refusal = '' } = exports.find((one) => one.signature === name) ?? {};
  if (refusal !== '' || file === '') {
    throw new PerchError(
      'OPERATORS_UNSUPPORTED',
      `Signature "${name}" is no ONNX model by itself: ${refusal}.`,
    );
  }
  return path.join(directory, file);
}

function factsOf({ loaded, version }: Lease, model: string): ConversionFacts {
  if (loaded.conversion === undefined) {
    throw new PerchError(
      'MODEL_FILE_INVALID',
      `Version ${version} of model ${model} is an ONNX model: nothing was converted.`,
    );
  }
  return loaded.conversion;
}

function acquire(manager: Pick<ModelManager, 'acquire'>, model: string, version: string): Lease {
  const wanted = BigInt(version);
  return manager.acquire(model, wanted === 0n ? {} : { version: wanted });
}
