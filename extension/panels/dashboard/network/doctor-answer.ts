// Between the doctor's form and the daemon's messages. No vscode in here.
import type { MessageInput, MessageOutput } from '../../../../protos/messages.ts';
import type {
  DoctorAnswer,
  DoctorQuestion,
  ProbeAnswer,
} from '../../../../webview/dashboard/network-doctor.ts';
import type { Translate } from '../../../translate.ts';
import { durationText } from './durations.ts';

type Response = MessageOutput<'perch.admin.v1.DiagnoseKeepaliveResponse'>;
type Probe = MessageOutput<'perch.admin.v1.ProbeKeepaliveResponse'>;

/** The form as the daemon takes it. */
export function toRequest(question: DoctorQuestion): MessageInput<'perch.admin.v1.DiagnoseKeepaliveRequest'> {
  const { client, clientOptions, server, serverOptions, path, traffic } = question;
  const everyMs = question.everyS * 1000;
  return {
    client,
    clientOptions,
    server,
    serverOptions,
    through: path === 'direct' || path === 'other' ? '' : path,
    middleboxIdleMs: path === 'other' ? question.forgetsAfterS * 1000 : 0,
    rttMs: question.roundTripMs,
    activeStream: traffic === 'stream',
    serverDataEveryMs: traffic === 'stream' ? everyMs : 0,
    callEveryMs: traffic === 'calls' ? everyMs : 0,
  };
}

/** A close for these is what a server does to keep its house in order. */
const normalCauses = new Set(['max-idle', 'max-age']);

/** What the daemon says of the settings. */
export function doctorAnswer(translate: Translate, response: Response): DoctorAnswer {
  const { prediction, summary, reconnectMs, findings, proposals } = response;
  const last = reconnectMs.at(-1);
  return {
    outcome: outcomeOf(prediction),
    summary,
    after:
      last === undefined
        ? ''
        : translate(
            'The client then doubles its keepalive time at each of {0} closes, until {1} is allowed.',
            reconnectMs.length,
            durationText(translate, last),
          ),
    findings: findings.map(({ rule, severity, text }) => ({ rule, severity: severityOf(severity), text })),
    fixes: proposals.map(({ clientCode, serverCode }) => ({ clientCode, serverCode })),
  };
}

function outcomeOf(prediction: Response['prediction']): DoctorAnswer['outcome'] {
  if (prediction?.closes !== true) {
    return (prediction?.warnedAtPing ?? 0) > 0 ? 'warned' : 'stays';
  }
  return normalCauses.has(prediction.cause) && !prediction.cutsCalls ? 'normal' : 'closes';
}

function severityOf(severity: string): DoctorAnswer['findings'][number]['severity'] {
  switch (severity) {
    case 'ERROR':
      return 'error';
    case 'WARNING':
      return 'warning';
    default:
      return 'info';
  }
}

/** What came of trying them. */
export function probeAnswer(translate: Translate, response: Probe): ProbeAnswer {
  const { outcome, evidence, watchedMs, speed, agreement } = response;
  const time = (ms: number): string => durationText(translate, ms);
  const pings = outcome?.pings ?? 0;
  const what =
    outcome?.closes === true
      ? translate(
          'It closed after {0} and {1} pings ({2}).',
          time(outcome.atMs),
          pings,
          evidence || outcome.cause,
        )
      : translate('It stayed open for {0}, with {1} pings.', time(watchedMs), pings);
  const how =
    speed >= 1
      ? translate('Time ran {0} times as fast.', Number(speed.toPrecision(2)))
      : translate('Time ran {0} times as slow.', Number((1 / speed).toPrecision(2)));
  return {
    agreement: agreement === 'agrees' || agreement === 'not-reached' ? agreement : 'differs',
    text: `${what} ${how}`,
  };
}
