// Asks a daemon for its health from a process of its own, so that what this one does delays no question.
import { fork } from 'node:child_process';
import path from 'node:path';

/** What was measured in one phase, milliseconds. */
export interface ProbePhase {
  /** From each question to its answer. */
  readonly answers: number[];
  /** How late each question itself was: what a process suffers that needs nothing but a timer. */
  readonly lateness: number[];
  /** Questions that had an error for an answer. */
  failures: number;
}

/** What the probe is told: begin a phase, which may be one that was before; or tell all and end. */
export type ProbeOrder = { readonly phase: string } | 'end';

/** The phases by their names, in their order. */
export type ProbeReport = readonly (readonly [phase: string, measured: ProbePhase])[];

/** A probe that is up. */
export interface HealthProbe {
  /** What is measured from now on belongs to this phase; nothing is measured before the first one. */
  begin(phase: string): void;
  /** Ends it. */
  end(): Promise<ProbeReport>;
}

/** Starts a probe. */
export async function startHealthProbe(grpcAddress: string): Promise<HealthProbe> {
  // The loader of TypeScript comes with this process's execArgv.
  const child = fork(path.join(import.meta.dirname, 'health-probe-program.ts'), [grpcAddress]);
  const next = <Message>(): Promise<Message> =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => resolve(message as Message));
      child.once('exit', (code) => reject(new Error(`the health probe ended with ${code}`)));
    });
  const order = (message: ProbeOrder): void => {
    child.send(message);
  };
  await next();
  return {
    begin: (phase) => order({ phase }),
    end: () => {
      order('end');
      return next();
    },
  };
}
