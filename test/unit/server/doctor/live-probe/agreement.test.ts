// The keepalive doctor's predictions against what real connections do: the same facts, played with time sped up.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultServer } from '../../../../../server/doctor/keepalive/connection-facts.ts';
import type { ProbeBounds } from '../../../../../server/doctor/live-probe/probe-plan.ts';
import { runProbe, type ProbeReport } from '../../../../../server/doctor/live-probe/run-probe.ts';
import { facts, type Told } from '../support/told-facts.ts';

const pinging = { keepaliveMs: 700, permitWithoutCalls: true };
const core = { implementation: 'core', maxPingsWithoutData: 0 } as const;
const stream = { activeStream: true };
const forgetful = { middleboxIdleMs: 350_000 };

/** What is played, and what is predicted of it: `open`, or the cause and the client's pings until then. */
const scenarios: readonly (readonly [name: string, told: Told, predicted: string])[] = [
  // Those that were played against a C-core server (connections.md §2).
  ['an idle client that pings', { client: pinging }, 'too-many-pings 4'],
  [
    'a server that allows it',
    { client: pinging, server: { permitWithoutCalls: true, minPingIntervalMs: 500 } },
    'open',
  ],
  [
    'a server that allows just that',
    { client: pinging, server: { permitWithoutCalls: true, minPingIntervalMs: 700 } },
    'open',
  ],
  [
    'a server that allows fewer',
    { client: pinging, server: { permitWithoutCalls: true, minPingIntervalMs: 2000 } },
    'too-many-pings 4',
  ],
  ['a silent stream', { client: { keepaliveMs: 700 }, traffic: stream }, 'too-many-pings 4'],
  [
    'a stream with data',
    { client: { keepaliveMs: 700 }, traffic: { ...stream, serverDataEveryMs: 300 } },
    'open',
  ],
  ['a server that forgives everything', { client: pinging, server: { maxPingStrikes: 0 } }, 'open'],
  ['a client that does not ping without calls', { client: { keepaliveMs: 700 } }, 'open'],
  [
    'a server that forgives five',
    { client: { ...pinging, keepaliveMs: 400 }, server: { maxPingStrikes: 5 } },
    'too-many-pings 7',
  ],
  [
    'a stream with data that is seldom',
    { client: { keepaliveMs: 700 }, traffic: { ...stream, serverDataEveryMs: 5000 } },
    'too-many-pings 4',
  ],
  ["C-core's limit", { client: { ...pinging, implementation: 'core' } }, 'open'],
  ['C-core without that limit', { client: { ...pinging, ...core } }, 'too-many-pings 4'],
  [
    "C-core's limit on a silent stream",
    { client: { keepaliveMs: 700, implementation: 'core' }, traffic: stream },
    'open',
  ],
  // Other implementations.
  [
    'Go at one second, which is ten',
    { client: { ...pinging, keepaliveMs: 1000, implementation: 'go' } },
    'too-many-pings 4',
  ],
  [
    'Java on a stream with data',
    {
      client: { ...pinging, implementation: 'java' },
      traffic: { ...stream, serverDataEveryMs: 9000 },
    },
    'open',
  ],
  [
    '.NET, which pings always',
    { client: { keepaliveMs: 20_000, implementation: 'dotnet' } },
    'too-many-pings 4',
  ],
  ['a grpc-js server', { client: pinging, server: { implementation: 'js', pingPolicy: 'off' } }, 'open'],
  [
    'this server, which warns',
    { client: pinging, server: { ...defaultServer('perch'), idleMs: Infinity } },
    'open',
  ],
  [
    'a proxy that answers pings itself',
    { client: pinging, path: { terminates: true, middleboxIdleMs: 60_000 } },
    'open',
  ],
  ['two hours with a default server', { client: { ...pinging, keepaliveMs: 7_200_000 } }, 'open'],
  // Calls.
  ['calls more often than pings', { client: { ...pinging, ...core }, traffic: { callEveryMs: 500 } }, 'open'],
  [
    'calls that are seldom',
    { client: { ...pinging, ...core }, traffic: { callEveryMs: 10_000 } },
    'too-many-pings 4',
  ],
  // Idle and age.
  ['an idle limit', { server: { idleMs: 1_800_000, keepaliveMs: 900_000 } }, 'max-idle 0'],
  [
    'an idle limit, which pings do not postpone',
    {
      client: { permitWithoutCalls: true, keepaliveMs: 400_000 },
      server: { idleMs: 900_000, permitWithoutCalls: true },
    },
    'max-idle 2',
  ],
  [
    'an idle limit, which calls postpone',
    { server: { idleMs: 900_000 }, traffic: { callEveryMs: 200_000 } },
    'open',
  ],
  [
    'an idle limit and a stream',
    { server: { idleMs: 900_000, keepaliveMs: 600_000 }, traffic: stream },
    'open',
  ],
  ['an age', { server: { ageMs: 60_000, graceMs: 5000 } }, 'max-age 0'],
  ['an age and a stream', { server: { ageMs: 60_000, graceMs: 5000 }, traffic: stream }, 'max-age 0'],
  // The path.
  [
    'a path that forgets, and a client that asks',
    {
      path: forgetful,
      client: { permitWithoutCalls: true, keepaliveMs: 600_000 },
      server: { permitWithoutCalls: true },
    },
    'silent-drop 1',
  ],
  [
    'a path that forgets, and a server that asks',
    { path: forgetful, server: { keepaliveMs: 500_000 } },
    'silent-drop 0',
  ],
  [
    'a path that forgets, and nobody asks',
    { path: forgetful, server: { keepaliveMs: Infinity } },
    'silent-drop 0',
  ],
  [
    'a path that forgets, and the next call',
    { path: forgetful, client: { keepaliveMs: 60_000 }, traffic: { callEveryMs: 800_000 } },
    'silent-drop 0',
  ],
  [
    'pings of the client that keep the path',
    {
      path: forgetful,
      client: { permitWithoutCalls: true, keepaliveMs: 170_000 },
      server: { permitWithoutCalls: true, minPingIntervalMs: 100_000 },
    },
    'open',
  ],
  ['pings of the server that keep the path', { path: forgetful, server: { keepaliveMs: 170_000 } }, 'open'],
  // Time-outs.
  [
    "a client's time-out that is too short",
    { path: { rttMs: 300 }, client: { ...pinging, timeoutMs: 150 } },
    'client-watchdog 1',
  ],
  [
    "a server's time-out that is too short",
    { path: { rttMs: 300 }, server: { keepaliveMs: 1000, timeoutMs: 150 } },
    'server-watchdog 0',
  ],
];

/** Quick where the machine is idle, and once more slowly where it is not. */
const tries: readonly ProbeBounds[] = [
  { longestMs: 300, shortestMs: 40, watchMs: 6000 },
  { longestMs: 2000, shortestMs: 200, watchMs: 20_000 },
];

/** Prediction and outcome in the words of the table. */
function said(end: ProbeReport['prediction'] | ProbeReport['outcome']): string {
  return end.outcome === 'closes' ? `${end.cause} ${end.pings}` : 'open';
}

function agrees({ prediction, outcome, agreement }: ProbeReport): boolean {
  const pings =
    prediction.outcome === 'closes' && outcome.outcome === 'closes' ? prediction.pings - outcome.pings : 0;
  return agreement === 'agrees' && Math.abs(pings) <= 1;
}

describe('a live probe does what the doctor predicts', { concurrency: 6 }, () => {
  assert.ok(scenarios.length >= 24);
  for (const [name, told, predicted] of scenarios) {
    it(name, async () => {
      let report: ProbeReport | undefined;
      for (const bounds of tries) {
        report = await runProbe(facts(told), bounds);
        if (agrees(report)) {
          break;
        }
      }
      assert.equal(said(report!.prediction), predicted);
      assert.ok(agrees(report!), `${JSON.stringify(report!.outcome)} at ${report!.speed}`);
    });
  }
});
