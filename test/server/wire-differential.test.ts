// The same conversations with both transports, and with network threads: calls end alike, to the last octet. PERCH_WIRE_SEEDS=1000-2000 plays others.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openGrpcListener, type GrpcListenerOptions, type Listener } from '../../server/net/grpc-listener.ts';
import { networkThreadFile } from '../support/engine-pool.ts';
import { conversationOf } from '../support/h2-client/conversation.ts';
import { play, type ComparableOutcome } from '../support/h2-client/play.ts';
import { wireMethods } from '../support/wire-service.ts';
import { memoryLog } from '../unit/server/fakes.ts';

const [first = 1, last = first] = (process.env.PERCH_WIRE_SEEDS ?? '1-150').split('-').map(Number);

/** Seeds in one test: enough to be quick, few enough to name the bad one. */
const seedsInATest = 50;

/** The reference first. */
const served: readonly Pick<GrpcListenerOptions, 'transport' | 'threads'>[] = [
  { transport: 'grpc-js' },
  { transport: 'perch' },
  { threads: { count: 1, programFile: networkThreadFile, sharesPort: false } },
];

describe('conversations', () => {
  const listeners: Listener[] = [];
  before(async () => {
    for (const how of served) {
      const { log } = memoryLog();
      listeners.push(
        await openGrpcListener({ methods: wireMethods(), bindAddress: '127.0.0.1', port: 0, log, ...how }),
      );
    }
  });
  after(() => Promise.all(listeners.map((listener) => listener.close(AbortSignal.abort()))));

  const playOn = (listener: Listener, seed: number): Promise<ComparableOutcome[]> =>
    play(conversationOf(seed), { port: Number(listener.address.split(':')[1]) });

  for (let from = first; from <= last; from += seedsInATest) {
    const to = Math.min(last, from + seedsInATest - 1);
    it(`of the seeds ${from} to ${to} end alike`, async () => {
      for (let seed = from; seed <= to; seed++) {
        const outcomes = await Promise.all(listeners.map((listener) => playOn(listener, seed)));
        const [reference, ...others] = outcomes;
        others.forEach((own) => assert.deepEqual(own, reference, `seed ${seed}`));
      }
    });
  }
});
