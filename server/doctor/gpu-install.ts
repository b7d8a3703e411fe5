// Fetches ONNX Runtime's GPU libraries by its own install script, in a child; only when somebody asks for it.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Explanation } from '../engine/providers/explain-failure.ts';
import { childEnvironment, describeProbe, type ProbeResult } from '../engine/providers/probe.ts';
import type { ReadyPlan } from './install-plan.ts';

/** What the installation is at. */
export type InstallProgress =
  /** Finds out what to fetch. */
  | { readonly phase: 'starting' }
  /** `bytes` so far; the whole is at most the plan's `maxBytes`. */
  | { readonly phase: 'downloading'; readonly bytes: number }
  /** `file`: the name of the library that is being unpacked. */
  | { readonly phase: 'unpacking'; readonly file: string }
  /** The CUDA provider is tried. */
  | { readonly phase: 'checking' };

/** What came of it. */
export type InstallOutcome =
  /** The libraries are there and CUDA works; `ms`: its first session and run. */
  | { readonly kind: 'works'; readonly ms: number }
  /** The libraries are there, but CUDA does not work with them. */
  | ({ readonly kind: 'does-not-work' } & Explanation)
  | { readonly kind: 'not-writable'; readonly directory: string }
  /** Nothing is left of it. */
  | { readonly kind: 'cancelled' }
  /** `reason` is what the script said; nothing is left of it. */
  | { readonly kind: 'failed'; readonly reason: string };

/** How to install. */
export interface InstallOptions {
  readonly plan: ReadyPlan;
  /** Tries the CUDA provider after the installation. */
  readonly probe: (signal: AbortSignal) => Promise<ProbeResult>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: InstallProgress) => void;
  /** How often the size of the download is looked at, milliseconds; 500 where absent. */
  readonly lookEveryMs?: number;
}

/**
 * Runs the script. It downloads into a temporary directory, which is given to it and watched, since it says nothing of
 * bytes; then it copies the libraries. Older ones are set aside first, since a server may have them loaded and a file that
 * is written over under it would crash it. After a cancellation or a failure all is as it was before. Rejects only as
 * `probe` does.
 */
export async function installGpuSupport(options: InstallOptions): Promise<InstallOutcome> {
  const { plan, signal, onProgress } = options;
  if (!plan.isWritable) {
    return { kind: 'not-writable', directory: plan.directory };
  }
  const temporary = await mkdtemp(path.join(tmpdir(), 'perch-gpu-'));
  const older = await setAside(plan);
  let isWhole = false;
  try {
    onProgress({ phase: 'starting' });
    const failure = (await runScript(options, temporary)) ?? missingFile(plan);
    if (signal.aborted) {
      return { kind: 'cancelled' };
    }
    if (failure !== undefined) {
      return { kind: 'failed', reason: failure };
    }
    isWhole = true;
  } finally {
    await (isWhole ? older.drop() : older.putBack());
    await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  onProgress({ phase: 'checking' });
  const result = await options.probe(signal);
  return result.kind === 'works' ? result : { kind: 'does-not-work', ...describeProbe('cuda', result) };
}

/** Resolves to why the script failed; undefined where it did not. A cancellation kills it. */
function runScript(options: InstallOptions, temporary: string): Promise<string | undefined> {
  const { plan, signal, onProgress } = options;
  const child = spawn(process.execPath, [plan.script], {
    env: scriptEnvironment(process.env, temporary),
    cwd: plan.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) {
    kill();
  }
  let isDownloading = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const file = /^Extracting (\S+)/.exec(line)?.[1];
    isDownloading = line.startsWith('Downloading ');
    if (file !== undefined) {
      onProgress({ phase: 'unpacking', file: path.posix.basename(file) });
    }
  });
  const looking = setInterval(() => {
    const bytes = isDownloading ? bytesBelow(temporary) : undefined;
    if (bytes !== undefined) {
      onProgress({ phase: 'downloading', bytes });
    }
  }, options.lookEveryMs ?? 500);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, killedBy) => {
      clearInterval(looking);
      signal.removeEventListener('abort', kill);
      const how = killedBy === null ? `exit code ${code ?? -1}` : `signal ${killedBy}`;
      resolve(code === 0 ? undefined : errorLine(said, how));
    });
  });
}

/**
 * The script's switch, its temporary directory, and the proxy: it takes one only from GLOBAL_AGENT_HTTPS_PROXY, where
 * everybody else reads HTTPS_PROXY.
 */
function scriptEnvironment(base: NodeJS.ProcessEnv, temporary: string): NodeJS.ProcessEnv {
  const proxy = base.GLOBAL_AGENT_HTTPS_PROXY ?? base.HTTPS_PROXY ?? base.https_proxy;
  const exceptions = base.GLOBAL_AGENT_NO_PROXY ?? base.NO_PROXY ?? base.no_proxy;
  return {
    ...childEnvironment(base),
    ONNXRUNTIME_NODE_INSTALL: 'true',
    TMPDIR: temporary,
    TMP: temporary,
    TEMP: temporary,
    ...(proxy === undefined ? {} : { GLOBAL_AGENT_HTTPS_PROXY: proxy }),
    ...(exceptions === undefined ? {} : { GLOBAL_AGENT_NO_PROXY: exceptions }),
  };
}

/** The line of a crash report of Node that names the error; else the last one. */
function errorLine(said: string, how: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^(?:\w*Error\b|.*\bError: )/.test(text)) ?? lines.at(-1);
  return `ONNX Runtime's install script failed (${how})${line === undefined ? '.' : `: ${line.trim()}`}`;
}

function missingFile(plan: ReadyPlan): string | undefined {
  const missing = plan.files.find((file) => !existsSync(path.join(plan.directory, file)));
  return missing === undefined ? undefined : `ONNX Runtime's install script ended without ${missing}.`;
}

/** Libraries of an earlier installation, under another name. */
interface SetAside {
  /** Removes whatever took their place, and gives them their names back. */
  putBack(): Promise<void>;
  /** Removes them. */
  drop(): Promise<void>;
}

async function setAside(plan: ReadyPlan): Promise<SetAside> {
  const targets = plan.files.map((file) => path.join(plan.directory, file));
  const older = targets.filter((target) => existsSync(target));
  const asideName = (target: string): string => `${target}.older`;
  for (const target of older) {
    await rename(target, asideName(target));
  }
  return {
    putBack: async () => {
      for (const target of targets) {
        await rm(target, { force: true });
      }
      for (const target of older) {
        await rename(asideName(target), target);
      }
    },
    drop: async () => {
      for (const target of older) {
        await rm(asideName(target), { force: true });
      }
    },
  };
}

/** Undefined where the script removed a file while it was counted. */
function bytesBelow(directory: string): number | undefined {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((entry) => statSync(path.join(directory, entry)))
      .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
  } catch {
    return undefined;
  }
}
