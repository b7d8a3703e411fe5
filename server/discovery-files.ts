// The files by which daemons are found: where they are, and which of them are to be trusted.
import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { isFileSystemError } from './file-system-error.ts';

/** What a daemon tells of itself. */
export interface DaemonFacts {
  readonly pid: number;
  /** host:port, or unix:<path>. */
  readonly grpcAddress: string;
  /** What admin calls need. */
  readonly token: string;
  /** The models directory or the config file, absolute; in what `findDaemon` gives, without symbolic links. */
  readonly modelsSource: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly version: string;
}

/** Environment variables, as in process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The directory of the discovery files is another user's, or open to others. */
export class UnsafeDirectoryError extends Error {}

/** How long a listener of this machine may take to answer, milliseconds. */
const answerTimeoutMs = 1_000;

/** The text of a variable; an empty one counts as none. */
export function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/**
 * The directories of the files, for this user only; daemons write to the first. The others are looked into as well: a daemon
 * that the editor started may lack variables that a terminal has.
 */
export function runtimeDirectories(env: Environment): [string, ...string[]] {
  if (process.platform === 'win32') {
    const local = given(env.LOCALAPPDATA) ?? path.join(os.homedir(), 'AppData', 'Local');
    return [path.join(local, 'perch', 'run')];
  }
  const temporary = path.join(given(env.TMPDIR) ?? os.tmpdir(), `perch-${ownUid()}`);
  const runtime = given(env.XDG_RUNTIME_DIR);
  // The XDG base directory specification: a path that is not absolute counts as none.
  return runtime !== undefined && path.isAbsolute(runtime)
    ? [path.join(runtime, 'perch'), temporary]
    : [temporary];
}

/** Makes the directory that daemons write to, where it is not there. Rejects with UnsafeDirectoryError. */
export async function ensureDirectory(env: Environment): Promise<string> {
  const [directory] = runtimeDirectories(env);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await checkOwnOnly(directory);
  return directory;
}

/**
 * Rejects with UnsafeDirectoryError for a directory that somebody else made, or that others may look into: it may be in a place
 * that all can write to.
 */
export async function checkOwnOnly(directory: string): Promise<void> {
  const { uid, mode, isLink } = await lstat(directory).then((stats) => ({
    uid: stats.uid,
    mode: stats.mode,
    isLink: stats.isSymbolicLink(),
  }));
  if (isLink || !isOwnOnly(uid, mode)) {
    throw new UnsafeDirectoryError(`${directory} does not belong to this user alone; it is not used.`);
  }
}

/** Windows keeps such rights elsewhere; there, the user's own directory is one of his own. */
function isOwnOnly(uid: number, mode: number): boolean {
  return process.platform === 'win32' || (uid === ownUid() && (mode & 0o077) === 0);
}

/** Not os.userInfo(), which fails for a user without an entry in the system's list, as in containers. */
function ownUid(): number {
  return process.getuid?.() ?? -1;
}

/** The name of the file for a source, a real path. */
export function fileName(source: string): string {
  return `${createHash('sha256').update(source).digest('hex').slice(0, 32)}.json`;
}

/** What a file says; undefined where there is none, or where it is not safe or not whole. */
export async function readFacts(file: string): Promise<DaemonFacts | undefined> {
  try {
    const stats = await lstat(file);
    if (!stats.isFile() || !isOwnOnly(stats.uid, stats.mode)) {
      return undefined;
    }
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isFacts(value) ? value : undefined;
  } catch (reason) {
    if (reason instanceof SyntaxError || isFileSystemError(reason, 'ENOENT', 'EACCES')) {
      return undefined;
    }
    throw reason;
  }
}

function isFacts(value: unknown): value is DaemonFacts {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { pid, grpcAddress, token, modelsSource, startedAt, version } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    typeof startedAt === 'number' &&
    [grpcAddress, token, modelsSource, version].every((text) => typeof text === 'string')
  );
}

/** Whether its process is there and something listens at its address. */
export async function isAlive({ pid, grpcAddress }: DaemonFacts): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (reason) {
    if (!isFileSystemError(reason, 'EPERM')) {
      return false;
    }
  }
  return answers(grpcAddress);
}

/** Whether something accepts connections at host:port or unix:<path>. */
function answers(address: string): Promise<boolean> {
  const socketPath = /^unix:(?:\/\/(?=\/))?(.+)$/.exec(address)?.[1];
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[(.*)\]$/, '$1');
  const port = Number(address.slice(at + 1));
  if (socketPath === undefined && (at === -1 || !Number.isInteger(port) || port < 1 || port > 65_535)) {
    return Promise.resolve(false);
  }
  return new Promise((resolve) => {
    const socket = socketPath === undefined ? connect({ host, port }) : connect({ path: socketPath });
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(answerTimeoutMs, () => end(false));
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
