// ONNX Runtime's profiles: what ran where. test/server/providers.test.ts reads real ones.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { cpuFallbackOps, parseProfile, readProfile } from '../../../../server/engine/providers/profile.ts';
import { tempDir } from '../../../support/temp-dir.ts';

function event(name: string, provider: string, op: string, index: number): string {
  return JSON.stringify({
    cat: 'Node',
    pid: 1,
    tid: 1,
    dur: 2,
    ts: 3,
    ph: 'X',
    name: `${name}_kernel_time`,
    args: { provider, op_name: op, node_index: String(index) },
  });
}

const session = '{"cat" : "Session","name" :"model_run","args" : {}}';

describe('a profile', () => {
  it('says how many nodes ran on which provider, each counted once', () => {
    const run = [
      event('a', 'CUDAExecutionProvider', 'Conv', 0),
      event('b', 'CUDAExecutionProvider', 'MatMul', 1),
      event('c', 'CPUExecutionProvider', 'NonMaxSuppression', 2),
      event('d', 'CPUExecutionProvider', 'Gather', 3),
      event('e', 'CPUExecutionProvider', 'Gather', 4),
    ];
    const placement = parseProfile(`[\n${[session, ...run, ...run, session].join(',\n')}\n]\n`);
    assert.deepEqual(
      [...placement.nodes],
      [
        ['cuda', 2],
        ['cpu', 3],
      ],
    );
    assert.deepEqual(placement.cpuOps, ['Gather', 'NonMaxSuppression']);
    assert.deepEqual(cpuFallbackOps(placement, 'cuda'), ['Gather', 'NonMaxSuppression']);
    assert.deepEqual(cpuFallbackOps(placement, 'cpu'), []);
  });

  it('keeps the name of a provider that the daemon has none for', () => {
    assert.deepEqual(
      [...parseProfile(event('a', 'QNNExecutionProvider', 'Conv', 0)).nodes],
      [['QNNExecutionProvider', 1]],
    );
  });

  it('is read as far as it goes where it is cut, and past names that break the JSON', () => {
    const broken = event('x', 'CUDAExecutionProvider', 'Conv', 9).replace('"x_', '"x"_');
    const cut = event('b', 'CUDAExecutionProvider', 'Conv', 1).slice(0, 60);
    const text = `[\n${event('a', 'CUDAExecutionProvider', 'Conv', 0)},\n${broken},\n${cut}`;
    assert.deepEqual([...parseProfile(text).nodes], [['cuda', 1]]);
  });

  it('of anything else says nothing', () => {
    for (const text of [
      '',
      '[]',
      'null',
      '{"cat":"Node"}',
      '{"cat":"Node","args":null}',
      '"Node"',
      session,
    ]) {
      assert.equal(parseProfile(text).nodes.size, 0, text);
    }
  });

  it('is the newest file with the prefix', async () => {
    using directory = tempDir();
    assert.equal(await readProfile(directory.path, 'profile'), undefined);
    const write = (name: string, provider: string): void =>
      writeFileSync(path.join(directory.path, name), event('a', provider, 'Conv', 0));
    write('profile_2026-01-02_00-00-00_001.json', 'CUDAExecutionProvider');
    write('profile_2026-01-01_00-00-00_001.json', 'CPUExecutionProvider');
    write('other_2027.json', 'CPUExecutionProvider');
    const placement = await readProfile(directory.path, 'profile');
    assert.deepEqual([...(placement?.nodes ?? [])], [['cuda', 1]]);
  });
});
