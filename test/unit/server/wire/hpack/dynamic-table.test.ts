// The dynamic table against a plain list of entries, and what it may keep.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DynamicTable, entryBytes } from '../../../../../server/wire/hpack/dynamic-table.ts';
import type { HeaderField } from '../../../../../server/wire/http2/contract.ts';

/** RFC 7541 §4 by the letter. */
class PlainTable {
  entries: HeaderField[] = [];

  maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  }

  add(field: HeaderField): void {
    while (this.entries.length > 0 && this.bytes > this.maxBytes - entryBytes(field)) {
      this.entries.pop();
    }
    if (entryBytes(field) <= this.maxBytes) {
      this.entries.unshift(field);
    }
  }

  resize(maxBytes: number): void {
    this.maxBytes = maxBytes;
    while (this.bytes > maxBytes) {
      this.entries.pop();
    }
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ add: fc.nat(120) }) },
  { weight: 1, arbitrary: fc.record({ resize: fc.oneof(fc.nat(1000), fc.constant(0)) }) },
);

describe('the dynamic table', () => {
  it('holds what a plain list would', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(step, { maxLength: 200 }), (maxBytes, steps) => {
        const table = new DynamicTable(maxBytes);
        const plain = new PlainTable(maxBytes);
        steps.forEach((step, number) => {
          const before = { generation: table.generation, entries: [...plain.entries] };
          if ('add' in step) {
            const field: HeaderField = [`n${number}`, 'v'.repeat(step.add)];
            table.add(field);
            plain.add(field);
          } else {
            table.resize(step.resize);
            plain.resize(step.resize);
          }
          assert.equal(table.count, plain.entries.length);
          assert.equal(table.bytes, plain.bytes);
          assert.equal(table.maxBytes, plain.maxBytes);
          plain.entries.forEach((entry, age) => assert.equal(table.get(age), entry));
          assert.equal(table.get(table.count), undefined);
          const isSame =
            before.entries.length === plain.entries.length &&
            before.entries.every((entry, age) => entry === plain.entries[age]);
          assert.equal(table.generation === before.generation, isSame);
        });
      }),
    );
  });

  it('is emptied by an entry that is greater than itself', () => {
    const table = new DynamicTable(100);
    table.add(['a', 'b']);
    table.add(['name', 'v'.repeat(65)]);
    assert.equal(table.count, 0);
    assert.equal(table.bytes, 0);
    table.add(['name', 'v'.repeat(64)]);
    assert.equal(table.bytes, 100);
  });

  it('knows no entry beyond its last one, however far', () => {
    const table = new DynamicTable(4096);
    assert.equal(table.get(0), undefined);
    table.add(['a', 'b']);
    for (const age of [1, 8, 0x7fff_ffff]) {
      assert.equal(table.get(age), undefined);
    }
  });
});
