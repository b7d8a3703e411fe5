// Frames out of bytes that come in any parts: what is kept, and that it is not changed any more.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameReader, type FrameSink } from '../../../../../server/wire/http2/frame-reader.ts';
import { data, frame, headers, preface } from './support/frames.ts';

/** Keeps every payload as it was given, without a copy. */
class KeepingSink implements FrameSink {
  isClosed = false;
  readonly kept: Uint8Array[] = [];
  readonly heard: string[] = [];

  preface(): void {
    this.heard.push('preface');
  }

  header(length: number, type: number): void {
    this.heard.push(`header ${type} ${length}`);
  }

  frame(type: number, _flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    this.heard.push(`frame ${type} on ${streamId}`);
    this.kept.push(bytes.subarray(start, end));
  }

  dataBegin(length: number): void {
    this.heard.push(`begin ${length}`);
  }

  dataBytes(bytes: Uint8Array, start: number, end: number): void {
    this.heard.push(`bytes ${end - start}`);
    this.kept.push(bytes.subarray(start, end));
  }

  dataPadding(byteLength: number): void {
    this.heard.push(`padding ${byteLength}`);
  }

  dataEnd(): void {
    this.heard.push('end');
  }
}

function read(bytes: Buffer, partBytes: number): KeepingSink {
  const sink = new KeepingSink();
  const reader = new FrameReader(sink);
  for (let at = 0; at < bytes.length; at += partBytes) {
    reader.read(bytes.subarray(at, at + partBytes));
  }
  return sink;
}

describe('the frame reader', () => {
  const blocks = [300, 5000, 40, 16_384].map((length, index) => Buffer.alloc(length, `${index}abcdefghijk`));
  const frames = blocks.map((block, index) => headers(2 * index + 1, [], { block }));

  it('puts frames together from parts of any size, each in its own memory', () => {
    const whole = Buffer.concat([preface, ...frames]);
    for (const partBytes of [1, 7, 100, 250, 1000, whole.length]) {
      const { kept } = read(whole, partBytes);
      assert.ok(
        kept.length === blocks.length && kept.every((bytes, i) => blocks[i]!.equals(bytes)),
        `${partBytes}`,
      );
    }
  });

  it('does not copy what came whole', () => {
    const bytes = Buffer.concat([preface, frames[0]!]);
    assert.ok(read(bytes, bytes.length).kept[0]!.buffer === bytes.buffer);
  });

  it('passes DATA on as it comes, with its padding counted', () => {
    const bytes = Buffer.concat([preface, data(1, 10, { padding: 4 })]);
    assert.deepEqual(read(bytes, bytes.length).heard.slice(1), [
      'header 0 15',
      'begin 15',
      'padding 1',
      'bytes 10',
      'padding 4',
      'end',
    ]);
    const sink = new KeepingSink();
    const reader = new FrameReader(sink);
    reader.read(bytes.subarray(0, preface.length + 12));
    reader.read(bytes.subarray(preface.length + 12, preface.length + 22));
    reader.read(bytes.subarray(preface.length + 22));
    assert.deepEqual(sink.heard.slice(3), [
      'padding 1',
      'bytes 2',
      'bytes 8',
      'padding 2',
      'padding 2',
      'end',
    ]);
  });

  it('skips frames of extensions, and sees their headers', () => {
    const bytes = Buffer.concat([
      preface,
      frame(0x42, 0, 0, Buffer.alloc(1000)),
      frame(0x43, 0, 0),
      frames[2]!,
    ]);
    for (const partBytes of [1, 300, bytes.length]) {
      assert.deepEqual(read(bytes, partBytes).heard, [
        'preface',
        `header 66 1000`,
        `header 67 0`,
        'header 1 40',
        'frame 1 on 5',
      ]);
    }
  });

  it('stops where the sink is closed', () => {
    const sink = new KeepingSink();
    const reader = new FrameReader(sink);
    sink.preface = () => (sink.isClosed = true);
    reader.read(Buffer.concat([preface, ...frames]));
    assert.deepEqual(sink.heard, []);
  });

  it('says whether a header block is under way', () => {
    const sink = new KeepingSink();
    const reader = new FrameReader(sink);
    const bytes = Buffer.concat([preface, frames[0]!, frame(4, 0, 0, Buffer.alloc(6))]);
    const states: boolean[] = [];
    for (const byte of bytes) {
      reader.read(Buffer.of(byte));
      states.push(reader.isInHeaderBlock);
    }
    const first = preface.length + 9 - 1;
    assert.equal(states.indexOf(true), first);
    assert.equal(states.lastIndexOf(true), first + 299);
  });
});
