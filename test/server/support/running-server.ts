// A server inside the test's process: real listeners, a real engine host, free ports, and clients for both APIs.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods, type ServiceName } from '../../../protos/messages.ts';
import { createServer, type PerchServer } from '../../../server/create-server.ts';
import { createLogger } from '../../../server/log.ts';
import { parseServeArguments } from '../../../server/options/serve-options.ts';
import { engineWorkerFile, networkThreadFile } from '../../support/engine-pool.ts';

export const repository = path.join(import.meta.dirname, '..', '..', '..');
export const exampleModels = path.join(repository, 'examples', 'models');
/** The bundle that `npm test` builds before the tests. */
export const daemonFile = path.join(repository, 'dist', 'daemon.cjs');
export const testToken = 'a-token-for-tests';

/** A running server and the ways to talk to it. */
export interface RunningServer {
  readonly server: PerchServer;
  /** What the server logged, one JSON line each. */
  readonly logged: string[];
  /** Calls a unary method; rejects with grpc-js's ServiceError. */
  call(service: ServiceName, method: string, request: object, metadata?: grpc.Metadata): Promise<CallAnswer>;
  /** Opens a server-streaming call. */
  stream(service: ServiceName, method: string, request: object): grpc.ClientReadableStream<CallAnswer>;
  rest(pathAndQuery: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

/** A decoded answer, to be compared with deepEqual or picked apart. */
export type CallAnswer = Record<string, unknown>;

/** Starts a server with these flags, beside free ports; resolves when the models that are there have settled. */
export async function startServer(flags: readonly string[]): Promise<RunningServer> {
  const parsed = parseServeArguments(['--port=auto', '--rest_api_port=auto', ...flags], process.cwd());
  if (parsed.kind !== 'serve') {
    throw new Error(parsed.text);
  }
  const logged: string[] = [];
  const log = createLogger({ format: 'json', write: (line) => logged.push(line) }, 'test');
  const server = await createServer(parsed.options, {
    engineWorkerFile,
    networkThreadFile,
    token: testToken,
    log,
    shutDown: () => undefined,
  });
  await server.manager.whenSettled(AbortSignal.timeout(60_000));
  const clients = new Map<string, grpc.Client>();
  const clientOf = (service: ServiceName): grpc.Client => {
    let client = clients.get(service);
    if (client === undefined) {
      const Client = grpc.makeGenericClientConstructor(serviceMethods(service), service);
      client = new Client(server.grpcAddress, grpc.credentials.createInsecure());
      clients.set(service, client);
    }
    return client;
  };
  return {
    server,
    logged,
    call: (service, method, request, metadata) =>
      callUnary(clientOf(service), service, method, request, metadata),
    stream: (service, method, request) => {
      const open = methodOf(clientOf(service), method) as (
        request: object,
        metadata: grpc.Metadata,
      ) => grpc.ClientReadableStream<CallAnswer>;
      return open(request, adminMetadata());
    },
    rest: (pathAndQuery, init) => fetch(`http://${server.restAddress}${pathAndQuery}`, init),
    stop: async () => {
      clients.forEach((client) => client.close());
      await server.stop(AbortSignal.timeout(5000));
    },
  };
}

function methodOf(client: grpc.Client, method: string): unknown {
  const found = (client as unknown as Record<string, unknown>)[method];
  if (typeof found !== 'function') {
    throw new Error(`no method ${method}`);
  }
  return found.bind(client) as unknown;
}

function callUnary(
  client: grpc.Client,
  service: ServiceName,
  method: string,
  request: object,
  metadata = service === 'perch.admin.v1.Admin' ? adminMetadata() : new grpc.Metadata(),
): Promise<CallAnswer> {
  const invoke = methodOf(client, method) as (
    request: object,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    answer: grpc.requestCallback<CallAnswer>,
  ) => void;
  return new Promise((resolve, reject) => {
    invoke(request, metadata, { deadline: Date.now() + 60_000 }, (error, answer) => {
      if (error === null) {
        resolve(answer ?? {});
      } else {
        reject(error);
      }
    });
  });
}

/** What admin calls need. */
export function adminMetadata(token = testToken): grpc.Metadata {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

/** A temporary models directory with copies of these example models (`digits`, or `digits/1` for one version). */
export async function makeModels(
  ...names: readonly string[]
): Promise<{ directory: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'perch-models-'));
  for (const name of names) {
    await cp(path.join(exampleModels, name), path.join(directory, name), { recursive: true });
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Waits until `condition` gives something other than undefined or false; rejects after a minute. */
export async function until<Value>(
  condition: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const end = Date.now() + 60_000;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`still not so after a minute: ${condition.toString()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
