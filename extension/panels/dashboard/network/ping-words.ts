// What the server's ping rules say to a client, as a sentence.
import type { GetNetworkResponse__Output } from '../../../../protos/gen/perch/admin/v1/GetNetworkResponse.ts';
import type { PingVerdict, RuleFact } from '../../../../webview/dashboard/network-snapshot.ts';
import type { Translate } from '../../../translate.ts';
import { durationText } from './durations.ts';

type WireConnection = GetNetworkResponse__Output['open'][number];
type WireRules = NonNullable<GetNetworkResponse__Output['rules']>;

/** Without a call open and without a permit, gRPC's servers allow a ping every two hours. */
const withoutCallsMs = 2 * 3_600_000;

/** The verdict: a client whose pings are too many is let live where the rules only warn. */
export function pingVerdict({ pingVerdict: verdict, close }: WireConnection): PingVerdict {
  switch (verdict) {
    case 'too-many':
      return close?.cause === 'too-many-pings' ? 'closed' : 'warned';
    case 'allowed':
      return 'allowed';
    default:
      return 'none';
  }
}

/** How often it pings, and what the rules say; empty where it does not ping. */
export function pingText(translate: Translate, connection: WireConnection): string {
  const { pingsReceived, lastPingIntervalMs, minPingIntervalMs, pingIntervalMs, pingAllowedMs } = connection;
  const time = (ms: number): string => durationText(translate, ms);
  switch (pingVerdict(connection)) {
    case 'none':
      return '';
    case 'allowed':
      return lastPingIntervalMs === 0
        ? translate('{0}, allowed', pingsReceived)
        : translate(
            '{0}, the last {1} apart, at least {2}',
            pingsReceived,
            time(lastPingIntervalMs),
            time(minPingIntervalMs),
          );
    case 'warned':
      return translate(
        '{0}, down to {1} apart where {2} are allowed: a gRPC server in C++, Go or Java would close the connection',
        pingsReceived,
        time(pingIntervalMs),
        time(pingAllowedMs),
      );
    case 'closed':
      return translate(
        '{0}, down to {1} apart where {2} are allowed',
        pingsReceived,
        time(pingIntervalMs),
        time(pingAllowedMs),
      );
  }
}

/** The rules that connections go by. */
export function ruleFacts(translate: Translate, rules: WireRules): RuleFact[] {
  const time = (ms: number): string => (ms === 0 ? translate('never') : durationText(translate, ms));
  return [
    { name: translate('Pings of clients'), value: pingRule(translate, rules) },
    {
      name: translate('Pings of the server'),
      value:
        rules.keepaliveMs === 0
          ? translate('none')
          : translate(
              'every {0} of silence, {1} for the answer',
              time(rules.keepaliveMs),
              time(rules.keepaliveTimeoutMs),
            ),
    },
    { name: translate('Closed without a call after'), value: time(rules.maxIdleMs) },
    { name: translate('Closed at the age of'), value: time(rules.maxAgeMs) },
    {
      name: translate('Connections'),
      value: translate('{0} of at most {1}', rules.openConnections, rules.maxConnections),
    },
  ];
}

function pingRule(translate: Translate, rules: WireRules): string {
  if (rules.pingMode === 'off') {
    return translate('any number is taken');
  }
  const apart = durationText(translate, rules.minPingIntervalMs);
  const interval = rules.permitWithoutCalls
    ? translate('{0} apart', apart)
    : translate('{0} apart, {1} while no call is open', apart, durationText(translate, withoutCallsMs));
  return rules.pingMode === 'strict'
    ? translate(
        '{0}; {1} early ones are forgiven, then the connection is closed',
        interval,
        rules.maxPingStrikes,
      )
    : translate('{0}; others are told of, and close nothing', interval);
}
