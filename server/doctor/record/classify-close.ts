// Why a recorded connection closed: the rows of connections.md §1.5 that show on the wire, with evidence and advice.
import { errorCode } from '../../wire/http2/error-code.ts';
import { durationText } from '../keepalive/finding.ts';
import { middleboxesFor } from '../keepalive/middleboxes.ts';
import {
  answersNot,
  calls,
  ended,
  silence,
  unanswered,
  verdict,
  watchdog,
  type ClosedBecause,
  type Rule,
} from './close-verdict.ts';
import { clientError, serverError, serverGoodbye } from './goaway-rules.ts';
import type { SeenConnection, SeenSide } from './seen-connection.ts';
import { wrongDoor } from './wrong-door-rule.ts';

/** A connection that is this young and had one call was made for that call. */
const singleCallMs = 1000;

/** Says why. */
export function classifyClose(seen: SeenConnection): ClosedBecause {
  for (const rule of rules) {
    const verdict = rule(seen);
    if (verdict !== undefined) {
      return { ...verdict, notes: notesOf(seen) };
    }
  }
  return {
    ...verdict('still-open', 'The connection was open when the recording ended.', []),
    notes: notesOf(seen),
  };
}

const unreachable: Rule = ({ unreachable: code }) =>
  code === undefined
    ? undefined
    : verdict(
        'server-unreachable',
        `The server could not be connected to (${code}).`,
        [`connect: ${code}`],
        code === 'ECONNREFUSED'
          ? 'Nothing listens at that address and port: the server is not running, has ended, or listens on another address (127.0.0.1 is not ::1).'
          : 'Compare address and port with those that the server tells, and see whether a firewall is between.',
      );

const ownReset: Rule = ({ wasReset }) =>
  wasReset
    ? verdict('recorder-reset', 'The recorder reset it, as it was told to.', ['RST to both sides'])
    : undefined;

/** Row 7, brought about by the tap, or found out by the operating system. */
const silentDrop: Rule = (seen) => {
  const { droppedAt, firstEnd } = seen;
  if (droppedAt !== undefined) {
    if (firstEnd === undefined) {
      return verdict(
        'silent-drop',
        'The path dropped everything, and neither side noticed until the recording ended.',
        [`nothing was let through since ${durationText(droppedAt)}`],
        'Let one side ping (grpc.keepalive_time_ms): without pings nobody finds out until the next call.',
      );
    }
    const by = seen[firstEnd];
    const after = durationText((by.end?.at ?? droppedAt) - droppedAt);
    return verdict(
      'silent-drop',
      `The path dropped everything; the ${firstEnd} gave up ${after} later.`,
      [`nothing was let through since ${durationText(droppedAt)}`, ...unanswered(firstEnd, by)],
      'It takes the keepalive time and its time-out to notice: half of the time after which the path forgets is a good keepalive time.',
    );
  }
  const timedOut = (['client', 'server'] as const).find((side) => seen[side].end?.code === 'ETIMEDOUT');
  return timedOut === undefined
    ? undefined
    : verdict(
        'silent-drop',
        `What was sent to the ${timedOut} got no answer, and the operating system gave up.`,
        ['ETIMEDOUT', silence(seen.silentMs)],
        'A firewall that forgets idle connections, or a machine that is gone. A keepalive time below the firewall’s limit shows it sooner and prevents it.',
      );
};

/** Rows 4 and 5 without GOAWAY, 6, 8, 12: who ended it, and how. */
const bareEnd: Rule = (seen) => {
  const { client, server, firstEnd } = seen;
  if (firstEnd === undefined) {
    return undefined;
  }
  const by = seen[firstEnd];
  const other = firstEnd === 'client' ? server : client;
  if (answersNot(other, by)) {
    return watchdog(firstEnd, by, [ended(firstEnd)]);
  }
  if (by.end?.how !== 'fin') {
    const devices = middleboxesFor(seen.silentMs).map(({ name }) => name);
    return verdict(
      'reset',
      `The ${firstEnd}, or something between, reset it after ${durationText(seen.silentMs)} of silence, with ${calls(seen.openStreams)} open.`,
      [`${by.end?.code ?? ''} from the ${firstEnd}'s side`, silence(seen.silentMs)],
      devices.length === 0
        ? 'A process that crashed or was killed does this, and devices that forget connections.'
        : `That is the idle limit of ${devices.join(' or ')}: let one side ping twice as often (grpc.keepalive_time_ms).`,
    );
  }
  if (firstEnd === 'server') {
    return verdict(
      'server-vanished',
      `The server closed it without a goodbye, with ${calls(seen.openStreams)} open.`,
      ['FIN from the server, no GOAWAY'],
      'Its process ended (its log, or the exit code, says why: out of memory, a crash, a kill), or a proxy between closed.',
    );
  }
  const isForOneCall =
    seen.streams === 1 &&
    seen.openStreams === 0 &&
    (by.end.at < singleCallMs || (by.end.at - seen.lastStreamEndAt < 100 && by.end.at < 5000));
  return verdict(
    'client-closed',
    seen.openStreams === 0
      ? 'The client closed it.'
      : `The client closed it with ${calls(seen.openStreams)} open: it ended, or was ended.`,
    ['FIN from the client first'],
    isForOneCall
      ? 'One call on a connection that lasted no longer: where this repeats, the client makes a channel for every call. Keep one.'
      : '',
  );
};

const rules: readonly Rule[] = [
  unreachable,
  ownReset,
  silentDrop,
  wrongDoor,
  serverError,
  clientError,
  serverGoodbye,
  bareEnd,
];

/** Rows 9, 13, 15: what ended calls and not the connection. */
function notesOf({ client, server }: SeenConnection): string[] {
  const count = (side: SeenSide, code: number): number => side.resets.get(code) ?? 0;
  const cancelled = count(client, errorCode.CANCEL);
  const calm = count(server, errorCode.ENHANCE_YOUR_CALM);
  const refused = count(server, errorCode.REFUSED_STREAM);
  return [
    ...(cancelled === 0
      ? []
      : [
          `The client cancelled ${calls(cancelled)}: it left, or its deadline passed. Compare the deadline with how long calls take.`,
        ]),
    ...(calm === 0
      ? []
      : [
          `The server reset ${calls(calm)} with ENHANCE_YOUR_CALM, which clients show as RESOURCE_EXHAUSTED "Bandwidth exhausted": too much metadata, or too much asked.`,
        ]),
    ...(refused === 0
      ? []
      : [
          `The server refused ${calls(refused)} (REFUSED_STREAM): it allows ${server.maxConcurrentStreams ?? 'fewer'} at once. Clients may try again.`,
        ]),
  ];
}
