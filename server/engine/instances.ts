// The instances of a version as one: each run goes to the session with the fewest runs in flight.
import { PerchError } from '../errors.ts';
import type { LoadedVersion } from '../lifecycle/version-state.ts';
import type { HostSession } from './host-session.ts';

/**
 * The version that `sessions` (at least one, all of the same file) are; `cpuFallbackOps` is what is known of them. It is lost when one of them is: the lifecycle
 * loads it again, whole.
 */
export function joinInstances(
  sessions: readonly HostSession[],
  cpuFallbackOps: readonly string[],
): LoadedVersion {
  const [first] = sessions;
  if (first === undefined) {
    throw new PerchError('INTERNAL', 'A version without an instance.');
  }
  const closeAll = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(sessions.map((session) => session.close()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  };
  const lost = Promise.race(
    sessions.map((session) => session.lost.then((reason) => ({ session, reason }))),
  ).then(async ({ session: gone, reason }) => {
    await Promise.allSettled(
      sessions.filter((session) => session !== gone).map((session) => session.close()),
    );
    return reason;
  });
  return {
    signature: first.signature,
    execution: {
      instances: sessions.map(({ host, settings }) => ({
        provider: settings.provider,
        deviceId: settings.deviceId,
        engineHostIndex: host.index,
        intraOpThreads: settings.intraOpThreads,
      })),
      fallbackReason: [...new Set(sessions.map(({ fallbackReason }) => fallbackReason))]
        .filter((reason) => reason !== '')
        .join('; '),
      cpuFallbackOps,
    },
    lost,
    unload: closeAll,
    run:
      sessions.length === 1
        ? (inputs, outputNames, signal) => first.run(inputs, outputNames, signal)
        : (inputs, outputNames, signal) => leastBusy(first, sessions).run(inputs, outputNames, signal),
  };
}

function leastBusy(first: HostSession, sessions: readonly HostSession[]): HostSession {
  return sessions.reduce((least, next) => (next.runsInFlight < least.runsInFlight ? next : least), first);
}
