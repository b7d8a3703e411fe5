// The admin call of the keepalive doctor.
import { serviceMethods, type MessageInput, type MessageOutput } from '../../../protos/messages.ts';
import {
  examineConnection,
  UnknownNameError,
  type Examination,
} from '../../doctor/keepalive/examine-connection.ts';
import type { Finding } from '../../doctor/keepalive/finding.ts';
import type { Prediction } from '../../doctor/keepalive/predict-connection.ts';
import { PerchError } from '../../errors.ts';
import { unary, type Method } from '../method.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** Characters of each option text. */
const longestOptions = 100_000;

const longestMs = 30 * 86_400_000;

type Request = MessageOutput<'perch.admin.v1.DiagnoseKeepaliveRequest'>;
type Response = MessageInput<'perch.admin.v1.DiagnoseKeepaliveResponse'>;

/** DiagnoseKeepalive. */
export function diagnoseMethods(): Method[] {
  return [unary(methods.DiagnoseKeepalive, (request) => toResponse(examine(request)))];
}

function examine(request: Request): Examination {
  const { client, clientOptions, server, serverOptions, through, activeStream } = request;
  if (Math.max(clientOptions.length, serverOptions.length) > longestOptions) {
    throw new PerchError(
      'REQUEST_MALFORMED',
      `client_options and server_options take at most ${longestOptions} characters each.`,
    );
  }
  try {
    return examineConnection({
      client,
      clientOptions,
      server,
      serverOptions,
      through,
      path: {
        rttMs: time('rtt_ms', request.rttMs),
        middleboxIdleMs: timeOrNever('middlebox_idle_ms', request.middleboxIdleMs),
      },
      traffic: {
        activeStream,
        serverDataEveryMs: timeOrNever('server_data_every_ms', request.serverDataEveryMs),
        callEveryMs: timeOrNever('call_every_ms', request.callEveryMs),
      },
    });
  } catch (reason) {
    throw reason instanceof UnknownNameError
      ? new PerchError('REQUEST_MALFORMED', `${reason.member} takes ${reason.message}`, { cause: reason })
      : reason;
  }
}

function time(field: string, ms: number): number {
  if (!(ms >= 0 && ms <= longestMs)) {
    throw new PerchError('REQUEST_MALFORMED', `${field} takes 0 to ${longestMs}, not ${ms}.`);
  }
  return ms;
}

function timeOrNever(field: string, ms: number): number {
  return time(field, ms) || Infinity;
}

function toResponse({ facts, diagnosis }: Examination): Response {
  const { prediction, summary, reconnects, findings, proposals } = diagnosis;
  return {
    client: facts.client.implementation,
    server: facts.server.implementation,
    prediction: toPrediction(prediction),
    summary,
    reconnectMs: [...reconnects],
    findings: findings.map(({ rule, severity, text, option = '' }) => ({
      rule,
      severity: severities[severity],
      text,
      option,
    })),
    proposals: proposals.map((changes) => ({
      changes: changes.map(({ side, option, to, code }) => ({
        side,
        option,
        value: to === Infinity ? 'never' : String(to),
        code,
      })),
    })),
  };
}

const severities = { error: 'ERROR', warning: 'WARNING', info: 'INFO' } as const satisfies Record<
  Finding['severity'],
  string
>;

function toPrediction(prediction: Prediction): MessageInput<'perch.admin.v1.KeepalivePrediction'> {
  return prediction.outcome === 'closes'
    ? {
        closes: true,
        cause: prediction.cause,
        atMs: prediction.atMs,
        pings: prediction.pings,
        cutsCalls: prediction.cutsCalls,
      }
    : { closes: false, pings: prediction.pings, warnedAtPing: prediction.warnedAtPing ?? 0 };
}
