// The stream of bytes to the daemon as the worker sees it: reading waits, asleep, and so does writing.
import { readSync, writevSync } from 'node:fs';
import { isFileSystemError } from '../../file-system-error.ts';
import { readWaiting, writeWaiting } from '../shared-pipe.ts';
import type { ThreadPipes } from '../thread-channel.ts';

/** The file descriptor of the daemon's socket (spawn's `stdio[3]`); it blocks, as spawn makes it. */
const channelDescriptor = 3;

/** A system takes no more buffers in one call (Linux: 1024). */
const piecesAtOnce = 1000;
const none = new Uint8Array(0);

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
      let index = 0;
      let skip = 0;
      while (index < pieces.length) {
        const some = pieces.slice(index, index + piecesAtOnce);
        some[0] = some[0]?.subarray(skip) ?? none;
        skip += writeSome(some);
        for (let length = pieces[index]?.length; length !== undefined && skip >= length;) {
          skip -= length;
          index++;
          length = pieces[index]?.length;
        }
      }
    },
  };
}

/** Bytes written of the pieces; 0 where a signal came between. */
function writeSome(pieces: readonly Uint8Array[]): number {
  try {
    return writevSync(channelDescriptor, pieces);
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

/** The stream of a thread. */
export function openThreadStream({ toWorker, fromWorker }: ThreadPipes): WaitingStream {
  return {
    read: (target) => readWaiting(toWorker, target),
    write: (pieces) => writeWaiting(fromWorker, pieces),
  };
}
