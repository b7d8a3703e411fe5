// The instances of a version as one: each run goes to the session with the fewest runs in flight.
import { defaultSignatureName } from '../codec/tensor.ts';
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
  const signatures = toSignatures(first);
  const defaultName = signatures.signature.named?.name;
  // What a request changes is in the session that it ran on.
  const keepsState = first.signatures.some(({ named }) => named?.isStateful);
  const alive = new Set(sessions);
  const closeAll = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(Array.from(alive, (session) => session.close()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  };
  const lost = Promise.race(
    sessions.map(async (session) => {
      const reason = await session.lost;
      alive.delete(session);
      return reason;
    }),
  );
  // What is left serves nobody: the lifecycle loads the version anew. It is closed once its own runs have ended.
  void lost.then(() => Promise.all(Array.from(alive, (session) => closeWhenIdle(session, alive))));
  return {
    ...signatures,
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
    run: async (inputs, outputNames, signal, hints) => {
      const session = keepsState ? first : leastBusy(alive);
      const asked = defaultName === undefined ? hints : { signature: defaultName, ...hints };
      return session.run(inputs, outputNames, signal, asked);
    },
  };
}

/** The signatures of the sessions' file, as the lifecycle has them. */
function toSignatures({
  signatures,
  conversion,
}: HostSession): Pick<LoadedVersion, 'signature' | 'signatures' | 'conversion'> {
  const signature = signatures.find(({ named }) => named?.name === defaultSignatureName) ?? signatures[0];
  if (signature === undefined) {
    throw new PerchError('INTERNAL', 'A version without a signature.');
  }
  return conversion === undefined
    ? { signature }
    : { signature, conversion, signatures: new Map(signatures.map((one) => [one.named?.name ?? '', one])) };
}

/** Throws ENGINE_RESTARTED where none is left. */
function leastBusy(sessions: ReadonlySet<HostSession>): HostSession {
  let least: HostSession | undefined;
  for (const session of sessions) {
    if (least === undefined || session.runsInFlight < least.runsInFlight) {
      least = session;
    }
  }
  if (least === undefined) {
    throw new PerchError(
      'ENGINE_RESTARTED',
      'The engine host of the version ended; it is being loaded again.',
    );
  }
  return least;
}

/** How often a session that is to be closed is looked at, milliseconds. */
const idleLookMs = 50;

async function closeWhenIdle(session: HostSession, alive: Set<HostSession>): Promise<void> {
  while (session.runsInFlight > 0) {
    await new Promise((resolve) => setTimeout(resolve, idleLookMs));
  }
  alive.delete(session);
  await session.close().catch(() => undefined);
}
