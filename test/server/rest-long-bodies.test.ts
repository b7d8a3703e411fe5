// Bodies of megabytes: others are served while they are read, and nobody reads on once the client is gone.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { answerRest, type RestRequest } from '../../server/apis/rest/rest-api.ts';
import { turnBytes } from '../../server/codec/json-document.ts';
import { ModelManager } from '../../server/lifecycle/model-manager.ts';
import { listenRest } from '../../server/net/rest-listener.ts';
import type { Listener } from '../../server/net/grpc-listener.ts';
import { memoryLog, modelOnDisk } from '../unit/server/fakes.ts';
import { SteeredEngine } from './support/steered-engine.ts';

/** Wrong at its very end, so that all of it is read, and no engine has to. */
const longBody = Buffer.from(`{"instances": [${'0,'.repeat(2_000_000)}"a"]}`);
const leastTurns = Math.floor(longBody.length / turnBytes);

describe('a body of megabytes', () => {
  const manager = new ModelManager(new SteeredEngine(), memoryLog().log);
  const serving = { manager, observer: { finished: () => undefined } };
  let listener: Listener;
  /** Turns of the event loop. */
  let turns = 0;
  let counting: NodeJS.Immediate;

  beforeEach(async () => {
    manager.apply([modelOnDisk('m', [1n])]);
    await manager.whenSettled(AbortSignal.timeout(60_000));
    listener = await listenRest({
      bindAddress: '127.0.0.1',
      port: 0,
      maxBodyBytes: 2 ** 26,
      timeoutMs: 0,
      answer: (request) => answerRest(serving, request),
      log: memoryLog().log,
    });
    const count = (): void => {
      turns++;
      counting = setImmediate(count);
    };
    count();
  });
  afterEach(async () => {
    clearImmediate(counting);
    await listener.close(AbortSignal.abort());
  });

  const predict = (body: Uint8Array, signal: AbortSignal): RestRequest => ({
    method: 'POST',
    path: '/v1/models/m:predict',
    query: '',
    accept: '',
    body,
    signal,
  });

  it('is read in as many turns as it has pieces, and short ones in none', async () => {
    const { signal } = new AbortController();
    const before = turns;
    const long = await answerRest(serving, predict(longBody, signal));
    assert.match(String(long.body), /Failed to process element: 2000000 of/);
    // It is read once for its values, and once more to find out whether all of it is JSON.
    assert.ok(turns - before >= 2 * leastTurns, `${turns - before} turns`);
    const then = turns;
    const short = await answerRest(serving, predict(Buffer.from('{"instances": ["a"]}'), signal));
    assert.match(String(short.body), /Failed to process element: 0 of/);
    assert.ok(turns - then <= 1, `${turns - then} turns`);
  });

  it('leaves the others their turns', async () => {
    const url = `http://${listener.address}/v1/models/m`;
    const long = { isDone: false };
    const answer = fetch(`${url}:predict`, { method: 'POST', body: longBody }).then(async (response) => {
      long.isDone = true;
      return [response.status, await response.text()] as const;
    });
    let served = 0;
    while (!long.isDone) {
      assert.equal((await fetch(url)).status, 200);
      served++;
    }
    const [status, text] = await answer;
    assert.equal(status, 400);
    assert.match(text, /element: 2000000 /);
    assert.ok(served >= 3, `${served} others were served meanwhile`);
  });

  it('is given up when its client is gone', async () => {
    const gone = new AbortController();
    const answer = answerRest(serving, predict(longBody, gone.signal));
    await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    const before = turns;
    assert.equal((await answer).status, 499);
    assert.ok(turns - before < leastTurns / 2, `${turns - before} turns`);
  });
});
