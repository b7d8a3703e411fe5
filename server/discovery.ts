// How programs of this user find the daemon of a workspace: a file per daemon in the user's runtime directory.
import { randomBytes } from 'node:crypto';
import { link, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  checkOwnOnly,
  ensureDirectory,
  fileName,
  given,
  isAlive,
  readFacts,
  runtimeDirectories,
  type DaemonFacts,
  type Environment,
} from './discovery-files.ts';
import { isFileSystemError } from './file-system-error.ts';

/** What came of publishing. */
export interface Publication {
  /** The daemon that serves the same source and is found in this one's place; absent where this one is found. */
  readonly rival?: DaemonFacts;
  /** Takes the file away, if it is still this daemon's. Never rejects. */
  withdraw(): Promise<void>;
}

/** Where a daemon is, and what it takes to speak to it. */
export interface FoundDaemon {
  readonly address: string;
  /** Absent where none is known: admin calls will be refused. */
  readonly token?: string;
  /** What its discovery file says; absent where the address was given and no such file names it. */
  readonly facts?: DaemonFacts;
}

/** What a search starts from. */
export interface Search {
  /** Absolute. */
  readonly cwd: string;
  /** These two go before PERCH_ADDRESS and PERCH_TOKEN. */
  readonly address?: string | undefined;
  readonly token?: string | undefined;
  readonly env: Environment;
}

/** No daemon, or more than one. The text is for the person who asked. */
export class DaemonNotFoundError extends Error {
  /** Those that run. */
  readonly daemons: readonly DaemonFacts[];

  constructor(message: string, daemons: readonly DaemonFacts[]) {
    super(message);
    this.name = 'DaemonNotFoundError';
    this.daemons = daemons;
  }
}

/**
 * Lets the daemon be found until it withdraws. The file is complete at every moment, and readable for this user only. Where
 * another daemon serves the same source, that one stays and is told as `rival`. Rejects with UnsafeDirectoryError, or with the
 * file system's error.
 */
export async function publishDaemon(
  facts: DaemonFacts,
  env: Environment = process.env,
): Promise<Publication> {
  const directory = await ensureDirectory(env);
  const source = await withoutLinks(facts.modelsSource);
  const file = path.join(directory, fileName(source));
  const temporary = path.join(directory, `.${randomBytes(6).toString('hex')}.tmp`);
  let rival: DaemonFacts | undefined;
  try {
    await writeFile(temporary, `${JSON.stringify({ ...facts, modelsSource: source })}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    rival = await claim(temporary, file, facts.pid);
  } finally {
    await rm(temporary, { force: true });
  }
  if (rival !== undefined) {
    return { rival, withdraw: () => Promise.resolve() };
  }
  const withdraw = async (): Promise<void> => {
    try {
      if ((await readFacts(file))?.pid === facts.pid) {
        await rm(file, { force: true });
      }
    } catch {
      // The file stays behind; whoever reads it sees that the process is gone.
    }
  };
  return { withdraw };
}

/**
 * Gives `temporary` the name `file`, unless a daemon that runs has it: that one is given. Of two that do this at the same time,
 * one gets it.
 */
async function claim(temporary: string, file: string, pid: number): Promise<DaemonFacts | undefined> {
  for (;;) {
    try {
      await link(temporary, file);
      return undefined;
    } catch (reason) {
      if (!isFileSystemError(reason, 'EEXIST')) {
        // A file system without hard links, where the last one wins.
        await rename(temporary, file);
        return undefined;
      }
    }
    const older = await readFacts(file);
    if (older !== undefined && older.pid !== pid && (await isAlive(older))) {
      return older;
    }
    await rm(file, { force: true });
  }
}

/**
 * The daemons of this user that run, by source. Files of daemons that are gone are removed; files that others may read are left
 * out. Rejects with UnsafeDirectoryError.
 */
export async function runningDaemons(env: Environment = process.env): Promise<DaemonFacts[]> {
  const daemons = await Promise.all(runtimeDirectories(env).map(daemonsIn));
  return daemons.flat().sort((a, b) => (a.modelsSource < b.modelsSource ? -1 : 1));
}

async function daemonsIn(directory: string): Promise<DaemonFacts[]> {
  let names: string[];
  try {
    await checkOwnOnly(directory);
    names = (await readdir(directory)).filter((name) => /^[0-9a-f]{32}\.json$/.test(name));
  } catch (reason) {
    // Behind EACCES are the files of another user, as after sudo.
    if (isFileSystemError(reason, 'ENOENT', 'ENOTDIR', 'EACCES')) {
      return [];
    }
    throw reason;
  }
  const daemons = await Promise.all(
    names.map(async (name) => {
      const file = path.join(directory, name);
      const facts = await readFacts(file);
      if (facts === undefined || (await isAlive(facts))) {
        return facts;
      }
      await rm(file, { force: true });
      return undefined;
    }),
  );
  return daemons.filter((daemon) => daemon !== undefined);
}

/**
 * The daemon that is meant: the one at the given address; else the one whose models lie nearest to `cwd`, there or below it
 * first, then beside its parents; else the only one. Rejects with DaemonNotFoundError or UnsafeDirectoryError. A token that was found in a file is
 * given with that file's address only.
 */
export async function findDaemon({ cwd, address, token, env }: Search): Promise<FoundDaemon> {
  const wantedAddress = address ?? given(env.PERCH_ADDRESS);
  const wantedToken = token ?? given(env.PERCH_TOKEN);
  if (wantedAddress !== undefined && wantedToken !== undefined) {
    return { address: wantedAddress, token: wantedToken };
  }
  // With an address, the files are of use for its token only.
  const daemons = await runningDaemons(env).catch((reason: unknown) => {
    if (wantedAddress === undefined) {
      throw reason;
    }
    return [];
  });
  const facts =
    wantedAddress === undefined
      ? nearestDaemon(daemons, await withoutLinks(cwd))
      : daemons.find(({ grpcAddress }) => grpcAddress === wantedAddress);
  const usedToken = wantedToken ?? facts?.token;
  return {
    address: wantedAddress ?? facts?.grpcAddress ?? '',
    ...(usedToken === undefined ? {} : { token: usedToken }),
    ...(facts === undefined ? {} : { facts }),
  };
}

function nearestDaemon(daemons: readonly DaemonFacts[], cwd: string): DaemonFacts {
  const liesBelow = (source: string): boolean => {
    const way = path.relative(cwd, source);
    return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
  };
  const isAt = (directory: string) => (daemon: DaemonFacts) =>
    daemon.modelsSource === directory || path.dirname(daemon.modelsSource) === directory;
  const groups = [
    daemons.filter(isAt(cwd)),
    daemons.filter(({ modelsSource }) => liesBelow(modelsSource)),
    ...parentsOf(cwd).map((parent) => daemons.filter(isAt(parent))),
    daemons,
  ];
  const candidates = groups.find(({ length }) => length > 0) ?? [];
  const [only] = candidates;
  if (only === undefined) {
    throw new DaemonNotFoundError(
      'No daemon of this user runs. Start one with "perch serve" or in the editor, or say where it is with --address or PERCH_ADDRESS.',
      daemons,
    );
  }
  if (candidates.length > 1) {
    const list = candidates.map(({ grpcAddress, modelsSource }) => `  ${grpcAddress}  ${modelsSource}`);
    throw new DaemonNotFoundError(
      `Several daemons run; say which one with --address:\n${list.join('\n')}`,
      candidates,
    );
  }
  return only;
}

function parentsOf(directory: string): string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [] : [parent, ...parentsOf(parent)];
}

/** The path without symbolic links, as far as it is there. */
async function withoutLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    return path.resolve(file);
  }
}
