// Pieces of content that wait: nothing is lost, and small ones do not hold on to large reads.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { PieceQueue } from '../../../../../server/wire/grpc/piece-queue.ts';

function takeAll(queue: PieceQueue): Uint8Array[] {
  const pieces = [];
  for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) {
    pieces.push(piece);
  }
  return pieces;
}

it('what goes in comes out in its order, whenever it is taken', () => {
  const step = fc.oneof(
    fc.record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 30 }), isUsedAtOnce: fc.boolean() }),
    fc.record({ bytes: fc.uint8Array({ minLength: 500, maxLength: 600 }), isUsedAtOnce: fc.boolean() }),
    fc.constant('take' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new PieceQueue();
      const put: Uint8Array[] = [];
      const taken: Uint8Array[] = [];
      for (const one of steps) {
        if (one === 'take') {
          const piece = queue.shift();
          assert.equal(piece === undefined, Buffer.concat(put).length === Buffer.concat(taken).length);
          taken.push(piece ?? Buffer.alloc(0));
        } else {
          queue.add(one.bytes, one.isUsedAtOnce);
          put.push(one.bytes);
        }
      }
      assert.deepEqual(Buffer.concat([...taken, ...takeAll(queue)]), Buffer.concat(put));
    }),
  );
});

it('small pieces that wait share memory, large ones and those that are used at once do not', () => {
  const read = Buffer.alloc(65_536, 1);
  const queue = new PieceQueue();
  queue.add(read.subarray(0, 10), true);
  for (let at = 0; at < 2_000; at++) {
    queue.add(read.subarray(at, at + 1), false);
  }
  queue.add(read.subarray(0, 512), false);
  const pieces = takeAll(queue);
  assert.deepEqual(
    pieces.map(({ length }) => length),
    [10, 2_000, 512],
  );
});
