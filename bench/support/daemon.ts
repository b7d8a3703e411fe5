// The built daemon as a child process, for benchmarks.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { AdminClient } from '../../extension/daemon/admin-client.ts';
import { serviceMethods } from '../../protos/messages.ts';
import type { WatchStateResponse__Output } from '../../protos/gen/perch/admin/v1/WatchStateResponse.ts';

export const repository = path.join(import.meta.dirname, '..', '..');
export const exampleModels = path.join(repository, 'examples', 'models');

/** A daemon that serves. */
export interface BenchDaemon {
  readonly child: ChildProcess;
  readonly grpcAddress: string;
  readonly restAddress: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** Starts it on a models directory; resolves at the ready line. */
export function startDaemon(modelsDirectory: string): Promise<BenchDaemon> {
  return startDaemonWith([`--models_directory=${modelsDirectory}`]);
}

/** Starts it with these flags, on free ports; resolves at the ready line. */
export async function startDaemonWith(flags: readonly string[]): Promise<BenchDaemon> {
  const child = spawn(
    process.execPath,
    [
      path.join(repository, 'dist', 'daemon.cjs'),
      'serve',
      ...flags,
      '--port=auto',
      '--rest_api_port=auto',
      '--ready_json',
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) {
        resolve(text);
      }
    });
    child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}`)));
  });
  const ready = JSON.parse(line) as { grpcAddress: string; restAddress: string; token: string };
  return {
    child,
    ...ready,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await gone;
    },
  };
}

/** Resolves when every one of these `model/version` is AVAILABLE. */
export async function whenAvailable(
  { grpcAddress, token }: BenchDaemon,
  wanted: readonly string[],
): Promise<void> {
  const Client = grpc.makeGenericClientConstructor(serviceMethods('perch.admin.v1.Admin'), 'Admin');
  const client = new Client(grpcAddress, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const watch = client.WatchState as (
    request: object,
    metadata: grpc.Metadata,
  ) => grpc.ClientReadableStream<WatchStateResponse__Output>;
  const stream = watch.call(client, {}, metadata);
  const missing = new Set(wanted);
  await new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('data', ({ snapshot, model }: WatchStateResponse__Output) => {
      for (const { name, versions } of [...(snapshot?.models ?? []), ...(model ? [model] : [])]) {
        for (const { version, phase } of versions) {
          if (phase === 'VERSION_PHASE_AVAILABLE') {
            missing.delete(`${name}/${version}`);
          }
        }
      }
      if (missing.size === 0) {
        resolve();
      }
    });
  });
  stream.on('error', () => undefined);
  stream.cancel();
  client.close();
}

/** Resolves when no disposable process is left in which files were opened: what they use is nobody's steady state. */
export async function whenTrialsEnded(daemon: BenchDaemon): Promise<void> {
  const admin = new AdminClient(daemon);
  while ((await admin.getServerInfo()).engineHosts.some(({ kind }) => kind === 'trial')) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  admin.dispose();
}

/** Writes a version of a model; gives its file. */
export async function saveModel(
  modelsDirectory: string,
  name: string,
  content: Uint8Array | ((file: string) => Promise<void>),
  version = 1,
): Promise<string> {
  const directory = path.join(modelsDirectory, name, String(version));
  const file = path.join(directory, 'model.onnx');
  await mkdir(directory, { recursive: true });
  await (typeof content === 'function' ? content(file) : writeFile(file, content));
  return file;
}

/** An empty temporary directory and its removal. */
export async function temporaryDirectory(): Promise<{ directory: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'perch-bench-'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
