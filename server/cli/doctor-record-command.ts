// `perch doctor record`: a port to put between a client and a server, which shows what goes by and why it closed.
import { isIP } from 'node:net';
import { fileSystemCode } from '../file-system-error.ts';
import type { ClosedBecause } from '../doctor/record/close-verdict.ts';
import { eventText } from '../doctor/record/recorded-event.ts';
import type { TapConnection } from '../doctor/record/tap-connection.ts';
import { TapProxy, type TapProxyOptions } from '../doctor/record/tap-proxy.ts';
import { whenAborted } from '../deadline.ts';
import { isLoopback } from '../net/address.ts';
import type { Arguments } from './arguments.ts';
import { exitCode, MisuseError, UnreachableError } from './cli-context.ts';
import type { CliCommand, Session } from './session.ts';

const longestMs = 86_400_000;

export const doctorRecordCommand: CliCommand = {
  name: 'doctor record',
  operands: '',
  summary: 'a port between a client and a gRPC server in clear: shows control frames, and why it closed',
  count: { least: 0, most: 0 },
  options: {
    to: { type: 'string', placeholder: '<host:port>', help: 'the server; must be given' },
    listen: {
      type: 'string',
      placeholder: '<ip:port>',
      help: 'where the client connects to; 127.0.0.1:0, which is any free port',
    },
    count: { type: 'string', placeholder: '<number>', help: 'end after so many connections' },
    drop_after: {
      type: 'string',
      placeholder: '<time>',
      help: 'from this age on let nothing through and keep the sockets open, as a firewall that forgets',
    },
    drop_after_silence: {
      type: 'string',
      placeholder: '<time>',
      help: 'the same, after so long without a byte',
    },
    reset_after: { type: 'string', placeholder: '<time>', help: 'at this age reset both sides' },
    delay: { type: 'string', placeholder: '<time>', help: 'each way takes so much longer' },
  },
  run: async (session) => {
    const options = optionsOf(session.args);
    const count = session.args.integer('count', 1, 1_000_000) ?? Infinity;
    const enough = new AbortController();
    let closed = 0;
    const proxy = await open({
      ...options,
      opened: (connection) => showOpened(session, connection),
      event: (connection, event) => {
        if (session.isJson) {
          session.printJson({ connection: connection.id, ...event });
        } else {
          session.print(`#${connection.id} ${eventText(event)}`);
        }
      },
      closed: (connection) => {
        showVerdict(session, connection);
        if (++closed >= count) {
          enough.abort();
        }
      },
    });
    if (!isLoopback(options.listenHost)) {
      session.tell('Other machines can reach this port, and through it the server.');
    }
    if (session.isJson) {
      session.printJson({ listening: proxy.address, to: session.args.text('to') });
    } else {
      session.print(`Let the client connect to ${proxy.address}; Ctrl-C ends.`);
    }
    await Promise.race([whenAborted(session.context.signal), whenAborted(enough.signal)]);
    await proxy[Symbol.asyncDispose]();
    return exitCode.ok;
  },
};

function optionsOf(args: Arguments): TapProxyOptions {
  if (args.text('to') === undefined) {
    throw new MisuseError('Say where the server is: --to=<host:port>.');
  }
  const to = hostAndPort(args, 'to', '');
  const listen = hostAndPort(args, 'listen', '127.0.0.1:0');
  if (isIP(listen.host) === 0) {
    throw new MisuseError(`--listen takes an IP address of this machine and a port, not "${listen.host}".`);
  }
  if (to.port === 0) {
    throw new MisuseError('--to takes the port of a server, not 0.');
  }
  const time = (option: string): number => args.milliseconds(option, 1, longestMs) ?? Infinity;
  return {
    listenHost: listen.host,
    listenPort: listen.port,
    serverHost: to.host,
    serverPort: to.port,
    faults: {
      dropAfterMs: time('drop_after'),
      dropAfterSilenceMs: time('drop_after_silence'),
      resetAfterMs: time('reset_after'),
      delayMs: args.milliseconds('delay', 0, longestMs) ?? 0,
    },
  };
}

function hostAndPort(args: Arguments, option: string, otherwise: string): { host: string; port: number } {
  const text = args.text(option) ?? otherwise;
  const [, inBrackets, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = inBrackets ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new MisuseError(`--${option} takes <host>:<port> such as 127.0.0.1:8500, not "${text}".`);
  }
  return { host, port };
}

async function open(options: TapProxyOptions): Promise<TapProxy> {
  try {
    return await TapProxy.open(options);
  } catch (reason) {
    const { listenHost, listenPort } = options;
    throw new UnreachableError(
      `Cannot listen on ${listenHost} port ${listenPort}: ${fileSystemCode(reason)}. Choose another with --listen.`,
      { cause: reason },
    );
  }
}

function showOpened(session: Session, { id, peer }: TapConnection): void {
  if (!session.isJson) {
    session.print(`#${id}     0.000 s  client    connects from ${peer}`);
  }
}

function showVerdict(session: Session, connection: TapConnection): void {
  const closed: ClosedBecause = connection.verdict();
  const { id } = connection;
  if (session.isJson) {
    session.printJson({ connection: id, closed });
    return;
  }
  const { cause, text, evidence, advice, notes } = closed;
  session.print(`#${id} ${text} [${cause}]`);
  for (const each of evidence) {
    session.print(`     seen: ${each}`);
  }
  for (const each of advice === '' ? notes : [advice, ...notes]) {
    session.print(`     ${each}`);
  }
}
