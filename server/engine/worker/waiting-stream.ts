// The stream of bytes to the daemon as the worker sees it: reading waits, asleep, and so does writing.
import { readSync, writevSync } from 'node:fs';
import { isFileSystemError } from '../../file-system-error.ts';
import { WaitingReader, writeWaiting } from '../shared-pipe.ts';
import type { ThreadPipes } from '../thread-channel.ts';

/** The file descriptor of the daemon's socket (spawn's `stdio[3]`); it blocks, as spawn makes it. */
const channelDescriptor = 3;

/** Bytes from and to the daemon. */
export interface WaitingStream {
  /** Fills `target` from its start with what is there, at least one byte; 0 at the end. */
  read(target: Uint8Array): number;
  /** Writes all of it. */
  write(pieces: readonly Uint8Array[]): void;
}

/** The stream of a child process. */
export function openProcessStream(): WaitingStream {
  return {
    read: (target) => {
      for (;;) {
        try {
          return readSync(channelDescriptor, target, 0, target.length, null);
        } catch (reason) {
          // A signal that is ignored; or, on Windows, a pipe whose other end is gone.
          if (isFileSystemError(reason, 'EOF') || isFileSystemError(reason, 'ECONNRESET')) {
            return 0;
          }
          if (!isFileSystemError(reason, 'EINTR') && !isFileSystemError(reason, 'EAGAIN')) {
            throw reason;
          }
        }
      }
    },
    write: (pieces) => {
      for (let left = [...pieces]; left.length > 0;) {
        left = behind(left, writeSome(left));
      }
    },
  };
}

function writeSome(pieces: readonly Uint8Array[]): number {
  try {
    return writevSync(channelDescriptor, pieces.slice(0, 1000));
  } catch (reason) {
    if (isFileSystemError(reason, 'EINTR') || isFileSystemError(reason, 'EAGAIN')) {
      return 0;
    }
    if (isFileSystemError(reason, 'EPIPE') || isFileSystemError(reason, 'ECONNRESET')) {
      process.exit(0);
    }
    throw reason;
  }
}

/** What is left of the pieces behind their first `count` bytes. */
function behind(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  let index = 0;
  for (; index < pieces.length; index++) {
    const length = pieces[index]?.length ?? 0;
    if (skip < length) {
      break;
    }
    skip -= length;
  }
  const [first, ...rest] = pieces.slice(index);
  return first === undefined ? [] : [first.subarray(skip), ...rest];
}

/** The stream of a thread. */
export function openThreadStream({ toWorker, fromWorker }: ThreadPipes): WaitingStream {
  const reader = new WaitingReader(toWorker);
  return {
    read: (target) => reader.read(target),
    write: (pieces) => writeWaiting(fromWorker, pieces),
  };
}
