// Gates of many keys in bounded memory: which one goes, which one never does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GateTable } from '../../../../server/limits/gate-table.ts';
import type { ScopeGate } from '../../../../server/limits/scope-gate.ts';
import { bucketRules } from '../../../../server/limits/token-bucket.ts';

const rules = { rate: bucketRules(1, 1), concurrent: 2 };

function gateOf(table: GateTable, key: string): ScopeGate {
  return table.find(key) ?? table.add(key);
}

describe('the table of gates', () => {
  it('keeps a gate for each key', () => {
    const table = new GateTable(rules);
    const a = gateOf(table, 'a');
    assert.notEqual(gateOf(table, 'b'), a);
    assert.equal(gateOf(table, 'a'), a);
    assert.equal(gateOf(table, '__proto__'), gateOf(table, '__proto__'));
  });

  it('lets one go that was not used since it last looked', () => {
    const table = new GateTable(rules, 3);
    const [a, , c] = ['a', 'b', 'c'].map((key) => gateOf(table, key));
    table.find('a');
    gateOf(table, 'd');
    assert.equal(table.size, 3);
    assert.equal(table.find('b'), undefined);
    assert.deepEqual([table.find('a'), table.find('c')], [a, c]);
    // The one that it comes by next and was not used, a and c having been used since.
    gateOf(table, 'e');
    assert.deepEqual([table.find('a'), table.find('c'), table.find('d')], [a, c, undefined]);
  });

  it('keeps those that go on calling, however many others come and go', () => {
    const table = new GateTable(rules, 50);
    const regulars = Array.from({ length: 20 }, (_, i) => `regular ${i}`);
    const gates = regulars.map((key) => gateOf(table, key));
    for (let i = 0; i < 5000; i++) {
      gateOf(table, `passer-by ${i}`);
      regulars.forEach((key) => table.find(key));
    }
    assert.deepEqual(
      regulars.map((key) => table.find(key)),
      gates,
    );
  });

  it('stays as small as it is, however many keys come', () => {
    const table = new GateTable(rules, 100);
    for (let i = 0; i < 10_000; i++) {
      gateOf(table, `client ${i}`).enter(i);
      gateOf(table, `client ${i}`).leave(1);
    }
    assert.equal(table.size, 100);
  });

  it('forgets none that has requests under way, and lets newcomers share a gate where all have', () => {
    const table = new GateTable(rules, 2);
    const busy = ['a', 'b'].map((key) => gateOf(table, key));
    busy.forEach((gate) => gate.enter(0));
    const shared = gateOf(table, 'c');
    assert.equal(gateOf(table, 'd'), shared);
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => table.find(key)),
      [...busy, undefined],
    );
    shared.enter(0);
    shared.leave(1);
    busy[0]!.leave(5);
    assert.notEqual(gateOf(table, 'c'), shared, 'a can go now');
    assert.equal(table.find('a'), undefined);
    assert.equal(table.size, 2);
  });
});
