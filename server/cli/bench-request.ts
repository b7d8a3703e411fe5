// What `perch bench` sends: a request file, a body for a model, or the daemon's own sample; and where it goes.
import path from 'node:path';
import { createGrpcSender } from '../bench/grpc-sender.ts';
import { createRestSender } from '../bench/rest-sender.ts';
import type { Sender } from '../bench/sender.ts';
import { dtypeNamed } from '../codec/dtype.ts';
import { parsePredictBody } from '../codec/json-reader.ts';
import { encodePredictRequest } from '../codec/predict-request-writer.ts';
import type { Signature, TensorSpec } from '../codec/tensor.ts';
import { parseRequestFile, requestFileEnding } from '../config/golden/request-file.ts';
import type { FoundDaemon } from '../discovery.ts';
import { PerchError } from '../errors.ts';
import { admin, type AdminConnection } from './admin-connection.ts';
import { MisuseError, RefusedError } from './cli-context.ts';
import { labelled } from './describe-model.ts';
import { readModel, readModelVersion, type Session } from './session.ts';

/** The request that is measured. */
export interface BenchRequest {
  readonly name: string;
  readonly model: string;
  /** In decimal. Of version and label at most one. */
  readonly version: string | undefined;
  readonly label: string | undefined;
  /** JSON as for `:predict`; undefined: a sample is to be made. */
  readonly body: Buffer | undefined;
}

/** Reads the operand, `<model>[/<version>]` or a request file, and the options. Throws MisuseError. */
export async function readBenchRequest(session: Session): Promise<BenchRequest> {
  const { args } = session;
  const operand = args.operand(0);
  const read = operand.endsWith('.json')
    ? await fromFile(session, operand)
    : await fromModel(session, operand);
  const [version, label] = [args.text('version'), args.text('label')];
  if (version === undefined && label === undefined) {
    return read;
  }
  if (version !== undefined && label !== undefined) {
    throw new MisuseError('A version or a label, not both.');
  }
  return {
    ...read,
    version: version && readModelVersion(`${read.model}/${version}`).version,
    label,
  };
}

async function fromFile(session: Session, file: string): Promise<BenchRequest> {
  if (session.args.text('request') !== undefined) {
    throw new MisuseError('A request file has its request: --request is for a model.');
  }
  const read = parseRequestFile((await session.readInput(file)).toString('utf8'));
  if (read.kind === 'problem') {
    throw new MisuseError(`${file} is no request file: ${read.text}`);
  }
  const { model, version, label, name, request } = read.value;
  const ownName = name ?? path.basename(file, requestFileEnding);
  return { name: ownName, model, version, label, body: Buffer.from(request) };
}

async function fromModel(session: Session, operand: string): Promise<BenchRequest> {
  const { name: model, version } = readModelVersion(operand);
  const given = session.args.text('request');
  const isInline = given?.trimStart().startsWith('{') === true;
  const body =
    given === undefined ? undefined : isInline ? Buffer.from(given) : await session.readInput(given);
  return { name: operand, model, version, label: undefined, body };
}

/** A request with its body, and the inputs that it is for; outputs are not needed. */
export interface ReadyRequest extends BenchRequest {
  readonly body: Buffer;
  readonly signature: Signature;
}

/** Asks the daemon for what is missing. Throws RefusedError. */
export async function prepareRequest(
  connection: AdminConnection,
  request: BenchRequest,
): Promise<ReadyRequest> {
  const { model, label } = request;
  const version = request.version ?? (label === undefined ? '0' : await versionOf(connection, model, label));
  const { signature } = await connection.call(admin.GetSignature, { model, version });
  const body =
    request.body ?? Buffer.from((await connection.call(admin.GetSampleRequest, { model, version })).json);
  return {
    ...request,
    body,
    signature: { inputs: (signature?.inputs ?? []).map(inputOf), outputs: [] },
  };
}

async function versionOf(connection: AdminConnection, model: string, label: string): Promise<string> {
  const version = labelled(await readModel(connection, model), label);
  if (version === undefined) {
    throw new RefusedError('NOT_FOUND', `No version of ${model} has the label "${label}".`);
  }
  return version;
}

interface WireSpec {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly string[];
}

function inputOf({ name, dtype, shape }: WireSpec): TensorSpec {
  const known = dtypeNamed(dtype);
  if (known === undefined) {
    throw new RefusedError('UNIMPLEMENTED', `The input "${name}" is of the type ${dtype}, unknown here.`);
  }
  return { name, dtype: known, shape: shape.map(Number) };
}

/** How the request travels. */
export interface Way {
  readonly daemon: FoundDaemon;
  readonly tlsRoots: Buffer | undefined;
  readonly timeoutMs: number;
}

/** Sends a PredictRequest with the tensors of the body. Throws RefusedError where the body does not fit the signature. */
export function grpcSenderFor(request: ReadyRequest, { daemon, tlsRoots, timeoutMs }: Way): Sender {
  const { model, version, label, body, signature } = request;
  const asked = { name: model, version: version === undefined ? undefined : BigInt(version), label };
  let message: Uint8Array;
  try {
    const { inputs, signatureName } = atOnce(parsePredictBody(body, signature));
    message = encodePredictRequest({ ...asked, signatureName }, inputs);
  } catch (reason) {
    const error = PerchError.from(reason);
    throw new RefusedError(error.status, error.message, { cause: reason });
  }
  const { address, token } = daemon;
  return createGrpcSender({ address, token, tlsRoots, timeoutMs, request: message });
}

/** Work that a server does in pieces: nobody else waits here. */
function atOnce<Result>(steps: Generator<void, Result>): Result {
  let step = steps.next();
  while (step.done !== true) {
    step = steps.next();
  }
  return step.value;
}

/** Sends the body as it is. `address` is the REST listener's. */
export function restSenderFor(
  request: ReadyRequest,
  { daemon, tlsRoots, timeoutMs }: Way,
  address: string,
  concurrency: number,
): Sender {
  const { model, version, label, body } = request;
  const { token } = daemon;
  return createRestSender({
    address,
    token,
    tlsRoots,
    timeoutMs,
    concurrency,
    model,
    version,
    label,
    body,
  });
}
