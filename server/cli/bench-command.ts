// `perch bench`: sends one request again and again, and measures how it is answered.
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import {
  benchJson,
  type BenchLine,
  type BenchProgress,
  type BenchSummary,
  type BenchTransport,
} from '../bench/bench-lines.ts';
import type { LoadShape } from '../bench/load-schedule.ts';
import { measure } from '../bench/measure.ts';
import type { Sender } from '../bench/sender.ts';
import { ServerLoadLog } from '../bench/server-load.ts';
import { fileSystemCode } from '../file-system-error.ts';
import { admin, type AdminConnection } from './admin-connection.ts';
import { helloText, printSummary, progressText } from './bench-report.ts';
import { grpcSenderFor, prepareRequest, readBenchRequest, restSenderFor } from './bench-request.ts';
import { exitCode, MisuseError, RefusedError, UnreachableError } from './cli-context.ts';
import type { CliCommand, Session } from './session.ts';

/** How long the connection may take, milliseconds. */
const connectMs = 10_000;

/** Between two lines for people, milliseconds. */
const tellMs = 1_000;

const longestMs = 600_000;
const defaultMs = 10_000;

/** Requests under way at once where nothing is said: one after the other, or with a rate as many as it takes. */
const defaultConcurrency = { rate: 256, concurrency: 1 };

type Format = 'table' | 'jsonl';

export const benchCommand: CliCommand = {
  name: 'bench',
  operands: '<file|model[/<version>]>',
  summary: 'send a request again and again, and measure',
  count: { least: 1, most: 1 },
  options: {
    rate: {
      type: 'string',
      placeholder: '<number>',
      help: 'requests a second, 0.1 to 100000, whatever the answers do; without it the next one goes when one is answered',
    },
    concurrency: {
      type: 'string',
      placeholder: '<number>',
      help: 'requests under way at once, 1 to 1024; with --rate at most (1, with --rate 256)',
    },
    duration: { type: 'string', placeholder: '10s', help: 'for how long, 100ms to 10m' },
    count: {
      type: 'string',
      placeholder: '<number>',
      help: 'for how many requests; within 10m, or --duration',
    },
    timeout: { type: 'string', placeholder: '30s', help: 'of each request, 10ms to 10m' },
    transport: { type: 'string', placeholder: 'grpc', help: 'grpc or rest' },
    rest_address: {
      type: 'string',
      placeholder: '<host:port>',
      help: 'of the REST listener, where it is not the one that the daemon tells',
    },
    request: {
      type: 'string',
      placeholder: '<file|->',
      help: 'for a model: the body as for :predict, also inline, beginning with {; without it a sample',
    },
    version: { type: 'string', placeholder: '<number>', help: 'the version to ask' },
    label: { type: 'string', placeholder: '<label>', help: 'the label to ask' },
    format: { type: 'string', placeholder: 'table', help: 'table, or jsonl: a line of JSON as it goes' },
    output: { type: 'string', placeholder: '<file>', help: 'all of it as one JSON document' },
  },
  run: async (session) => {
    const format = readFormat(session);
    try {
      return await run(session, format);
    } catch (reason) {
      if (format === 'jsonl') {
        tellError(session, reason);
      }
      throw reason;
    }
  },
};

async function run(session: Session, format: Format): Promise<number> {
  const { args, context } = session;
  const load = readLoad(session);
  const transport = readTransport(session);
  const timeoutMs = args.milliseconds('timeout', 10, longestMs) ?? 30_000;
  const request = await readBenchRequest(session);
  const daemon = await session.findDaemon();
  using connection = await session.open(daemon);
  const ready = await prepareRequest(connection, request);
  const rootsFile = args.text('tls_ca_cert');
  const tlsRoots = rootsFile === undefined ? undefined : await session.readInput(rootsFile);
  const way = { daemon, tlsRoots, timeoutMs };
  using sender =
    transport === 'grpc'
      ? grpcSenderFor(ready, way)
      : restSenderFor(ready, way, await restAddress(session, connection), load.concurrency);
  await connected(sender);
  const output = await openOutput(session);
  const serverLoad = new ServerLoadLog((sinceMs) => connection.call(admin.GetResources, { sinceMs }));
  const hasServerLoad = await serverLoad.start();
  const { name, model, version, label } = ready;
  const asked = { name, model, version, label };
  const measurement = { ...asked, transport, timeoutMs, load, sender, serverLoad, hasServerLoad };
  const lines: BenchLine[] = [];
  const teller = tellerOf(session, format);
  const summary = await measure(
    measurement,
    (line) => {
      lines.push(line);
      teller(line);
    },
    context.signal,
  );
  await writeOutput(output, lines);
  if (format === 'table') {
    if (session.isJson) {
      context.write(`${benchJson(summary)}\n`);
    } else {
      printSummary(session, summary);
    }
  }
  return summary.ok > 0 ? exitCode.ok : exitCode.failed;
}

function readLoad({ args }: Session): LoadShape {
  const rate = args.number('rate', 0.1, 100_000);
  const count = args.integer('count', 1, 1e9);
  const { rate: withRate, concurrency: without } = defaultConcurrency;
  return {
    rate,
    count,
    concurrency: args.integer('concurrency', 1, 1024) ?? (rate === undefined ? without : withRate),
    durationMs:
      args.milliseconds('duration', 100, longestMs) ?? (count === undefined ? defaultMs : longestMs),
  };
}

function readFormat({ args }: Session): Format {
  const format = args.text('format') ?? 'table';
  if (format !== 'table' && format !== 'jsonl') {
    throw new MisuseError(`--format takes table or jsonl, not "${format}".`);
  }
  return format;
}

function readTransport({ args }: Session): BenchTransport {
  const transport = args.text('transport') ?? 'grpc';
  if (transport !== 'grpc' && transport !== 'rest') {
    throw new MisuseError(`--transport takes grpc or rest, not "${transport}".`);
  }
  return transport;
}

async function restAddress({ args }: Session, connection: AdminConnection): Promise<string> {
  const given = args.text('rest_address');
  const address = given ?? (await connection.call(admin.GetServerInfo, {})).restAddress;
  if (address === '') {
    throw new RefusedError('FAILED_PRECONDITION', 'The daemon has no REST listener (--rest_api_port).');
  }
  if (!URL.canParse(`http://${address}`)) {
    throw new MisuseError(`--rest_address takes <host:port>, not "${address}".`);
  }
  return address;
}

async function connected(sender: Sender): Promise<void> {
  try {
    await sender.ready(connectMs);
  } catch (reason) {
    const why = reason instanceof Error ? reason.message : String(reason);
    throw new UnreachableError(`No daemon answers at ${sender.address}: ${why}`, { cause: reason });
  }
}

/** Opened before anything is measured: ten minutes are not to be lost to a mistyped name. */
async function openOutput({ args, context }: Session): Promise<FileHandle | undefined> {
  const file = args.text('output');
  if (file === undefined) {
    return undefined;
  }
  try {
    return await open(path.resolve(context.cwd, file), 'w');
  } catch (reason) {
    throw new MisuseError(`${file} cannot be written: ${fileSystemCode(reason)}.`, { cause: reason });
  }
}

async function writeOutput(output: FileHandle | undefined, lines: readonly BenchLine[]): Promise<void> {
  const hello = lines.find(({ kind }) => kind === 'hello');
  const progress = lines.filter((line): line is BenchProgress => line.kind === 'progress');
  const summary = lines.find((line): line is BenchSummary => line.kind === 'summary');
  try {
    await output?.writeFile(`${benchJson({ hello, progress, summary })}\n`);
  } finally {
    await output?.close();
  }
}

function tellerOf(session: Session, format: Format): (line: BenchLine) => void {
  if (format === 'jsonl') {
    return (line) => session.context.write(`${benchJson(line)}\n`);
  }
  let toldAt = 0;
  return (line) => {
    if (line.kind === 'hello') {
      session.tell(helloText(line));
    } else if (line.kind === 'progress' && line.elapsedMs - toldAt >= tellMs) {
      toldAt = line.elapsedMs;
      session.tell(progressText(line));
    }
  };
}

function tellError(session: Session, reason: unknown): void {
  const status =
    reason instanceof RefusedError
      ? reason.status
      : reason instanceof UnreachableError
        ? 'UNREACHABLE'
        : 'MISUSE';
  const message = reason instanceof Error ? reason.message : String(reason);
  session.context.write(`${JSON.stringify({ kind: 'error', status, message } satisfies BenchLine)}\n`);
}
