// Memory for output that connections share.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
});
