// The extension's side of the doctor and of the recorder: one question at a time, and a recording that is kept and saved.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageOutput } from '../../../protos/messages.ts';
import { messageCodec } from '../../../protos/messages.ts';
import type { AdminChannel } from '../../../extension/daemon/admin-channel.ts';
import {
  doctorAnswer,
  probeAnswer,
  toRequest,
} from '../../../extension/panels/dashboard/network/doctor-answer.ts';
import { DoctorDesk } from '../../../extension/panels/dashboard/network/doctor-desk.ts';
import { Recorder } from '../../../extension/panels/dashboard/network/recorder.ts';
import type { DoctorQuestion } from '../../../webview/dashboard/network-doctor.ts';
import { until } from '../../support/until.ts';
import { plain } from './plain.ts';

const question: DoctorQuestion = {
  client: 'python',
  clientOptions: 'x',
  server: 'this',
  serverOptions: '',
  path: 'other',
  forgetsAfterS: 350,
  roundTripMs: 20,
  traffic: 'stream',
  everyS: 5,
};

const diagnosed = messageCodec('perch.admin.v1.DiagnoseKeepaliveResponse');
const probed = messageCodec('perch.admin.v1.ProbeKeepaliveResponse');
const recorded = messageCodec('perch.admin.v1.RecordConnectionResponse');

const response = diagnosed.decode(
  diagnosed.encode({
    prediction: { closes: true, cause: 'too-many-pings', atMs: 40_000, pings: 4 },
    summary: 'It closes.',
    reconnectMs: [20_000, 40_000],
    findings: [{ rule: 'R2', severity: 'WARNING', text: 'Hm.' }],
    proposals: [{ clientCode: 'time=1', serverCode: '' }],
  }),
);

/** A channel that answers calls by the end of their path. */
function channelOf(answers: ReadonlyMap<string, () => Promise<unknown>>): Pick<AdminChannel, 'call'> {
  return {
    call: ({ path }) => {
      const answer = answers.get(path.split('/').at(-1) ?? '');
      return (answer?.() ?? Promise.reject(new Error(path))) as Promise<never>;
    },
  };
}

describe("the doctor's questions and answers", () => {
  it('go out in milliseconds, with only what the traffic has', () => {
    const request = toRequest(question);
    assert.equal(request.through, '');
    assert.equal(request.middleboxIdleMs, 350_000);
    assert.deepEqual([request.activeStream, request.serverDataEveryMs, request.callEveryMs], [true, 5000, 0]);
    assert.deepEqual(
      [toRequest({ ...question, path: 'envoy', traffic: 'calls' })].map((one) => [
        one.through,
        one.middleboxIdleMs,
        one.callEveryMs,
      ]),
      [['envoy', 0, 5000]],
    );
  });

  it('come back in words', () => {
    const answer = doctorAnswer(plain, response);
    assert.equal(answer.outcome, 'closes');
    assert.match(answer.after, /each of 2 closes, until 40 s is allowed/);
    assert.deepEqual(answer.findings, [{ rule: 'R2', severity: 'warning', text: 'Hm.' }]);
    assert.deepEqual(answer.fixes, [{ clientCode: 'time=1', serverCode: '' }]);
    const outcomeOf = (prediction: object): string =>
      doctorAnswer(plain, {
        ...response,
        prediction: { ...response.prediction, ...prediction } as NonNullable<typeof response.prediction>,
      }).outcome;
    assert.equal(outcomeOf({ closes: false }), 'stays');
    assert.equal(outcomeOf({ closes: false, warnedAtPing: 4 }), 'warned');
    assert.equal(outcomeOf({ cause: 'max-idle' }), 'normal');
    assert.equal(outcomeOf({ cause: 'max-age', cutsCalls: true }), 'closes');
  });

  it('say what came of trying', () => {
    const tried = (input: Parameters<typeof probed.encode>[0]): string =>
      probeAnswer(plain, probed.decode(probed.encode(input))).text;
    assert.equal(
      tried({ outcome: { closes: true, cause: 'other', atMs: 1500, pings: 3 }, evidence: 'FIN', speed: 20 }),
      'It closed after 1.5 s and 3 pings (FIN). Time ran 20 times as fast.',
    );
    assert.equal(
      tried({ outcome: { closes: false, pings: 1 }, watchedMs: 7_200_000, speed: 0.5 }),
      'It stayed open for 2 h, with 1 pings. Time ran 2 times as slow.',
    );
  });
});

describe('DoctorDesk', () => {
  it('shows the prediction before the probe is over, and then both', async () => {
    const states: string[] = [];
    let endProbe: (value: unknown) => void = () => undefined;
    const channel = channelOf(
      new Map([
        ['DiagnoseKeepalive', () => Promise.resolve(response)],
        ['ProbeKeepalive', () => new Promise((resolve) => (endProbe = resolve))],
      ]),
    );
    const desk = new DoctorDesk({
      channel: () => channel,
      translate: plain,
      onChange: () => states.push(`${desk.state.busy} ${desk.state.answer === null ? '-' : 'answer'}`),
    });
    const asked = desk.ask(question, true);
    await until('the probe', () => desk.state.busy === 'probing');
    endProbe(probed.decode(probed.encode({ outcome: { closes: false }, agreement: 'differs', speed: 1 })));
    await asked;
    assert.deepEqual(states, ['diagnosing -', 'probing answer', 'no answer']);
    assert.equal(desk.state.probe?.agreement, 'differs');
  });

  it('says what went wrong, and that no server runs', async () => {
    const channels: Pick<AdminChannel, 'call'>[] = [];
    const desk = new DoctorDesk({ channel: () => channels[0], translate: plain, onChange: () => undefined });
    await desk.ask(question, false);
    assert.equal(desk.state.error, 'The server does not run.');
    channels.push(
      channelOf(new Map([['DiagnoseKeepalive', () => Promise.reject(new Error('no such client'))]])),
    );
    await desk.ask(question, false);
    assert.deepEqual([desk.state.error, desk.state.busy], ['no such client', 'no']);
  });

  it('gives up the question before', async () => {
    let answers = 0;
    const channel = channelOf(
      new Map([
        [
          'DiagnoseKeepalive',
          async () => {
            const mine = ++answers;
            await new Promise((resolve) => setImmediate(resolve));
            return { ...response, summary: String(mine) };
          },
        ],
      ]),
    );
    const desk = new DoctorDesk({ channel: () => channel, translate: plain, onChange: () => undefined });
    await Promise.all([desk.ask(question, false), desk.ask(question, false)]);
    assert.equal(desk.state.answer?.summary, '2');
  });
});

type Recorded = MessageOutput<'perch.admin.v1.RecordConnectionResponse'>;

const message = (input: Parameters<typeof recorded.encode>[0]): Recorded =>
  recorded.decode(recorded.encode(input));

const messages = [
  message({ started: { address: '127.0.0.1:4000', to: '127.0.0.1:8500' } }),
  message({ opened: { connection: 1, peer: '127.0.0.1:50000' } }),
  message({
    frame: { connection: 1, atMs: 3.25, from: 'server', what: 'RST_STREAM', stream: 5, detail: 'CANCEL' },
  }),
  message({
    closed: { connection: 1, atMs: 9, cause: 'reset', text: 'Reset.', evidence: ['RST'], advice: 'Look.' },
    dropped: 3,
  }),
];

/** A stream of these messages, which then waits for its end. */
function streamOf(given: readonly Recorded[], last: 'ends' | 'waits' | Error): Pick<AdminChannel, 'stream'> {
  return {
    stream: async function* (_method: unknown, _request: unknown, signal: AbortSignal) {
      yield* given;
      if (last instanceof Error) {
        throw last;
      }
      if (last === 'waits') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      }
    } as AdminChannel['stream'],
  };
}

describe('Recorder', () => {
  it('shows what goes by until it is stopped, and keeps it to be saved', async () => {
    const recorder = new Recorder({
      channel: () => streamOf(messages, 'waits'),
      translate: plain,
      onChange: () => undefined,
      now: () => Date.UTC(2024, 0, 1),
    });
    assert.equal(recorder.document(), undefined);
    const running = recorder.start('');
    await until('three lines', () => recorder.state.total === 3);
    assert.deepEqual(
      [recorder.state.state, recorder.state.address, recorder.state.to],
      ['on', '127.0.0.1:4000', '127.0.0.1:8500'],
    );
    recorder.stop();
    await running;
    assert.deepEqual([recorder.state.state, recorder.state.error], ['over', '']);
    assert.deepEqual(
      recorder.state.lines.map(({ from, what, detail, more }) => [from, what, detail, more.length]),
      [
        ['client', 'CONNECT', '127.0.0.1:50000', 0],
        ['server', 'RST_STREAM #5', 'CANCEL', 0],
        ['verdict', 'reset', 'Reset.', 2],
      ],
    );
    const document = JSON.parse(recorder.document() ?? '') as Record<string, unknown>;
    assert.deepEqual(
      [document.startedAt, document.listenedOn, document.server, document.linesLeftOut],
      ['2024-01-01T00:00:00.000Z', '127.0.0.1:4000', '127.0.0.1:8500', 3],
    );
    assert.deepEqual((document.lines as unknown[])[1], {
      connection: 1,
      atMs: 3.25,
      from: 'server',
      what: 'RST_STREAM #5',
      detail: 'CANCEL',
    });
  });

  it('shows the last lines only, and says why it could not begin', async () => {
    const frame = message({ frame: { connection: 1, from: 'client', what: 'PING' } });
    const many = Array.from({ length: 500 }, () => frame);
    const recorder = new Recorder({
      channel: () => streamOf(many, 'ends'),
      translate: plain,
      onChange: () => undefined,
    });
    await recorder.start('a:1');
    assert.deepEqual(
      [recorder.state.lines.length, recorder.state.lines.at(-1)?.id, recorder.state.total],
      [300, 500, 500],
    );

    const failing = new Recorder({
      channel: () => streamOf([], new Error('to takes <host>:<port>')),
      translate: plain,
      onChange: () => undefined,
    });
    await failing.start('nowhere');
    assert.deepEqual([failing.state.state, failing.state.error], ['over', 'to takes <host>:<port>']);
  });
});
