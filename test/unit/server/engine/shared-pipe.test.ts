// The stream in shared memory: every byte arrives once and in order, however it is cut, and a close wakes whoever waits.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import fc from 'fast-check';
import {
  closeSharedPipe,
  createSharedPipe,
  QueuedWriter,
  readAll,
  readWaiting,
  writeWaiting,
  type SharedPipe,
} from '../../../../server/engine/shared-pipe.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';
import { flush } from '../fakes.ts';

/** Bytes that tell where they stood. */
function pattern(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    bytes[i] = (i * 31 + (i >> 8) * 7 + seed) % 251;
  }
  return bytes;
}

/** A pipe through which so many bytes went already. */
function usedPipe(bytesBefore: number): SharedPipe {
  const pipe = createSharedPipe();
  pipe.control[0] = bytesBefore | 0;
  pipe.control[1] = bytesBefore | 0;
  return pipe;
}

function waitingIn({ control }: SharedPipe): number {
  return ((control[0] ?? 0) - (control[1] ?? 0)) >>> 0;
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const length of lengths) {
    pieces.push(bytes.subarray(offset, offset + length));
    offset = Math.min(bytes.length, offset + length);
  }
  return [...pieces, bytes.subarray(offset)];
}

/** Reads `length` bytes in parts of the given lengths; what is not there yet is waited for on the event loop. */
async function read(pipe: SharedPipe, length: number, parts: readonly number[]): Promise<Uint8Array> {
  const target = new Uint8Array(length);
  for (let filled = 0, turn = 0; filled < length; turn++) {
    if (waitingIn(pipe) === 0) {
      await flush();
      continue;
    }
    const part = parts[turn % Math.max(1, parts.length)] ?? 4096;
    filled += readWaiting(pipe, target.subarray(filled, filled + part));
  }
  return target;
}

const ring = createSharedPipe().ring.length;

describe('a shared pipe', () => {
  it('carries everything in order, around its end and past 2^32 bytes, however it is written and read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 5, ring - 3, 2 ** 31 - 1000, 2 ** 32 - 70_000, 2 ** 32 - 1),
        fc.nat(3 * ring),
        fc.array(fc.nat(400_000), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 4 }),
        async (before, length, pieces, parts) => {
          const pipe = usedPipe(before);
          const bytes = pattern(length, before % 7);
          const writer = new QueuedWriter(pipe);
          const all = cut(bytes, pieces);
          const half = all.length >> 1;
          writer.write(all.slice(0, half));
          all.slice(half).forEach((piece) => writer.write([piece]));
          assert.ok(waitingIn(pipe) <= ring);
          assert.equal(Buffer.compare(await read(pipe, length, parts), bytes), 0);
          assert.equal(waitingIn(pipe), 0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps the order of what is written while something waits already', async () => {
    const pipe = createSharedPipe();
    const writer = new QueuedWriter(pipe);
    const parts = [
      pattern(ring - 1, 1),
      pattern(100, 2),
      pattern(2 * ring, 3),
      pattern(1, 4),
      pattern(50, 5),
    ];
    writer.write(parts.slice(0, 2));
    writer.write(parts.slice(2, 3));
    const reading = read(pipe, 3 * ring + 100, [ring >> 1, 77]);
    writer.write([...parts.slice(3, 4), new Uint8Array(0)]);
    const bytes = await reading;
    writer.write(parts.slice(4));
    const rest = await read(pipe, 50, [7]);
    assert.equal(Buffer.compare(Buffer.concat([bytes, rest]), Buffer.concat(parts)), 0);
  });

  it('takes very many pieces while something waits already', async () => {
    const pipe = createSharedPipe();
    const writer = new QueuedWriter(pipe);
    writer.write([pattern(ring + 1)]);
    // A tensor of so many strings is as many pieces.
    const pieces = Array.from({ length: 300_000 }, (_, i) => Uint8Array.of(i % 251));
    assert.doesNotThrow(() => writer.write(pieces));
    const bytes = await read(pipe, ring + 1 + pieces.length, [100_000]);
    assert.equal(Buffer.compare(bytes.subarray(ring + 1), Buffer.concat(pieces)), 0);
  });

  it('hands over parts that are not written to again', async () => {
    const pipe = createSharedPipe();
    const writer = new QueuedWriter(pipe);
    const chunks: Uint8Array[] = [];
    const reading = readAll(pipe, (chunk) => chunks.push(chunk));
    const bytes = pattern(3 * ring + 5);
    writer.write([bytes]);
    while (chunks.reduce((sum, { length }) => sum + length, 0) < bytes.length) {
      await flush();
    }
    closeSharedPipe(pipe);
    await reading;
    assert.equal(Buffer.compare(Buffer.concat(chunks), bytes), 0);
    assert.equal(new Set(chunks.map(({ buffer }) => buffer)).size, chunks.length);
  });

  it('that is closed ends the wait of the end that does not block', async () => {
    const pipe = createSharedPipe();
    const reading = readAll(pipe, () => assert.fail('nothing came'));
    await flush();
    closeSharedPipe(pipe);
    await reading;
  });

  it('that is closed drops what does not fit any more, and blocks nobody', () => {
    const pipe = createSharedPipe();
    closeSharedPipe(pipe);
    writeWaiting(pipe, [pattern(2 * ring)]);
    assert.equal(readWaiting(createdClosed(), new Uint8Array(8)), 0);
  });

  it('tells its caller what the receiver of the parts throws', async () => {
    const pipe = createSharedPipe();
    const reading = readAll(pipe, () => {
      throw new Error('no frame');
    });
    new QueuedWriter(pipe).write([pattern(1)]);
    await assert.rejects(reading, { message: 'no frame' });
  });

  describe('between threads', () => {
    let directory: TempDir;
    let program: string;
    before(async () => {
      directory = tempDir();
      program = path.join(directory.path, 'pipe-echo.cjs');
      await build({
        entryPoints: [path.join(import.meta.dirname, 'pipe-echo.ts')],
        outfile: program,
        bundle: true,
        platform: 'node',
        format: 'cjs',
      });
    });
    after(() => directory.remove());

    for (const [what, spin] of [
      ['at once', false],
      ['in bursts', true],
    ] as const) {
      it(`goes to a sleeping thread and back, sent ${what}`, async () => {
        const pipes = { toWorker: createSharedPipe(), fromWorker: createSharedPipe() };
        const worker = new Worker(program, { workerData: pipes });
        const ended = once(worker, 'exit');
        const writer = new QueuedWriter(pipes.toWorker);
        const bytes = pattern(5 * ring + 17);
        const chunks: Uint8Array[] = [];
        let received = 0;
        const reading = readAll(pipes.fromWorker, (chunk) => {
          chunks.push(chunk);
          received += chunk.length;
        });
        let sent = 0;
        for (const piece of cut(bytes, spin ? [1, 8, 100, 65_536, 3, ring, ring - 1, 2] : [])) {
          writer.write([piece]);
          sent += piece.length;
          while (spin && received < sent) {
            await flush();
          }
        }
        while (received < bytes.length) {
          await flush();
        }
        closeSharedPipe(pipes.toWorker);
        assert.deepEqual(await ended, [0], 'the thread woke and ended');
        closeSharedPipe(pipes.fromWorker);
        await reading;
        assert.equal(Buffer.compare(Buffer.concat(chunks), bytes), 0);
      });
    }
  });
});

function createdClosed(): SharedPipe {
  const pipe = createSharedPipe();
  closeSharedPipe(pipe);
  return pipe;
}
