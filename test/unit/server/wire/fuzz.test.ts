// The fuzzer for a few seconds: mutated conversations against the state machines, without sockets. `npm run fuzz:wire` is longer.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fuzzer } from '../../../support/wire-fuzz/fuzzer.ts';

const conversations = 6_000;

describe('mutated conversations', () => {
  it('break nothing: no exception, no rule of HTTP/2 broken in answers, nothing kept', async () => {
    const fuzzer = new Fuzzer();
    for (let seed = 1; seed <= conversations; seed++) {
      await fuzzer.run(seed);
    }
    await fuzzer.settle();
    // All kinds of ends have come, or the fuzzer does not do what it says.
    for (const cause of ['open', 'protocol-error', 'flood', 'drained', 'headers-timeout', 'write-timeout']) {
      assert.ok(fuzzer.counts.closes.has(cause), `no connection ended by ${cause}`);
    }
    assert.ok(fuzzer.counts.answerFrames > conversations, 'hardly an answer');
  });
});
