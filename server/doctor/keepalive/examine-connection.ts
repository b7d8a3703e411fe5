// The keepalive doctor as people ask it: names of languages, servers and devices, and options as they stand in code.
import { atOnce } from '../../limits/turns.ts';
import { nearest } from '../../nearest.ts';
import {
  clientImplementations,
  defaultClient,
  defaultServer,
  type ClientImplementation,
  type ConnectionFacts,
  type PathFacts,
  type ServerFacts,
  type ServerImplementation,
  type TrafficFacts,
} from './connection-facts.ts';
import { diagnoseInSteps, type Diagnosis } from './diagnose-connection.ts';
import { withClientOptions, withServerOptions } from './facts-from-options.ts';
import { lintOptions } from './lint-options.ts';
import { middleboxes } from './middleboxes.ts';
import { readPastedOptions } from './pasted-options.ts';

/** Clients by the names that people know; C++ and Python are both C-core. */
export const clientNames: ReadonlyMap<string, ClientImplementation> = new Map([
  ...clientImplementations.map((name) => [name, name] as const),
  ['python', 'core'],
  ['cpp', 'core'],
  ['tritonclient', 'core'],
  ['node', 'js'],
]);

/** Servers by theirs. */
export const serverNames: ReadonlyMap<string, ServerImplementation> = new Map([
  ['perch', 'perch'],
  ['tf-serving', 'core'],
  ['triton', 'core'],
  ['core', 'core'],
  ['go', 'go'],
  ['java', 'java'],
  ['js', 'js'],
]);

/** What is asked. */
export interface ConnectionQuestion {
  /** One of clientNames; empty: what the options look like, else C-core. */
  readonly client: string;
  /** Code or flags, in any language; may be empty. */
  readonly clientOptions: string;
  /** One of serverNames; `this`: `ownServer`; empty: perch. */
  readonly server: string;
  /** The server that is asked, as it runs; absent where it is none that is asked. */
  readonly ownServer?: ServerFacts;
  readonly serverOptions: string;
  /** One of the middleboxes; empty: what `path` says. */
  readonly through: string;
  readonly path: Pick<PathFacts, 'rttMs' | 'middleboxIdleMs'>;
  readonly traffic: TrafficFacts;
}

/** What was understood, and what is to be said of it. */
export interface Examination {
  readonly facts: ConnectionFacts;
  /** Its findings begin with those about the options themselves. */
  readonly diagnosis: Diagnosis;
}

/** A name that is none of those that are known. */
export class UnknownNameError extends Error {
  readonly member: 'client' | 'server' | 'through';

  constructor(member: 'client' | 'server' | 'through', name: string, known: Iterable<string>) {
    const names = [...known];
    super(`one of ${names.join(', ')}, not "${name}". Did you mean ${nearest(name, names)}?`);
    this.member = member;
  }
}

/** Looks at a connection. Throws UnknownNameError. */
export function examineConnection(question: ConnectionQuestion): Examination {
  return atOnce(examineInSteps(question));
}

/** The same, for where others wait: yields as `diagnoseInSteps` does. */
export function* examineInSteps(question: ConnectionQuestion): Generator<void, Examination> {
  const clientOptions = readPastedOptions(question.clientOptions);
  const serverOptions = readPastedOptions(question.serverOptions);
  const { language } = clientOptions;
  const likely = language === 'flags' || language === 'unknown' ? 'core' : language;
  const client = question.client === '' ? likely : named('client', question.client, clientNames);
  const facts: ConnectionFacts = {
    client: withClientOptions(defaultClient(client), clientOptions),
    server: withServerOptions(serverOf(question), serverOptions),
    path: pathOf(question),
    traffic: question.traffic,
  };
  const diagnosis = yield* diagnoseInSteps(facts);
  const findings = [
    ...lintOptions(clientOptions, 'client'),
    ...lintOptions(serverOptions, 'server'),
    ...diagnosis.findings,
  ];
  return { facts, diagnosis: { ...diagnosis, findings } };
}

function serverOf({ server, ownServer }: ConnectionQuestion): ServerFacts {
  if (server === 'this' && ownServer !== undefined) {
    return ownServer;
  }
  return defaultServer(server === '' ? 'perch' : named('server', server, serverNames));
}

function pathOf({ through, path }: ConnectionQuestion): PathFacts {
  if (through === '') {
    return { ...path, middlebox: '', terminates: false };
  }
  const { name, idleMs, terminates } = named('through', through, middleboxes);
  return { ...path, middlebox: name, middleboxIdleMs: idleMs, terminates };
}

function named<Value>(
  member: UnknownNameError['member'],
  name: string,
  known: ReadonlyMap<string, Value>,
): Value {
  const value = known.get(name);
  if (value === undefined) {
    throw new UnknownNameError(member, name, known.keys());
  }
  return value;
}
