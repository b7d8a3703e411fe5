// `perch doctor connection`: will a connection with these keepalive settings stay, and if not, when, why, and what mends it.
import type { ConnectionFacts } from '../doctor/keepalive/connection-facts.ts';
import type { Diagnosis } from '../doctor/keepalive/diagnose-connection.ts';
import {
  clientNames,
  examineConnection,
  serverNames,
  UnknownNameError,
  type Examination,
} from '../doctor/keepalive/examine-connection.ts';
import { durationText, type Finding } from '../doctor/keepalive/finding.ts';
import { middleboxes } from '../doctor/keepalive/middleboxes.ts';
import type { ProbeReport } from '../doctor/live-probe/run-probe.ts';
import type { Arguments } from './arguments.ts';
import { exitCode, MisuseError } from './cli-context.ts';
import { probeLive, showProbe } from './doctor-live.ts';
import type { CliCommand, Session } from './session.ts';
import { toned, type Tone } from './table.ts';

const longestMs = 30 * 86_400_000;

const tones: Readonly<Record<Finding['severity'], Tone>> = { error: 'bad', warning: 'waiting', info: 'good' };

export const doctorConnectionCommand: CliCommand = {
  name: 'doctor connection',
  operands: '[file|-]',
  summary: "will a connection stay, by its keepalive settings; the file has the client's, in any language",
  count: { least: 0, most: 1 },
  options: {
    client: {
      type: 'string',
      placeholder: '<language>',
      help: `${[...clientNames.keys()].join(', ')}; else what the file looks like`,
    },
    server: {
      type: 'string',
      placeholder: '<server>',
      help: `${[...serverNames.keys()].join(', ')}; perch where absent`,
    },
    server_options: {
      type: 'string',
      placeholder: '<file|->',
      help: "the server's options: code, flags, or --grpc_channel_arguments",
    },
    through: {
      type: 'string',
      placeholder: '<name|time>',
      help: `what lies between: ${[...middleboxes.keys()].join(', ')}, or after how long it forgets`,
    },
    rtt: { type: 'string', placeholder: '<time>', help: 'the way there and back, e.g. 20ms' },
    stream: { type: 'boolean', help: 'a call is open all the time' },
    data_every: { type: 'string', placeholder: '<time>', help: 'the server sends on that call so often' },
    call_every: { type: 'string', placeholder: '<time>', help: 'short calls begin so often' },
    live: { type: 'boolean', help: 'try it too: here, with time sped up, or at --address, in real time' },
    live_seconds: {
      type: 'string',
      placeholder: '<seconds>',
      help: '1 to 3600, how long a server at --address is tried; 20',
    },
    address: { type: 'string', placeholder: '<host:port>', help: 'with --live: a server in clear' },
  },
  run: async (session) => {
    const examination = await examine(session);
    const { diagnosis, facts } = examination;
    const live = session.args.isSet('live') ? await probeLive(session, facts) : undefined;
    show(session, examination, live);
    const closes = diagnosis.prediction.outcome === 'closes';
    const isWrong = closes || diagnosis.findings.some(({ severity }) => severity === 'error');
    return isWrong || live?.outcome.outcome === 'closes' ? exitCode.failed : exitCode.ok;
  },
};

async function examine(session: Session): Promise<Examination> {
  const { args } = session;
  const through = args.text('through') ?? '';
  const isTime = /^\d/.test(through);
  try {
    return examineConnection({
      client: args.text('client') ?? '',
      clientOptions: await readOptions(session, args.operands[0]),
      server: args.text('server') ?? '',
      serverOptions: await readOptions(session, args.text('server_options')),
      through: isTime ? '' : through,
      path: {
        rttMs: args.milliseconds('rtt', 0, longestMs) ?? 0,
        middleboxIdleMs: isTime ? timeOf(args, 'through') : Infinity,
      },
      traffic: {
        activeStream: args.isSet('stream'),
        serverDataEveryMs: timeOf(args, 'data_every'),
        callEveryMs: timeOf(args, 'call_every'),
      },
    });
  } catch (reason) {
    if (!(reason instanceof UnknownNameError)) {
      throw reason;
    }
    const time = reason.member === 'through' ? 'a time such as 350s, or ' : '';
    throw new MisuseError(`--${reason.member} takes ${time}${reason.message}`, { cause: reason });
  }
}

function timeOf(args: Arguments, option: string): number {
  return args.milliseconds(option, 1, longestMs) ?? Infinity;
}

async function readOptions(session: Session, file: string | undefined): Promise<string> {
  return file === undefined ? '' : Buffer.from(await session.readInput(file)).toString('utf8');
}

function show(session: Session, { diagnosis, facts }: Examination, live: ProbeReport | undefined): void {
  if (session.isJson) {
    session.printJson(withoutInfinity({ ...diagnosis, ...(live === undefined ? {} : { live }) }));
    return;
  }
  showDiagnosis(session, diagnosis, facts);
  if (live !== undefined) {
    showProbe(session, live);
  }
}

/** "never" for what JSON has no number for. */
function withoutInfinity(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) => (member === Infinity ? 'never' : member)),
  );
}

function showDiagnosis(session: Session, diagnosis: Diagnosis, { client, server }: ConnectionFacts): void {
  const { summary, findings, proposals, reconnects } = diagnosis;
  session.print(`client: ${client.implementation}, server: ${server.implementation}`);
  session.print(summary);
  const last = reconnects.at(-1);
  if (last !== undefined) {
    session.print(
      `The client then doubles its keepalive time at each of ${reconnects.length} closes, until ${durationText(last)} is allowed.`,
    );
  }
  for (const { severity, rule, text } of findings) {
    const mark = toned(severity.padEnd(7), tones[severity], session.context.inColour);
    session.context.write(`${mark}  `);
    session.print(`${text} [${rule}]`);
  }
  proposals.forEach((proposal, i) => {
    session.print(i === 0 ? 'What helps:' : 'or:');
    for (const { side, code } of proposal) {
      session.print(`  on the ${side}  ${code}`);
    }
  });
}
