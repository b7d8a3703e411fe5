// The program of an engine host, in a process or a thread of its own: takes calls one at a time, and answers them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isMainThread, workerData } from 'node:worker_threads';
import { PerchError } from '../../errors.ts';
import { decodeFrame, encodeFrame, frameLength, framePrefixBytes, type EngineMessage } from '../frames.ts';
import type { ThreadPipes } from '../thread-channel.ts';
import { openProcessStream, openThreadStream, type WaitingStream } from './waiting-stream.ts';
import { Sessions } from './sessions.ts';

/** Frames up to this length are read, several at once, into the same memory; a longer one gets its own. */
const stagingBytes = 256 * 1024;

const sessions = new Sessions();

/**
 * Reads a frame, does what it says, answers, and begins again. Waiting blocks the thread: it is woken without the way
 * through an event loop, which costs more than a small model (ARCHITECTURE.md, "The hand-over"). ONNX Runtime blocks it
 * anyway. Each run goes through one turn of the event loop, in which what it left behind is freed.
 */
async function serve(stream: WaitingStream): Promise<void> {
  const send = (message: EngineMessage): void => stream.write(encodeOrRefuse(message));
  send({ kind: 'hello', call: 0, onnxruntimeVersion: onnxruntimeVersion() });
  const staging = new Uint8Array(stagingBytes);
  let filled = 0;
  for (;;) {
    const count = stream.read(staging.subarray(filled));
    if (count === 0) {
      return;
    }
    filled += count;
    let offset = 0;
    while (filled - offset >= framePrefixBytes) {
      const length = frameLength(staging, offset);
      if (offset + length <= filled) {
        send(await answer(decodeFrame(staging.subarray(offset, offset + length))));
        offset += length;
        continue;
      }
      if (length <= staging.length) {
        break;
      }
      // Of its own memory, so that tensors are aligned; all of it is read over, so it need not be zeros.
      const frame = Buffer.allocUnsafeSlow(length);
      frame.set(staging.subarray(offset, filled));
      if (!readRest(stream, frame, filled - offset)) {
        return;
      }
      [offset, filled] = [0, 0];
      send(await answer(decodeFrame(frame)));
    }
    // Frames are multiples of 8 bytes: tensors stay aligned wherever the rest is moved to the front.
    staging.copyWithin(0, offset, filled);
    filled -= offset;
  }
}

function readRest(stream: WaitingStream, frame: Uint8Array, from: number): boolean {
  for (let filled = from; filled < frame.length;) {
    const count = stream.read(frame.subarray(filled));
    if (count === 0) {
      return false;
    }
    filled += count;
  }
  return true;
}

async function answer(message: EngineMessage): Promise<EngineMessage> {
  const { call } = message;
  try {
    switch (message.kind) {
      case 'load': {
        const { session, memoryLimitBytes } = message;
        const { signatures, conversion } = await sessions.load(session, message, memoryLimitBytes);
        return { kind: 'loaded', call, signatures, ...(conversion === undefined ? {} : { conversion }) };
      }
      case 'unload':
        await sessions.unload(message.session);
        return { kind: 'unloaded', call };
      case 'run': {
        const begun = performance.now();
        const tensors = await sessions.run(message);
        return { kind: 'ran', call, tensors, engineUs: (performance.now() - begun) * 1000 };
      }
      default:
        throw new PerchError('INTERNAL', `An engine host does not take "${message.kind}".`);
    }
  } catch (reason) {
    return failure(call, reason);
  }
}

/** An answer that is too large to be sent is an error of its call, not of the host. */
function encodeOrRefuse(message: EngineMessage): Uint8Array[] {
  try {
    return encodeFrame(message);
  } catch (reason) {
    return encodeFrame(failure(message.call, reason));
  }
}

function failure(call: number, reason: unknown): EngineMessage {
  const { code, message } = PerchError.from(reason);
  return { kind: 'failed', call, code, message };
}

/** From the package beside the bundle; the binding itself does not say. */
function onnxruntimeVersion(): string {
  const entry = createRequire(__filename).resolve('onnxruntime-node');
  const manifest = readFileSync(path.join(path.dirname(entry), '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The daemon is gone, or lets this worker go: nothing left to do here. */
async function main(): Promise<never> {
  if (isMainThread) {
    // A terminal's Ctrl-C reaches the whole process group; the daemon decides when its hosts end.
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => undefined);
  }
  await serve(isMainThread ? openProcessStream() : openThreadStream(workerData as ThreadPipes));
  process.exit(0);
}

void main();
