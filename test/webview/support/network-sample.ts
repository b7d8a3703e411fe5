// A server's network with something of everything to show, a doctor who was asked, and a recording.
import { networkWords } from '../../../extension/panels/dashboard/network/network-words.ts';
import type { DoctorState, RecordedLine, RecordingState } from '../../../webview/dashboard/network-doctor.ts';
import type { NetworkHostMessage } from '../../../webview/dashboard/network-protocol.ts';
import type {
  ClosedConnection,
  ConnectionFacts,
  LiveNetwork,
  LoadSample,
  OpenConnection,
} from '../../../webview/dashboard/network-snapshot.ts';

export const noon = Date.UTC(2024, 4, 17, 12, 0, 0);
const minute = 60_000;

export const englishNetwork: NetworkHostMessage = {
  type: 'words',
  words: networkWords((message) => message),
};

const facts: ConnectionFacts = {
  key: '1',
  peer: '127.0.0.1:50110',
  openedAtMs: noon - 3 * minute,
  ageMs: 3 * minute,
  calls: [{ status: 'OK', count: 1200 }],
  bytesReceived: 120_000,
  bytesSent: 3_400_000,
  pings: 0,
  verdict: 'none',
  pingText: '',
  frames: [
    { atMs: 0.4, count: 1, sent: false, type: 'SETTINGS', detail: 'ENABLE_PUSH=0' },
    { atMs: 0.9, count: 1, sent: true, type: 'SETTINGS', detail: 'MAX_CONCURRENT_STREAMS=1024' },
  ],
};

/** An open connection without problems; `changes` replaces what is to be different. */
export function openConnection(changes: Partial<OpenConnection>): OpenConnection {
  return { ...facts, transport: 'tcp', tls: '', openStreams: 2, problem: '', ...changes };
}

/** A close of every day; `changes` replaces what is to be different. */
export function closedConnection(changes: Partial<ClosedConnection>): ClosedConnection {
  return {
    ...facts,
    key: '20',
    closedAtMs: noon - minute,
    pingIntervalMs: 0,
    cause: 'peer-closed',
    severity: 'usual',
    text: 'the client closed it',
    advice: '',
    ...changes,
  };
}

const load: LoadSample[] = Array.from({ length: 600 }, (_, index) => ({
  atMs: noon - (599 - index) * 1000,
  cpuPercent: 20 + 15 * Math.sin(index / 20) + (index > 300 && index < 330 ? 120 : 0),
  memoryBytes: 160_000_000 + index * 60_000,
  delayMs: index > 305 && index < 312 ? 240 : 4 + (index % 5),
}));

export const liveSnapshot: LiveNetwork = {
  kind: 'live',
  atMs: noon,
  note: '',
  grpcAddress: '127.0.0.1:8500',
  listeners: [
    {
      name: 'gRPC',
      risk: 'open',
      text: 'gRPC can be reached by programs of this machine (127.0.0.1 on lo); the local network (192.168.1.20 on eth0). Whoever reaches it may use the models. Nothing is encrypted.',
      addresses: [
        { address: '127.0.0.1', interfaceName: 'lo', audience: 'this machine' },
        { address: '192.168.1.20', interfaceName: 'eth0', audience: 'the local network' },
      ],
    },
    {
      name: 'REST',
      risk: 'none',
      text: 'REST can be reached by programs of this machine (127.0.0.1 on lo).',
      addresses: [{ address: '127.0.0.1', interfaceName: 'lo', audience: 'this machine' }],
    },
  ],
  rules: [
    {
      name: 'Pings of clients',
      value: '5 min apart, 2 h while no call is open; others are told of, and close nothing',
    },
    { name: 'Connections', value: '3 of at most 512' },
  ],
  open: [
    openConnection({
      key: '7',
      peer: '127.0.0.1:50207',
      pings: 31,
      verdict: 'warned',
      pingText:
        '31, down to 10 s apart where 2 h are allowed: a gRPC server in C++, Go or Java would close the connection',
      problem: 'Pings too often',
      openStreams: 0,
      openedAtMs: noon - 5 * minute,
      ageMs: 5 * minute,
    }),
    openConnection({
      key: '8',
      peer: '127.0.0.1:50209',
      tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
      calls: [
        { status: 'OK', count: 40 },
        { status: 'DEADLINE_EXCEEDED', count: 9 },
      ],
      problem: '9 of 49 calls failed',
    }),
    openConnection({ key: '9', peer: '127.0.0.1:50214', openedAtMs: noon - 20_000, ageMs: 20_000 }),
  ],
  openBeyond: 0,
  closed: [
    closedConnection({
      key: '6',
      peer: '127.0.0.1:50199',
      closedAtMs: noon - 1.5 * minute,
      openedAtMs: noon - 3.5 * minute,
      ageMs: 2 * minute,
      cause: 'too-many-pings',
      severity: 'warning',
      pingIntervalMs: 10_000,
      pings: 4,
      verdict: 'closed',
      pingText: '4, down to 10 s apart where 5 min are allowed',
      text: 'the client sent pings 10 s apart, and 5 min are allowed',
      advice:
        'Raise grpc.keepalive_time_ms of the client to 300000 or more, or allow shorter times with grpc.http2.min_recv_ping_interval_without_data_ms.',
      frames: [
        { atMs: 30_000, count: 3, sent: false, type: 'PING', detail: '' },
        { atMs: 40_000, count: 1, sent: true, type: 'GOAWAY', detail: 'ENHANCE_YOUR_CALM "too_many_pings"' },
      ],
    }),
    closedConnection({
      key: '5',
      peer: '127.0.0.1:50180',
      closedAtMs: noon - 4 * minute,
      openedAtMs: noon - 6 * minute,
      cause: 'peer-closed',
      severity: 'info',
      text: 'the client closed it while 3 calls had no answer yet',
      advice: 'A client that ends, or is ended, does this.',
    }),
    closedConnection({
      key: '3',
      peer: '127.0.0.1:50120',
      closedAtMs: noon - 5 * minute,
      openedAtMs: noon - 8 * minute,
      cause: 'internal',
      severity: 'error',
      text: 'of a mistake of this server: x is undefined',
      advice: 'Please report it, with this line.',
    }),
    closedConnection({ key: '2', openedAtMs: noon - 8.5 * minute, closedAtMs: noon - 7 * minute }),
  ],
  load,
  limits: [
    { name: 'max_requests_per_second_per_client (digits)', limit: 100, refused: 17 },
    { name: 'max_concurrent_requests', limit: 64, refused: 0 },
  ],
  closes: [
    { cause: 'peer-closed', count: 41 },
    { cause: 'too-many-pings', count: 1 },
  ],
  refusals: [
    {
      id: 4,
      atMs: noon - 2 * minute,
      request: 'gRPC /perch.admin.v1.Admin/GetNetwork',
      peer: '127.0.0.1:50111',
      outcome: 'UNAUTHENTICATED',
    },
  ],
};

export const askedDoctor: DoctorState = {
  busy: 'no',
  error: '',
  answer: {
    outcome: 'closes',
    summary:
      "The server closes the connection after 40 s, at the client's ping number 4 (GOAWAY ENHANCE_YOUR_CALM, too_many_pings): the client pings more often than the server allows.",
    after: 'The client then doubles its keepalive time at each of 10 closes, until 2.8 h is allowed.',
    findings: [
      {
        rule: 'R14',
        severity: 'error',
        text: "grpc.http2.max_ping_strikes is a server's option: on a client it does nothing.",
      },
      { rule: 'R10', severity: 'warning', text: 'The client waits 1 s for the answer to a ping.' },
      { rule: 'R2', severity: 'info', text: 'The client pings only while a call is open.' },
    ],
    fixes: [
      { clientCode: 'options = [\n    ("grpc.keepalive_time_ms", 7200000),\n]', serverCode: '' },
      {
        clientCode: '',
        serverCode:
          '--grpc_channel_arguments=grpc.keepalive_permit_without_calls=1,grpc.http2.min_ping_interval_without_data_ms=10000',
      },
    ],
  },
  probe: {
    agreement: 'agrees',
    text: 'It closed after 40 s and 4 pings (GOAWAY ENHANCE_YOUR_CALM "too_many_pings"). Time ran 20 times as fast.',
  },
};

const line = (id: number, changes: Partial<RecordedLine>): RecordedLine => ({
  id,
  connection: 1,
  atMs: id * 10,
  from: 'client',
  what: 'PING',
  detail: '',
  more: [],
  ...changes,
});

export const runningRecording: RecordingState = {
  state: 'on',
  address: '127.0.0.1:41877',
  to: '127.0.0.1:8500',
  error: '',
  total: 6,
  lines: [
    line(1, { what: 'CONNECT', detail: '127.0.0.1:50300', atMs: 0 }),
    line(2, { what: 'OPEN', detail: 'HTTP/2' }),
    line(3, { what: 'SETTINGS', detail: 'ENABLE_PUSH=0', from: 'server' }),
    line(4, {}),
    line(5, { from: 'server', what: 'GOAWAY', detail: 'ENHANCE_YOUR_CALM "too_many_pings", last stream 1' }),
    line(6, {
      from: 'verdict',
      what: 'too-many-pings',
      detail: 'The server closed it because the client pings too often (4 pings).',
      more: [
        'GOAWAY of the server at 2.8 s',
        'Raise the client’s keepalive time above what the server allows.',
      ],
    }),
  ],
};
