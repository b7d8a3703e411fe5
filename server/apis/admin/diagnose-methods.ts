// The admin calls of the keepalive doctor.
import { serviceMethods, type MessageInput, type MessageOutput } from '../../../protos/messages.ts';
import {
  examineInSteps,
  UnknownNameError,
  type Examination,
} from '../../doctor/keepalive/examine-connection.ts';
import { changeSnippet } from '../../doctor/keepalive/change-snippet.ts';
import type { ServerFacts } from '../../doctor/keepalive/connection-facts.ts';
import type { Finding } from '../../doctor/keepalive/finding.ts';
import type { Prediction } from '../../doctor/keepalive/predict-connection.ts';
import { runProbe, type ProbeOutcome } from '../../doctor/live-probe/run-probe.ts';
import { PerchError } from '../../errors.ts';
import { inTurns } from '../../limits/turns.ts';
import { unary, type Method } from '../method.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** Characters of each option text. */
const longestOptions = 100_000;

const longestMs = 30 * 86_400_000;

type Request = MessageOutput<'perch.admin.v1.DiagnoseKeepaliveRequest'>;
type Response = MessageInput<'perch.admin.v1.DiagnoseKeepaliveResponse'>;

/** DiagnoseKeepalive and ProbeKeepalive. `ownServer`: what this server does about pings and idle connections. */
export function diagnoseMethods(ownServer: () => ServerFacts): Method[] {
  let isProbing = false;
  return [
    unary(methods.DiagnoseKeepalive, async (request, { signal }) =>
      toResponse(request, await examine(request, ownServer(), signal)),
    ),
    unary(methods.ProbeKeepalive, async ({ settings }, call) => {
      if (settings === null) {
        throw new PerchError('REQUEST_MALFORMED', 'settings must be given.');
      }
      const { facts } = await examine(settings, ownServer(), call.signal);
      if (isProbing) {
        throw new PerchError(
          'DOCTOR_BUSY',
          'Another keepalive probe is being tried. Try again when it is over.',
        );
      }
      isProbing = true;
      try {
        const { prediction, outcome, speed, agreement } = await runProbe(facts, undefined, call.signal);
        return { prediction: toPrediction(prediction), ...toOutcome(outcome), speed, agreement };
      } finally {
        isProbing = false;
      }
    }),
  ];
}

function toOutcome(outcome: ProbeOutcome): MessageInput<'perch.admin.v1.ProbeKeepaliveResponse'> {
  const { pings } = outcome;
  return outcome.outcome === 'closes'
    ? {
        outcome: { closes: true, cause: outcome.cause, atMs: outcome.atMs, pings },
        evidence: outcome.evidence,
      }
    : { outcome: { closes: false, pings }, watchedMs: outcome.watchedMs };
}

async function examine(request: Request, ownServer: ServerFacts, signal: AbortSignal): Promise<Examination> {
  const { client, clientOptions, server, serverOptions, through, activeStream } = request;
  if (Math.max(clientOptions.length, serverOptions.length) > longestOptions) {
    throw new PerchError(
      'REQUEST_MALFORMED',
      `client_options and server_options take at most ${longestOptions} characters each.`,
    );
  }
  try {
    const steps = examineInSteps({
      client,
      clientOptions,
      server,
      ownServer,
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
    return await inTurns(steps, signal);
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

function toResponse({ client, server }: Request, { facts, diagnosis }: Examination): Response {
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
      clientCode: changeSnippet(changes, 'client', facts.client.implementation, client),
      serverCode: changeSnippet(changes, 'server', facts.server.implementation, server),
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
