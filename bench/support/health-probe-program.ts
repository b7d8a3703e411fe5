// The program of health-probe.ts: asks for grpc.health.v1's Check every 5 ms and notes how long the answers take.
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../protos/messages.ts';
import type { ProbeOrder, ProbePhase } from './health-probe.ts';

/** Milliseconds from one question to the next, whether the last one is answered or not. */
const everyMs = 5;

const { path, requestSerialize, responseDeserialize } = serviceMethods('grpc.health.v1.Health').Check;
const client = new grpc.Client(process.argv[2] ?? '', grpc.credentials.createInsecure());
const phases = new Map<string, ProbePhase>();
let current: ProbePhase | undefined;

function ask(answered: (error: grpc.ServiceError | null) => void): void {
  client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, answered);
}

function askAndNote(phase: ProbePhase): void {
  const begun = performance.now();
  ask((error) => {
    phase.answers.push(performance.now() - begun);
    phase.failures += error === null ? 0 : 1;
  });
}

process.on('message', (order: ProbeOrder) => {
  if (order === 'end') {
    process.send?.([...phases], () => process.exit(0));
  } else {
    current = phases.get(order.phase) ?? { answers: [], lateness: [], failures: 0 };
    phases.set(order.phase, current);
  }
});

// Connected, and compiled, before anything is measured.
ask(() => {
  let due = performance.now() + everyMs;
  setInterval(() => {
    const now = performance.now();
    if (current !== undefined) {
      current.lateness.push(Math.max(0, now - due));
      askAndNote(current);
    }
    due = now + everyMs;
  }, everyMs);
  process.send?.('ready');
});
