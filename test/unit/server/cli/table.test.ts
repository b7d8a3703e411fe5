// Tables for terminals, and JSON for programs.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec } from '../../../../protos/messages.ts';
import { toProtoJson } from '../../../../server/cli/proto-json.ts';
import { harmless, table } from '../../../../server/cli/table.ts';

describe('table', () => {
  it('aligns columns, and leaves no blanks at the ends of lines', () => {
    assert.equal(
      table(
        ['A', 'LONG', 'C'],
        [
          ['one', 'x', ''],
          ['é', '', 'z'],
        ],
        false,
      ),
      'A    LONG  C\none  x\né          z\n',
    );
  });

  it('colours by meaning, outside of the alignment', () => {
    const text = table(['A', 'B'], [[{ text: 'bad', tone: 'bad' }, 'x']], true);
    assert.equal(text, '\u001b[2mA\u001b[0m    \u001b[2mB\u001b[0m\n\u001b[31mbad\u001b[0m  x\n');
  });

  it('makes names harmless that would steer the terminal', () => {
    assert.equal(harmless('a\u001b[31m\n\u0085b\u202e'), 'a\\u{1b}[31m\\u{a}\\u{85}b\\u{202e}');
    assert.equal(harmless('a\nb', true), 'a\nb');
    assert.equal(table(['A'], [['x\ny']], false), 'A\nx\\u{a}y\n');
  });
});

describe('toProtoJson', () => {
  it("is protobuf's JSON mapping", () => {
    const { encode, decode } = messageCodec('perch.admin.v1.ModelState');
    const model = decode(
      encode({
        name: 'digits',
        resourceVersion: '9007199254740993',
        traffic: [
          { target: { label: 'target' }, percent: 95 },
          { target: { version: '3' }, percent: 5 },
        ],
        shadow: { agreement: NaN, worst: [{ inputsJson: Buffer.from('{}') }] },
        canary: { phase: 'CANARY_PHASE_PAUSED', plan: { gates: { maxDrift: 0.5 } } },
      }),
    );
    const json = JSON.parse(JSON.stringify(toProtoJson(model))) as Record<string, unknown>;
    assert.equal(json.resourceVersion, '9007199254740993');
    assert.deepEqual(json.traffic, [
      { target: { label: 'target' }, percent: 95, version: '0', available: false },
      { target: { version: '3' }, percent: 5, version: '0', available: false },
    ]);
    const shadow = json.shadow as { agreement: unknown; worst: { inputsJson: unknown }[]; target?: unknown };
    assert.equal(shadow.agreement, 'NaN');
    assert.equal(shadow.worst[0]?.inputsJson, 'e30=');
    assert.ok(!('target' in shadow));
    const canary = json.canary as { phase: unknown; plan: { gates: unknown } };
    assert.equal(canary.phase, 'CANARY_PHASE_PAUSED');
    assert.deepEqual(canary.plan.gates, { maxDrift: 0.5, golden: [] });
  });
});
