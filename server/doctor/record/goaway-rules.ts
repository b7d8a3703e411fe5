// Rules for connections that ended with a GOAWAY.
import { errorCode, errorCodeText } from '../../wire/http2/error-code.ts';
import { durationText } from '../keepalive/finding.ts';
import {
  answersNot,
  calls,
  ended,
  goawayEvidence,
  idleMs,
  verdict,
  watchdog,
  type Rule,
  type Verdict,
} from './close-verdict.ts';
import type { SeenConnection, SeenGoaway, SeenSide } from './seen-connection.ts';

/** Rows 1, 15, 21, 22: GOAWAY with an error. */
export const serverError: Rule = (seen) => {
  const { server, client } = seen;
  const goaway = server.goaways.find(({ code }) => code !== errorCode.NO_ERROR && code !== errorCode.CANCEL);
  if (goaway === undefined) {
    return undefined;
  }
  const { code, debugData } = goaway;
  const evidence = [goawayEvidence('server', goaway)];
  if (isIdleText(debugData)) {
    return idle(seen, goaway, evidence);
  }
  if (code === errorCode.ENHANCE_YOUR_CALM && debugData.includes('ping')) {
    return verdict(
      'too-many-pings',
      `The server closed it because the client pings too often (${client.pings} pings).`,
      [...evidence, pingEvidence(client)],
      'Raise the client’s keepalive time above what the server allows: five minutes unless it is told otherwise, two hours while no call is open and it does not permit pings then. Or allow more on the server (grpc.http2.min_ping_interval_without_data_ms, grpc.keepalive_permit_without_calls). "perch doctor connection" says which.',
    );
  }
  if (code === errorCode.ENHANCE_YOUR_CALM) {
    return verdict(
      'flood',
      'The server holds that the client asks for too much.',
      evidence,
      'A client that opens and resets calls in quick succession, or floods with control frames, is defective or means harm.',
    );
  }
  const allowed = server.maxConcurrentStreams;
  if (allowed !== undefined && seen.mostOpenStreams > allowed) {
    return verdict(
      'too-many-streams',
      `The client had ${seen.mostOpenStreams} calls open, and the server allows ${allowed}.`,
      evidence,
      'Raise grpc.max_concurrent_streams, or use more channels.',
    );
  }
  return verdict(
    'server-error',
    `The server holds that the client broke a rule (${errorCodeText(code)}).`,
    evidence,
    'A defect of the client or of a proxy between, or another guard of the server; its log may say more.',
  );
};

/** The client said that something is wrong. */
export const clientError: Rule = ({ client }) => {
  const goaway = client.goaways.find(({ code }) => code !== errorCode.NO_ERROR);
  return goaway === undefined
    ? undefined
    : verdict(
        'client-error',
        `The client gave it up (${errorCodeText(goaway.code)}).`,
        [goawayEvidence('client', goaway)],
        'It holds that the server broke a rule; its own log may say which.',
      );
};

/** Rows 2, 3, 4, 10, 11: the server said goodbye. */
export const serverGoodbye: Rule = (seen) => {
  const { server, client, openStreams } = seen;
  const goaway = server.goaways[0];
  if (goaway === undefined) {
    return undefined;
  }
  const evidence = server.goaways.map((each) => goawayEvidence('server', each));
  const texts = server.goaways.map(({ debugData }) => debugData).join(' ');
  const cut = seen.firstEnd === 'server' ? openStreams : 0;
  if (texts.includes('max_age')) {
    return verdict(
      'max-age',
      `The connection had reached its age (${durationText(goaway.at)})${cut > 0 ? `, and ${calls(cut)} had not ended within the grace` : ''}.`,
      evidence,
      cut > 0
        ? 'Raise grpc.max_connection_age_grace_ms above the longest call, or let streams resume.'
        : 'That is normal: it spreads load. The next call opens a new connection.',
    );
  }
  if (isIdleText(texts)) {
    return idle(seen, goaway, evidence);
  }
  if (answersNot(client, server)) {
    return watchdog('server', server, evidence);
  }
  if (server.goaways.some(({ code }) => code === errorCode.CANCEL) || cut > 0) {
    return verdict(
      'forced-shutdown',
      `The server was stopped, and cut ${calls(cut)}.`,
      [...evidence, ended('server')],
      'Give it longer to drain, or end the streams first.',
    );
  }
  // Some servers do not say that it is their idle limit: no call for a while says it for them.
  return goaway.openStreams === 0 && goaway.at - seen.lastStreamEndAt >= idleMs && texts === ''
    ? idle(seen, goaway, evidence)
    : verdict(
        'server-goodbye',
        'The server said goodbye and let all calls end: it shuts down, or reloads.',
        evidence,
        'That is normal; calls that come then are made again on a new connection.',
      );
};

/** Go and grpc-java say `max_idle`, with NO_ERROR; C-core 1.85 `connection idle`, with INTERNAL_ERROR. */
function isIdleText(debugData: string): boolean {
  return /max_idle|connection idle/.test(debugData);
}

function idle(seen: SeenConnection, goaway: SeenGoaway, evidence: readonly string[]): Verdict {
  const quiet = durationText(goaway.at - seen.lastStreamEndAt);
  return verdict(
    'max-idle',
    `The server closed it after ${quiet} without a call.`,
    [...evidence, `no call for ${quiet}`],
    'That is normal: the next call opens a new connection. grpc.max_connection_idle_ms sets the time.',
  );
}

function pingEvidence({ pings, pingsSinceAnswer, pingIntervals }: SeenSide): string {
  const intervals = pingIntervals.map((ms) => durationText(Math.round(ms))).join(', ');
  return `${pings} PINGs of the client, ${pingsSinceAnswer} since the server last sent headers or data${intervals === '' ? '' : `, apart: ${intervals}`}`;
}
