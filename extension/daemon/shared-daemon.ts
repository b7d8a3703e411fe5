// One daemon for a models directory: the one that another window or a terminal started is used instead of a second one.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { serviceMethods } from '../../protos/messages.ts';
import { runningDaemons } from '../../server/discovery.ts';
import { AdminChannel } from './admin-channel.ts';
import { startDaemon, type DaemonProcess, type StartOptions, type StartOutcome } from './daemon-process.ts';
import { holdDaemon } from './daemon-hold.ts';
import type { Launch, ServedModels } from './launch.ts';
import type { ReadyInfo } from './ready-line.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** How long a daemon that is found may take to say who it is, milliseconds. */
const answerTimeoutMs = 3_000;

/** What a shared daemon must serve and be. */
export interface SharedDaemonSearch {
  readonly models: ServedModels;
  /** Daemons of other versions may speak differently: they are left alone. */
  readonly version: string;
}

/** The daemon of this user that serves these models already; undefined where there is none that can be used. */
export async function findSharedDaemon({
  models,
  version,
}: SharedDaemonSearch): Promise<ReadyInfo | undefined> {
  try {
    const source = await withoutLinks(models.path);
    const facts = (await runningDaemons()).find(
      (daemon) => daemon.modelsSource === source && daemon.version === version,
    );
    if (facts === undefined) {
      return undefined;
    }
    const { pid, grpcAddress, token } = facts;
    const channel = new AdminChannel({ grpcAddress, token });
    try {
      const { restAddress } = await channel.call(methods.GetServerInfo, {}, answerTimeoutMs);
      return { version, pid, grpcAddress, restAddress, token };
    } finally {
      channel.dispose();
    }
  } catch {
    // Unsafe directory, stale file, a daemon on its way out: one of our own is started.
    return undefined;
  }
}

/**
 * Uses the daemon that serves these models, or starts one. Two windows that start at the same moment end up with one: the
 * daemon that is found first stays.
 */
export async function obtainDaemon(
  launch: Launch,
  search: SharedDaemonSearch,
  options: StartOptions,
): Promise<StartOutcome> {
  const found = await findSharedDaemon(search);
  if (options.signal.aborted) {
    return { kind: 'cancelled' };
  }
  if (found !== undefined) {
    return { kind: 'ready', daemon: borrowed(found) };
  }
  const outcome = await startDaemon(launch, options);
  if (outcome.kind !== 'ready') {
    return outcome;
  }
  const { daemon } = outcome;
  const rival = await findSharedDaemon(search);
  if (rival !== undefined && rival.pid !== daemon.info.pid) {
    await daemon.stop();
    return { kind: 'ready', daemon: borrowed(rival) };
  }
  return { kind: 'ready', daemon: own(daemon) };
}

/** A daemon that this window started: it outlives the window while others use it. */
function own(daemon: DaemonProcess): DaemonProcess {
  const hold = holdDaemon(daemon.info);
  void daemon.exited.then(() => hold.release());
  return {
    ...daemon,
    isUsedByOthers: () => hold.holders > 1,
    stop: async () => {
      if (process.platform === 'win32') {
        // There is no SIGTERM, and the end of stdin is no order while somebody holds the daemon.
        await shutDown(daemon.info).catch(() => undefined);
      }
      return daemon.stop();
    },
    leave: async () => {
      const isShared = hold.holders > 1;
      hold.release();
      if (isShared) {
        daemon.abandon();
      } else {
        await daemon.leave();
      }
    },
  };
}

/** A daemon that somebody else started. */
function borrowed(info: ReadyInfo): DaemonProcess {
  const hold = holdDaemon(info);
  const exited = hold.ended.then((end) =>
    end === 'stopping'
      ? { code: 0, signal: null, lastWords: '' }
      : { code: null, signal: null, lastWords: 'The server of another window ended unexpectedly.' },
  );
  return {
    info,
    exited,
    shared: true,
    isUsedByOthers: () => true,
    abandon: () => undefined,
    stop: async () => {
      try {
        await shutDown(info);
      } catch (reason) {
        // It serves on, for others: this window does not hold it any more.
        hold.release();
        throw reason;
      }
      return exited;
    },
    leave: () => {
      hold.release();
      return Promise.resolve();
    },
  };
}

async function shutDown(info: ReadyInfo): Promise<void> {
  const channel = new AdminChannel(info);
  try {
    await channel.call(methods.Shutdown, { mutation: { actor: 'vscode' } }, answerTimeoutMs);
  } finally {
    channel.dispose();
  }
}

/** As the daemon writes it into its discovery file. */
async function withoutLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    return path.resolve(file);
  }
}
