// Tries execution providers in throw-away processes, one each: a provider can crash or hang instead of failing.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { deadlineAfter } from '../../deadline.ts';
import type { ExecutionProvider } from '../engine-settings.ts';
import { explainFailure, providerTitles, type Explanation } from './explain-failure.ts';
import { readProfile } from './profile.ts';

/** What a provider's probe came to. */
export type ProbeResult =
  /** `ms`: the time that its first session and run took. */
  | { readonly kind: 'works'; readonly ms: number }
  | ({ readonly kind: 'unavailable' } & Explanation)
  /** `how`: a signal or an exit code, as in `signal SIGSEGV`. */
  | { readonly kind: 'crashed'; readonly how: string }
  | { readonly kind: 'hung'; readonly afterMs: number };

/** What ONNX Runtime says of itself. */
export interface OnnxRuntimeFacts {
  readonly version: string;
  /** The providers that its build knows; one that is not `bundled` needs libraries to be installed. */
  readonly backends: readonly { readonly name: string; readonly bundled: boolean }[];
}

/** What probing gave. */
export interface ProbeReport {
  /** In the order asked for. */
  readonly results: ReadonlyMap<ExecutionProvider, ProbeResult>;
  /** Absent where no probe lived long enough to say. */
  readonly onnxruntime?: OnnxRuntimeFacts;
}

/** How to probe. */
export interface ProbeOptions {
  /** The program `provider-probe`; absolute. */
  readonly probeFile: string;
  /** Which GPU; 0 where absent. */
  readonly deviceId?: number;
  /** For each provider; 60 s where absent, since TensorRT compiles even a small model for seconds. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

const defaultTimeoutMs = 60_000;
/** The end of what a probe wrote to stderr that is kept, characters. */
const logLength = 16_384;

/**
 * Probes one provider after the other, for two of them at once could take a GPU's memory from each other. Rejects with
 * the signal's reason; whatever a provider does is a result.
 */
export async function probeProviders(
  wanted: readonly ExecutionProvider[],
  options: ProbeOptions,
): Promise<ProbeReport> {
  const results = new Map<ExecutionProvider, ProbeResult>();
  let onnxruntime: OnnxRuntimeFacts | undefined;
  for (const provider of wanted) {
    const { result, facts } = await probe(provider, options);
    options.signal.throwIfAborted();
    results.set(provider, result);
    onnxruntime ??= facts;
  }
  return { results, ...(onnxruntime === undefined ? {} : { onnxruntime }) };
}

/** What a result that is not `works` means, for people. */
export function describeProbe(provider: ExecutionProvider, result: ProbeResult): Explanation {
  const title = providerTitles[provider];
  switch (result.kind) {
    case 'works':
      return { reason: `${title} works.` };
    case 'unavailable':
      return { reason: result.reason, ...(result.remedy === undefined ? {} : { remedy: result.remedy }) };
    case 'crashed':
      return {
        reason: `A process that tried ${title} crashed (${result.how}).`,
        remedy: "Update the GPU's driver.",
      };
    case 'hung':
      return {
        reason: `A process that tried ${title} gave no answer within ${result.afterMs / 1000} s.`,
        remedy: "Update the GPU's driver.",
      };
  }
}

/** The environment of a child that runs ONNX Runtime: without what is meant for this process alone. */
export function childEnvironment(base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const env = { ...base };
  delete env.NODE_OPTIONS;
  delete env.PERCH_TOKEN;
  return env;
}

interface Probed {
  readonly result: ProbeResult;
  readonly facts?: OnnxRuntimeFacts;
}

async function probe(provider: ExecutionProvider, options: ProbeOptions): Promise<Probed> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const directory = await mkdtemp(path.join(tmpdir(), 'perch-probe-'));
  try {
    using deadline = deadlineAfter(timeoutMs, options.signal);
    const run = await runProbe(
      [options.probeFile, provider, String(options.deviceId ?? 0), directory],
      deadline.signal,
    );
    if (run.kind === 'ended') {
      return { result: { kind: 'crashed', how: run.how } };
    }
    if (run.kind === 'stopped') {
      return { result: { kind: 'hung', afterMs: timeoutMs } };
    }
    const { answer } = run;
    const result = answer.ok
      ? await checkPlacement(provider, answer.ms, directory)
      : ({ kind: 'unavailable', ...explainFailure(provider, answer.error, run.log) } as const);
    return { result, facts: answer.facts };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** ONNX Runtime runs on the CPU what a provider does not take, which may be everything. */
async function checkPlacement(
  provider: ExecutionProvider,
  ms: number,
  directory: string,
): Promise<ProbeResult> {
  const placement = await readProfile(directory, 'profile');
  if (placement?.nodes.has(provider) === true) {
    return { kind: 'works', ms };
  }
  const ranOn = [...(placement?.nodes.keys() ?? [])].join(', ');
  return {
    kind: 'unavailable',
    reason: `${providerTitles[provider]} took nothing of the model; it ran on ${ranOn === '' ? 'nothing that ONNX Runtime named' : ranOn}.`,
  };
}

type ProbeRun =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly log: string }
  | { readonly kind: 'ended'; readonly how: string }
  | { readonly kind: 'stopped' };

/**
 * Runs a probe until its answer, which is a line of stdout; libraries may write others there. It is killed then too: only
 * the answer counts, not how a provider takes its leave.
 */
function runProbe(args: readonly string[], signal: AbortSignal): Promise<ProbeRun> {
  if (signal.aborted) {
    return Promise.resolve({ kind: 'stopped' });
  }
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, args, {
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let answer: Answer | undefined;
  let log = '';
  const kill = (): void => void child.kill('SIGKILL');
  createInterface({ input: child.stdout }).on('line', (line) => {
    answer ??= parseAnswer(line);
    if (answer !== undefined) {
      kill();
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-logLength);
  });
  signal.addEventListener('abort', kill);
  return new Promise((resolve) => {
    child.once('error', (reason) =>
      resolve({ kind: 'ended', how: `it could not be started: ${reason.message}` }),
    );
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', kill);
      if (answer !== undefined) {
        resolve({ kind: 'answered', answer, log });
      } else if (signal.aborted) {
        resolve({ kind: 'stopped' });
      } else {
        resolve({ kind: 'ended', how: killedBy === null ? `exit code ${code ?? -1}` : `signal ${killedBy}` });
      }
    });
  });
}

type Answer =
  | { readonly ok: true; readonly ms: number; readonly facts: OnnxRuntimeFacts }
  | { readonly ok: false; readonly error: string; readonly facts: OnnxRuntimeFacts };

/** Undefined for what is not the line that `worker/provider-probe.ts` prints. */
function parseAnswer(line: string): Answer | undefined {
  let value: {
    readonly ok?: unknown;
    readonly ms?: unknown;
    readonly error?: unknown;
    readonly onnxruntimeVersion?: unknown;
    readonly backends?: unknown;
  } | null;
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return undefined;
  }
  if (typeof value?.onnxruntimeVersion !== 'string' || !Array.isArray(value.backends)) {
    return undefined;
  }
  const facts: OnnxRuntimeFacts = {
    version: value.onnxruntimeVersion,
    backends: value.backends as OnnxRuntimeFacts['backends'],
  };
  if (value.ok === true && typeof value.ms === 'number') {
    return { ok: true, ms: value.ms, facts };
  }
  return typeof value.error === 'string' ? { ok: false, error: value.error, facts } : undefined;
}
