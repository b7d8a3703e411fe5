// The bundled daemon with one good model, to which hostile ones are added: what becomes of them, and of the daemon.
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../../protos/messages.ts';
import { runDaemon } from '../../server/support/daemon-process.ts';
import { adminMetadata, exampleModels } from '../../server/support/running-server.ts';
import { descendants } from '../../support/process-tree.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import type { HostileModel } from './broken-models.ts';

/** What became of a version. */
export interface Ending {
  readonly phase: 'VERSION_PHASE_AVAILABLE' | 'VERSION_PHASE_END';
  readonly error: string;
  readonly errorCode: string;
}

/** What the daemon and its engine hosts use. */
export interface InUse {
  /** Process ids: the daemon's, and those of its hosts, ascending. */
  readonly pids: readonly number[];
  /** Of all of them. */
  readonly descriptors: number;
  /** Resident, of all of them. */
  readonly mebibytes: number;
}

/** A daemon under attack. */
export interface HostileDaemon {
  /** The temporary directory that everything lies in. */
  readonly directory: string;
  /** Puts the model beside the good one; resolves when its version is served, or has failed. */
  readonly add: (model: HostileModel) => Promise<Ending>;
  /** Takes it away again; resolves when the daemon has forgotten it. */
  readonly remove: (model: HostileModel) => Promise<void>;
  /** Answers of the good model so far: right ones, and what else came. */
  readonly answers: { right: number; readonly wrong: string[] };
  readonly inUse: () => InUse;
  readonly rest: (pathAndQuery: string, body?: string) => Promise<{ status: number; text: string }>;
  /** Asks for a sample request of a model; resolves to the gRPC status. */
  readonly sample: (model: string) => Promise<number>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

interface WireVersion extends Omit<Ending, 'phase'> {
  readonly phase: string;
}
interface WireModel {
  readonly name: string;
  readonly versions: readonly WireVersion[];
}
interface WireState {
  readonly snapshot?: { readonly models: readonly WireModel[] };
  readonly model?: WireModel;
  readonly removedModel?: string;
}

type SampleCall = (
  request: object,
  metadata: grpc.Metadata,
  answer: (error: grpc.ServiceError | null) => void,
) => void;

const longAgo = new Date(Date.now() - 3_600_000);

/** Starts the daemon with these flags and `half_plus_two`, and asks that without pause until `stop`. */
export async function startHostileDaemon(flags: readonly string[]): Promise<HostileDaemon> {
  const directory = tempDir();
  const models = path.join(directory.path, 'models');
  cpSync(path.join(exampleModels, 'half_plus_two'), path.join(models, 'half_plus_two'), { recursive: true });
  const daemon = runDaemon([
    'serve',
    `--models_directory=${models}`,
    '--converted_models_directory=',
    ...['--port=auto', '--rest_api_port=auto', '--ready_json', '--log_format=json'],
    ...flags,
  ]);
  const { grpcAddress, restAddress, token, pid } = await daemon.ready();
  const Client = grpc.makeGenericClientConstructor(serviceMethods('perch.admin.v1.Admin'), 'Admin');
  const client = new Client(grpcAddress, grpc.credentials.createInsecure());
  const watch = (
    client.WatchState as (request: object, metadata: grpc.Metadata) => grpc.ClientReadableStream<WireState>
  ).call(client, {}, adminMetadata(token));
  const states = new Map<string, WireModel>();
  watch.on('error', () => undefined);
  watch.on('data', ({ snapshot, model, removedModel }: WireState) => {
    for (const each of [...(snapshot?.models ?? []), ...(model === undefined ? [] : [model])]) {
      states.set(each.name, each);
    }
    states.delete(removedModel ?? '');
  });
  const ending = (name: string): Ending | undefined => {
    const version = states.get(name)?.versions.at(-1);
    return version?.phase === 'VERSION_PHASE_AVAILABLE' || version?.phase === 'VERSION_PHASE_END'
      ? { ...version, phase: version.phase }
      : undefined;
  };
  const rest = async (pathAndQuery: string, body?: string): Promise<{ status: number; text: string }> => {
    const how = body === undefined ? {} : { method: 'POST', body };
    const answer = await fetch(`http://${restAddress}${pathAndQuery}`, how);
    return { status: answer.status, text: await answer.text() };
  };
  await until('the good model', () => ending('half_plus_two')?.phase === 'VERSION_PHASE_AVAILABLE');

  const answers = { right: 0, wrong: [] as string[] };
  let asking = true;
  const ask = async (): Promise<void> => {
    while (asking) {
      try {
        const { status, text } = await rest('/v1/models/half_plus_two:predict', '{"instances": [3]}');
        const right =
          status === 200 && (JSON.parse(text) as { predictions: unknown[] }).predictions[0] === 3.5;
        answers.right += right ? 1 : 0;
        answers.wrong.push(...(right ? [] : [`${status} ${text}`]));
      } catch (reason) {
        answers.wrong.push(String(reason));
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const asked = ask();

  return {
    directory: directory.path,
    answers,
    rest,
    sample: (model) =>
      new Promise((resolve) => {
        const call = client.GetSampleRequest as SampleCall;
        call.call(client, { model }, adminMetadata(token), (error) => resolve(error?.code ?? 0));
      }),
    log: daemon.stderr,
    add: async (model) => {
      place(model, directory.path, models);
      return until(`an end of ${model.name}`, () => ending(model.name));
    },
    remove: async ({ name }) => {
      rmSync(path.join(models, name), { recursive: true });
      await until(`${name} to be forgotten`, () => !states.has(name));
    },
    inUse: () => measure([pid, ...descendants(pid).map((each) => each.pid)]),
    stop: async () => {
      asking = false;
      await asked;
      watch.cancel();
      client.close();
      daemon.child.kill('SIGTERM');
      await daemon.exited;
      directory.remove();
    },
  };
}

/** Written aside, with times of long ago, and moved: then the daemon need not wait whether more is coming. */
function place({ name, bytes, prepare }: HostileModel, directory: string, models: string): void {
  const staged = path.join(directory, 'staged');
  const version = path.join(staged, '1');
  const outside = path.join(directory, 'outside', name);
  mkdirSync(version, { recursive: true });
  mkdirSync(outside, { recursive: true });
  if (bytes !== undefined) {
    writeFileSync(path.join(version, 'model.onnx'), bytes());
  }
  prepare?.(version, outside);
  for (const file of readdirSync(staged, { recursive: true, withFileTypes: true })) {
    if (file.isFile() || file.isDirectory()) {
      utimesSync(path.join(file.parentPath, file.name), longAgo, longAgo);
    }
  }
  renameSync(staged, path.join(models, name));
}

function measure(pids: readonly number[]): InUse {
  const ascending = [...pids].sort((a, b) => a - b);
  let descriptors = 0;
  let kibibytes = 0;
  for (const pid of ascending) {
    descriptors += readdirSync(`/proc/${pid}/fd`).length;
    kibibytes += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  }
  return { pids: ascending, descriptors, mebibytes: kibibytes / 1024 };
}
