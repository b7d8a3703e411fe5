// Why a connection closed, as a sentence for a person, with what can be done about it.
import type { LogLevel } from '../../log.ts';
import type { CloseCause, Flood, WrongProtocol } from '../close-cause.ts';
import { errorCodeText } from '../http2/error-code.ts';

/** What is said of a close. */
export interface CloseText {
  /** debug: every day's business; info: somebody may ask; warning: something should be changed; error: our mistake. */
  readonly level: LogLevel;
  /** What happened; goes on after "a gRPC connection closed: ". */
  readonly text: string;
  /** What to do about it, in whole sentences; empty where there is nothing to do. */
  readonly advice: string;
}

/** Says why a connection closed. */
export function closeText(cause: CloseCause): CloseText {
  switch (cause.kind) {
    case 'peer-closed':
      return cause.openStreams > 0
        ? {
            level: 'info',
            text: `the client closed it while ${calls(cause.openStreams)} had no answer yet`,
            advice: 'A client that ends, or is ended, does this.',
          }
        : usual('the client closed it');
    case 'peer-reset':
      return {
        level: cause.openStreams > 0 ? 'warning' : 'info',
        text: `the client, or something between, reset it after ${durationText(cause.silentMs)} of silence, with ${calls(cause.openStreams)} open`,
        advice: idleDeviceAdvice(cause.silentMs),
      };
    case 'peer-error':
      return warning(
        `the client gave it up with ${errorCodeText(cause.code)}${cause.debugData === '' ? '' : ` ("${cause.debugData}")`}`,
        "The client holds that this server broke a rule; the client's own log may say which.",
      );
    case 'too-many-pings':
      return warning(
        `the client sent pings ${durationText(cause.intervalMs)} apart, and ${durationText(cause.allowedMs)} are allowed`,
        `Raise grpc.keepalive_time_ms of the client to ${cause.allowedMs} or more, or allow shorter times with grpc.http2.min_recv_ping_interval_without_data_ms and grpc.keepalive_permit_without_calls in --grpc_channel_arguments.`,
      );
    case 'max-idle':
      return usual(`there was no call for ${durationText(cause.idleMs)} (grpc.max_connection_idle_ms)`);
    case 'max-age':
      return cause.cutStreams > 0
        ? warning(
            `it reached its age of ${durationText(cause.ageMs)}, and ${calls(cause.cutStreams)} had not ended within the grace`,
            'Raise grpc.max_connection_age_grace_ms above the longest call.',
          )
        : usual(`it reached its age of ${durationText(cause.ageMs)} (grpc.max_connection_age_ms)`);
    case 'keepalive-timeout':
      return warning(
        `the client did not answer a ping within ${durationText(cause.timeoutMs)}`,
        // Half of the time lost here is as good as all of it: the client's own share is not known.
        cause.loopDelayMs >= cause.timeoutMs / 2
          ? `This server itself stood still for ${durationText(cause.loopDelayMs)} meanwhile: the client may be well. Raise grpc.keepalive_timeout_ms, and find out what kept the machine busy.`
          : 'The client is gone without a word (asleep, powered off, another network), or something between dropped the connection.',
      );
    case 'preface-timeout':
      return {
        level: 'info',
        text: `its client said nothing that is HTTP/2 within ${durationText(cause.timeoutMs)} (${cause.receivedBytes} bytes came)`,
        advice: 'Port scanners and health checks that only connect do this.',
      };
    case 'settings-timeout':
      return warning(
        `the client did not acknowledge the settings within ${durationText(cause.timeoutMs)}`,
        clientDefect,
      );
    case 'headers-timeout':
      return warning(
        `the headers of a call were not complete within ${durationText(cause.timeoutMs)}`,
        clientDefect,
      );
    case 'write-timeout':
      return warning(
        `the client read nothing of what it was sent for ${durationText(cause.timeoutMs)} (${cause.queuedBytes} bytes waited)`,
        'The client hangs, or is gone without a word.',
      );
    case 'wrong-protocol':
      return warning(
        `${wrongProtocol[cause.protocol].text}: ${cause.firstBytes}`,
        cause.firstBytes.startsWith('CONNECT ')
          ? 'The client takes this server for an HTTP proxy: look at its http_proxy, https_proxy and grpc_proxy; no_proxy=127.0.0.1,localhost,::1 exempts this machine.'
          : wrongProtocol[cause.protocol].advice,
      );
    case 'tls-failed':
      return warning(`the TLS handshake failed: ${cause.reason}`, tlsAdvice(cause.reason));
    case 'protocol-error':
      return warning(`the client broke a rule (${cause.rule}, ${cause.code}): ${cause.text}`, clientDefect);
    case 'flood':
      return warning(
        `${cause.count} ${floodText[cause.flood]} within ${durationText(cause.windowMs)}`,
        'It was closed to protect the other clients. A client that does this is defective or means harm.',
      );
    case 'limit':
      return warning(
        `${cause.actual} is beyond the limit of ${cause.limit} (${cause.option})`,
        `Raise ${cause.option} in --grpc_channel_arguments if that is too little.`,
      );
    case 'drained':
      return usual('the server is shutting down, and all calls had ended');
    case 'forced':
      return {
        level: cause.cutStreams > 0 ? 'info' : 'debug',
        text: `the server is shutting down, and cut ${calls(cause.cutStreams)}`,
        advice: cause.cutStreams > 0 ? '--drain_grace_seconds says how long calls may take then.' : '',
      };
    case 'socket-error':
      return { level: 'info', text: `the operating system ended it (${cause.code})`, advice: '' };
    case 'internal':
      return {
        level: 'error',
        text: `of a mistake of this server: ${cause.text}`,
        advice: 'Please report it, with this line.',
      };
  }
}

const clientDefect = 'That is a defect of the client, or of a proxy between.';

const floodText: Readonly<Record<Flood, string>> = {
  'rapid-reset': 'calls were begun and reset at once (CVE-2023-44487)',
  continuation: 'CONTINUATION frames came without an end (CVE-2024-27983)',
  settings: 'SETTINGS frames came',
  ping: 'PING frames came',
  'empty-data': 'empty DATA frames came (CVE-2019-9518)',
  'window-update': 'WINDOW_UPDATE frames came without use',
  priority: 'PRIORITY frames came',
  reset: 'RST_STREAM frames came',
  'refused-streams': 'calls were begun beyond the limit of calls at once',
};

const wrongProtocol: Readonly<Record<WrongProtocol, { readonly text: string; readonly advice: string }>> = {
  http1: {
    text: 'an HTTP/1.1 client knocked at the gRPC port',
    advice: 'It was told where the REST API is. gRPC needs HTTP/2 from the first byte on.',
  },
  tls: {
    text: 'a TLS client knocked at the gRPC port, which is in clear',
    advice: 'Let the client connect without TLS, or give this server a certificate with --ssl_config_file.',
  },
  unknown: {
    text: 'something that speaks neither HTTP/2 nor TLS knocked at the gRPC port',
    advice: 'Look for a client with a wrong port.',
  },
};

/** What OpenSSL says, and what helps against it. */
const tlsAdvices: readonly (readonly [reason: RegExp, advice: string])[] = [
  [/in clear/, 'Let the client connect with TLS: this port has a certificate (--ssl_config_file).'],
  [
    /unknown ca|certificate unknown|bad certificate|self.signed|unable.to.(?:get|verify)|not trusted/i,
    'One side does not trust the certificate of the other: compare custom_ca and server_cert in --ssl_config_file with what the client has.',
  ],
  [
    /did not return a certificate/i,
    'client_verify is on: the client must show a certificate that custom_ca signed.',
  ],
  [
    /left within/,
    'Clients that do not trust the certificate do this: compare their authority, and the name by which they call this server, with server_cert in --ssl_config_file.',
  ],
  [/not complete within/, 'The client, or the network, is too slow, or something else speaks there.'],
  [/expired/i, 'A certificate is no longer valid, or a clock is wrong.'],
  [/unsupported.protocol|version/i, 'The client must speak TLS 1.2 or 1.3.'],
  [/no shared cipher/i, "The client's ciphers do not go with the key in --ssl_config_file."],
  [/ALPN/i, 'The client offers neither h2 nor http/1.1 by ALPN.'],
];

function tlsAdvice(reason: string): string {
  return tlsAdvices.find(([pattern]) => pattern.test(reason))?.[1] ?? '';
}

/** Idle limits of what stands between machines, milliseconds (vendors' documentation; reference, connections §1.5). */
const idleLimits: readonly (readonly [ms: number, whose: string])[] = [
  [60_000, 'nginx, an AWS application load balancer, or a NAT'],
  [240_000, 'an Azure load balancer or a NAT'],
  [300_000, 'Envoy, Docker or Windows NAT'],
  [350_000, 'an AWS network load balancer'],
  [600_000, 'a Google Cloud firewall'],
  [3_600_000, 'Envoy or a firewall'],
];

/** How far a silence may be from a limit to be taken for it. */
const likeness = 0.03;

function idleDeviceAdvice(silentMs: number): string {
  const device = idleLimits.find(([ms]) => Math.abs(silentMs - ms) <= ms * likeness);
  return device === undefined
    ? 'A client that crashed or was killed does this, and so do devices that forget connections: look whether the silence before is always as long.'
    : `That is the idle limit of ${device[1]}: let one side ping more often (grpc.keepalive_time_ms of ${Math.floor(device[0] / 2)} or less).`;
}

function usual(text: string): CloseText {
  return { level: 'debug', text, advice: '' };
}

function warning(text: string, advice: string): CloseText {
  return { level: 'warning', text, advice };
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

/** `350 ms`, `2.5 s`, `5 min`, `2 h`. */
function durationText(ms: number): string {
  const units: readonly (readonly [ms: number, name: string])[] = [
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ];
  const unit = units.find(([size]) => ms >= size);
  // 90 s rather than 1.5 min: minutes and hours only where they come out even.
  const [size, name] =
    unit === undefined ? ([1, 'ms'] as const) : ms % unit[0] === 0 ? unit : ([1000, 's'] as const);
  return `${Math.round((ms / size) * 10) / 10} ${name}`;
}
