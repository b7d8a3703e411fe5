// Memory for output that connections share.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Output } from '../../../../../server/wire/http2/output.ts';
import { OutputSlab, slabChunkBytes } from '../../../../../server/wire/http2/output-slab.ts';

function write(output: Output, text: string): void {
  const at = output.reserve(text.length);
  output.chunk.set(Buffer.from(text), at);
}

const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString();

describe('output', () => {
  it('of connections that write in turn is one piece each', () => {
    const slab = new OutputSlab();
    const outputs = [new Output(slab), new Output(slab)] as const;
    for (let i = 0; i < 50; i++) {
      write(outputs[0], `a${i} `);
      write(outputs[1], `b${i} `);
    }
    for (const [index, letter] of ['a', 'b'].entries()) {
      const pieces = outputs[index]!.take();
      assert.equal(pieces.length, 1);
      assert.equal(textOf(pieces), Array.from({ length: 50 }, (_, i) => `${letter}${i} `).join(''));
    }
  });

  it('keeps the order of copies and views', () => {
    const output = new Output(new OutputSlab());
    const view = Buffer.from('view');
    write(output, 'one ');
    output.append(view);
    write(output, ' two');
    assert.equal(output.byteLength, 12);
    const pieces = output.take();
    assert.equal(textOf(pieces), 'one view two');
    assert.equal(pieces[1], view);
    assert.equal(output.byteLength, 0);
    assert.deepEqual(output.take(), []);
  });

  it('that was taken is never written again', () => {
    const slab = new OutputSlab();
    const output = new Output(slab);
    const taken: (readonly Uint8Array[])[] = [];
    for (let i = 0; i < 1000; i++) {
      write(output, String(i).padStart(200, '.'));
      taken.push(output.take());
    }
    assert.ok(taken.every((pieces, i) => textOf(pieces) === String(i).padStart(200, '.')));
  });

  it('of one connection is left alone when that of another is taken', () => {
    const slab = new OutputSlab();
    const [first, second, third] = [new Output(slab), new Output(slab), new Output(slab)];
    write(first, 'first');
    write(second, 'second');
    const taken = first.take();
    write(third, 'third'.repeat(1000));
    write(second, ' and more'.repeat(300));
    assert.equal(textOf(taken), 'first');
    assert.equal(textOf(second.take()), `second${' and more'.repeat(300)}`);
    assert.equal(textOf(third.take()), 'third'.repeat(1000));
  });

  it('uses up a chunk without gaps when it is taken each time', () => {
    const output = new Output(new OutputSlab());
    const offsets: number[] = [];
    const buffers = new Set<ArrayBufferLike>();
    for (let used = 0; used < slabChunkBytes - 1024; used += 100) {
      write(output, 'x'.repeat(100));
      const [piece] = output.take();
      offsets.push(piece!.byteOffset);
      buffers.add(piece!.buffer);
    }
    assert.equal(buffers.size, 1);
    assert.ok(offsets.every((offset, index) => offset === 100 * index));
    for (let used = 0; used < slabChunkBytes / 2; used += 100) {
      write(output, 'x'.repeat(100));
      buffers.add(output.take()[0]!.buffer);
    }
    assert.equal(buffers.size, 2);
  });

  it('uses the same memory again and again when what is taken is written', () => {
    const slab = new OutputSlab();
    const outputs = [new Output(slab), new Output(slab)];
    const buffers = new Set<ArrayBufferLike>();
    for (let turn = 0; turn < 100; turn++) {
      outputs.forEach((output) => write(output, 'x'.repeat(1000)));
      outputs.forEach((output) => output.take().forEach(({ buffer }) => buffers.add(buffer)));
      outputs.forEach((output) => output.written());
    }
    assert.equal(buffers.size, 1);
  });

  it('goes on with other memory where what was taken is never written', () => {
    const slab = new OutputSlab();
    const stuck = new Output(slab);
    write(stuck, 'stuck');
    const pieces = stuck.take();
    stuck.abandonTaken();
    const output = new Output(slab);
    const buffers = new Set<ArrayBufferLike>();
    for (let turn = 0; turn < 100; turn++) {
      write(output, 'x'.repeat(4000));
      output.take().forEach(({ buffer }) => buffers.add(buffer));
      output.written();
    }
    assert.equal(textOf(pieces), 'stuck');
    assert.equal(buffers.size, 1);
  });

  it('stays as it is until it is written, whatever others do', () => {
    const step = fc.record({
      who: fc.nat({ max: 3 }),
      does: fc.constantFrom('write', 'write', 'write', 'take', 'written', 'abandon'),
      length: fc.oneof(fc.nat({ max: 50 }), fc.integer({ min: 900, max: 5000 }), fc.constant(40_000)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const slab = new OutputSlab();
        const sides = Array.from({ length: 4 }, () => ({
          output: new Output(slab),
          waiting: '',
          taken: [] as { pieces: readonly Uint8Array[]; text: string }[],
        }));
        for (const [index, { who, does, length }] of steps.entries()) {
          const side = sides[who]!;
          if (does === 'write') {
            const text = String.fromCharCode(97 + (index % 26)).repeat(length);
            write(side.output, text);
            side.waiting += text;
          } else if (does === 'take') {
            side.taken.push({ pieces: side.output.take(), text: side.waiting });
            side.waiting = '';
          } else if (does === 'written') {
            // Of what was taken before, nobody knows that it is written: it stays.
            side.taken.pop();
            side.output.written();
          } else {
            side.output.abandonTaken();
          }
          for (const { taken } of sides) {
            assert.ok(taken.every(({ pieces, text }) => textOf(pieces) === text));
          }
        }
        for (const { output, waiting } of sides) {
          assert.equal(textOf(output.take()), waiting);
        }
      }),
      { numRuns: 300 },
    );
  });
});
