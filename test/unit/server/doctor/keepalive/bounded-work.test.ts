// What goes on for millions of events is found out in few of them, and who has to wait is let in between.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  diagnoseConnection,
  diagnoseInSteps,
} from '../../../../../server/doctor/keepalive/diagnose-connection.ts';
import { predictConnection } from '../../../../../server/doctor/keepalive/predict-connection.ts';
import { Recurrence } from '../../../../../server/doctor/keepalive/recurrence.ts';
import { facts } from '../support/told-facts.ts';

const hour = 3_600_000;

describe('Recurrence', () => {
  /** After how many events a cycle that begins at `begin` and is `length` long is found, and what is told. */
  const found = (begin: number, length: number): { readonly events: number; readonly period: number } => {
    const standing = (event: number): { now: number; pings: number; ahead: number[] } => ({
      now: event * 10,
      pings: 0,
      ahead: [event < begin ? -1 - event : (event - begin) % length, Infinity],
    });
    const recurrence = new Recurrence(standing(0));
    for (let event = 1; event < 10_000; event++) {
      const before = recurrence.of(standing(event));
      if (before !== undefined) {
        return { events: event, period: event * 10 - before.now };
      }
    }
    return { events: Infinity, period: 0 };
  };

  it('finds a cycle within three times what comes before it and its length', () => {
    for (const [begin, length] of [
      [1, 1],
      [1, 7],
      [50, 3],
      [3, 100],
      [200, 200],
    ] as const) {
      const { events, period } = found(begin, length);
      assert.equal(period, length * 10);
      assert.ok(events <= 3 * (begin + length), `${begin}, ${length}: ${events}`);
    }
  });

  it('finds none where no time passes', () => {
    const still = { now: 5, pings: 0, ahead: [1] };
    assert.equal(new Recurrence(still).of(still), undefined);
  });
});

describe('a prediction of what takes millions of events', () => {
  it('counts the pings of a day, and sees the age that ends it', () => {
    const client = { implementation: 'js', keepaliveMs: 2, permitWithoutCalls: true } as const;
    const server = { pingPolicy: 'off', keepaliveMs: Infinity, idleMs: Infinity } as const;
    const stays = predictConnection(facts({ client, server }));
    assert.deepEqual(stays, { outcome: 'stays-open', pings: (24 * hour) / 2 });
    const ends = predictConnection(facts({ client, server: { ...server, ageMs: 5 * hour } }));
    assert.deepEqual(ends, {
      outcome: 'closes',
      cause: 'max-age',
      atMs: 5 * hour,
      pings: (5 * hour) / 2 - 1,
      cutsCalls: false,
    });
  });

  it('sees the age also where nothing comes round again', () => {
    const prediction = predictConnection(
      facts({
        client: { implementation: 'js', keepaliveMs: 7.001, permitWithoutCalls: true },
        server: { pingPolicy: 'off', keepaliveMs: 11.0003, ageMs: 12 * hour },
        traffic: { callEveryMs: 13.00007 },
      }),
    );
    assert.equal(prediction.outcome === 'closes' && prediction.cause, 'max-age');
    assert.ok(Math.abs(prediction.pings - (12 * hour) / 7.001) < 1000, String(prediction.pings));
  });
});

describe('a diagnosis', () => {
  it('lets others in before each play, and comes to the same', () => {
    const told = facts({
      client: { implementation: 'core', keepaliveMs: 1, permitWithoutCalls: true, maxPingsWithoutData: 0 },
    });
    const steps = diagnoseInSteps(told);
    let turns = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      turns++;
    }
    assert.deepEqual(step.value, diagnoseConnection(told));
    // A play for each connection that follows, and for each change that might help.
    assert.ok(turns > step.value.reconnects.length, `${turns} turns`);
  });
});
