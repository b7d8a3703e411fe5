// The `perch` program: reads the arguments, serves until it is told to stop, and says on the terminal what is up.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { apiVersion, createServer, perchVersion, type PerchServer } from './create-server.ts';
import { cliUsage, runCliCommand } from './cli/cli.ts';
import type { CliContext } from './cli/cli-context.ts';
import { processContext } from './cli/process-context.ts';
import { deadlineAfter } from './deadline.ts';
import { PerchError } from './errors.ts';
import { publishDaemon } from './discovery.ts';
import { describeSource } from './server-facts.ts';
import { gpuUsage, runGpuCommand } from './doctor/gpu-commands.ts';
import { createLogger, type Logger } from './log.ts';
import { configUsage } from './validate/config-command.ts';
import { parseServeArguments, type ServeOptions } from './options/serve-options.ts';
import { welcomeText } from './welcome.ts';

const usage = `perch ${perchVersion}: model serving on TensorFlow Serving's APIs

  perch serve --models_directory=<directory>   serve every model in a directory
  perch serve --help                           all flags
${cliUsage}${configUsage}${gpuUsage}  perch --version                              print the version
`;

/** Exit codes: 0 stopped as asked, 1 could not start or failed, 2 the arguments are wrong. */
const exitFailure = 1;
const exitUsage = 2;

/**
 * Messages live in buffers outside of V8's heap, and count as pressure on it: with its usual limit every tenth image (600 kB)
 * brought a full collection, which halved the throughput. The price is some 20 MB.
 */
setFlagsFromString('--heap-growing-percent=200');

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command === '--version') {
    process.stdout.write(`perch ${perchVersion}\n`);
    return;
  }
  if (command === undefined || command === '--help' || command === 'help') {
    process.stdout.write(usage);
    return;
  }
  if (command === 'validate' || command === 'format') {
    // A program of its own, which bin/perch starts directly; the extension has only this one.
    createRequire(__filename)('./validate.cjs');
    return;
  }
  const cancel = whenInterrupted(command);
  const gpuCode = await runGpuCommand(args, {
    // The bundle is CommonJS; the other programs' bundles lie beside it.
    probeFile: path.join(__dirname, 'provider-probe.cjs'),
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    signal: cancel,
  });
  const code = gpuCode ?? (await runCliCommand(args, processContext(cancel, loadConverter)));
  if (code !== undefined) {
    process.exitCode = code;
    return;
  }
  if (command !== 'serve') {
    process.stderr.write(`There is no command "${command}".\n\n${usage}`);
    process.exitCode = exitUsage;
    return;
  }
  let parsed: ReturnType<typeof parseServeArguments>;
  try {
    parsed = parseServeArguments(rest, process.cwd());
  } catch (reason) {
    process.stderr.write(`${PerchError.from(reason).message}\nperch serve --help lists all flags.\n`);
    process.exitCode = exitUsage;
    return;
  }
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return;
  }
  await serve(parsed.options, parsed.notices);
}

/** It is a bundle of its own. */
function loadConverter(): ReturnType<CliContext['loadConverter']> {
  const bundle = createRequire(__filename)('./convert.cjs') as Awaited<
    ReturnType<CliContext['loadConverter']>
  >;
  return Promise.resolve(bundle);
}

/** For the commands that end by themselves: fires when they are to end sooner, and when nobody reads what they write. */
function whenInterrupted(command: string): AbortSignal {
  const cancel = new AbortController();
  if (command !== 'serve') {
    process.once('SIGINT', () => cancel.abort());
    process.once('SIGTERM', () => cancel.abort());
    process.stdout.once('error', () => cancel.abort());
  }
  return cancel.signal;
}

async function serve(options: ServeOptions, notices: readonly string[]): Promise<void> {
  const log = createLogger(
    {
      format: logFormat(options.logFormat),
      minimum: options.logVerbose ? 'debug' : 'info',
      write: (line) => process.stderr.write(`${line}\n`),
    },
    'perch',
  );
  notices.forEach((notice) => log.warning(notice));
  // Signals are followed from the first moment on: a stop during the start is a stop too.
  const stopping = whenAskedToStop(options.readyJson);
  // What was started by an editor outlives it while another window holds it; its pipes do not.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const { PERCH_TOKEN: chosen = '' } = process.env;
  const token = chosen === '' ? randomBytes(32).toString('base64url') : chosen;
  let server: PerchServer;
  try {
    server = await createServer(options, {
      // The bundle is CommonJS; the bundles of workers and threads lie beside it.
      engineWorkerFile: path.join(__dirname, 'engine-worker.cjs'),
      networkThreadFile: path.join(__dirname, 'network-thread.cjs'),
      token,
      log,
      shutDown: () => stopping.ask(),
    });
  } catch (reason) {
    const error = PerchError.from(reason);
    log.error(
      error.message,
      { code: error.code },
      error.code === 'INTERNAL' ? (error.cause ?? error) : undefined,
    );
    process.exit(exitFailure);
  }
  const { holders } = server;
  void stopping.orphaned.then(() => holders.whenFree()).then(stopping.end);
  log.info('serving', { version: perchVersion, grpc: server.grpcAddress, rest: server.restAddress });
  // Before the ready line: who reads that looks whether another daemon was found first.
  const withdraw = await publish(server, options, token, log);
  if (options.readyJson) {
    const { grpcAddress, restAddress } = server;
    const ready = {
      api: apiVersion,
      version: perchVersion,
      pid: process.pid,
      grpcAddress,
      restAddress,
      token,
    };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  } else {
    void welcome(server, options, stopping.signal);
  }
  await stopping.asked;
  await withdraw();
  await stop(server, options, stopping.again, log);
}

/** Lets the command line find this daemon; gives what takes that back. A daemon that cannot be found serves all the same. */
async function publish(
  { grpcAddress }: PerchServer,
  options: ServeOptions,
  token: string,
  log: Logger,
): Promise<() => Promise<void>> {
  if (grpcAddress === '') {
    return () => Promise.resolve();
  }
  try {
    const publication = await publishDaemon({
      pid: process.pid,
      grpcAddress,
      token,
      modelsSource: describeSource(options.models),
      startedAt: Date.now(),
      version: perchVersion,
    });
    const { rival } = publication;
    if (rival !== undefined) {
      log.warning('another daemon serves the same models; the command line finds that one', {
        pid: rival.pid,
      });
    }
    return () => publication.withdraw();
  } catch (reason) {
    log.warning('the command line will not find this daemon by itself; give it --address and --token_file', {
      reason: PerchError.from(reason).message,
    });
    return () => Promise.resolve();
  }
}

/** Once the models that were there at the start are up or have failed, says so, and what to do next. */
async function welcome(server: PerchServer, options: ServeOptions, stopping: AbortSignal): Promise<void> {
  try {
    await server.manager.whenSettled(stopping);
    process.stdout.write(welcomeText(server, options.models, options));
  } catch {
    // Stopped before the models were up: nothing to say any more.
  }
}

async function stop(
  server: PerchServer,
  options: ServeOptions,
  again: AbortSignal,
  log: Logger,
): Promise<never> {
  log.info('draining', { seconds: options.drainGraceMs / 1000 });
  using deadline = deadlineAfter(options.drainGraceMs, again);
  await server.stop(deadline.signal);
  log.info('stopped');
  process.exit(0);
}

/**
 * SIGINT, SIGTERM, or whoever calls `ask`; `again` fires at the second time. `end` asks too, and is no second time: its cause
 * may be the first. `orphaned` settles at the end of stdin where the parent holds it.
 */
function whenAskedToStop(withStdin: boolean): {
  ask: () => void;
  end: () => void;
  orphaned: Promise<void>;
  asked: Promise<void>;
  signal: AbortSignal;
  again: AbortSignal;
} {
  const first = new AbortController();
  const second = new AbortController();
  const ask = (): void => (first.signal.aborted ? second : first).abort();
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  const orphaned = new Promise<void>((resolve) => {
    if (withStdin) {
      // The parent died or let go: an orphan must not serve on, unless somebody else uses it.
      process.stdin.once('end', resolve);
      process.stdin.once('error', () => resolve());
      process.stdin.resume();
    }
  });
  const asked = new Promise<void>((resolve) => first.signal.addEventListener('abort', () => resolve()));
  return { ask, end: () => first.abort(), orphaned, asked, signal: first.signal, again: second.signal };
}

function logFormat(chosen: ServeOptions['logFormat']): 'text' | 'json' {
  return chosen === 'auto' ? (process.stderr.isTTY ? 'text' : 'json') : chosen;
}

main(process.argv.slice(2)).catch((reason: unknown) => {
  process.stderr.write(`${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`);
  process.exit(exitFailure);
});
