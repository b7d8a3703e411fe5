// grpc.health.v1.Health: whether the server, a service, a model, a version or a label can answer now (reference, health §3).
import { serviceMethods } from '../../protos/messages.ts';
import { PerchError } from '../errors.ts';
import { livenessName, type Health } from '../health/health.ts';
import { serverStream, unary, type Method } from './method.ts';
import { Waker } from './waker.ts';

const methods = serviceMethods('grpc.health.v1.Health');

/** Liveness changes without an event: a Watch of it looks so often, milliseconds. */
const livenessLookMs = 1000;

/** A90: "if there are more than 100 services". */
const longestList = 100;

/** The methods of the service; `Health.statusOf` says which names there are. */
export function healthService(health: Health): Method[] {
  return [
    unary(methods.Check, ({ service }) => {
      const status = health.statusOf(service);
      if (status === undefined) {
        throw new PerchError('MODEL_UNKNOWN', `No service or model is called "${service}".`);
      }
      return { status };
    }),
    serverStream(methods.Watch, ({ service }, call) => watchStatus(service, health, call.signal)),
    unary(methods.List, () => {
      const names = health.names();
      if (names.length > longestList) {
        throw new PerchError(
          'LIST_TOO_LONG',
          `${names.length} services are more than List answers; use Check.`,
        );
      }
      return {
        statuses: Object.fromEntries(
          names.map((name) => [name, { status: health.statusOf(name) ?? 'SERVICE_UNKNOWN' }]),
        ),
      };
    }),
  ];
}

type WatchedStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

/**
 * The status now, then each time it differs from the last one sent: states that come and go while the caller reads are left
 * out. Ends after NOT_SERVING when the server drains, so that no Watch keeps it.
 */
async function* watchStatus(
  service: string,
  health: Health,
  signal: AbortSignal,
): AsyncGenerator<{ status: WatchedStatus }> {
  const waker = new Waker();
  const { events, draining } = health;
  const lookEveryMs = service === livenessName ? livenessLookMs : undefined;
  events.on('changed', waker.wake).on('removed', waker.wake).on('looked', waker.wake);
  draining.addEventListener('abort', waker.wake);
  signal.addEventListener('abort', waker.close);
  try {
    let last: WatchedStatus | undefined;
    do {
      const now = health.statusOf(service) ?? 'SERVICE_UNKNOWN';
      if (now !== last) {
        last = now;
        yield { status: now };
      }
    } while (!draining.aborted && !signal.aborted && (await waker.wait(lookEveryMs)) !== 'closed');
  } finally {
    events.off('changed', waker.wake).off('removed', waker.wake).off('looked', waker.wake);
    draining.removeEventListener('abort', waker.wake);
    signal.removeEventListener('abort', waker.close);
  }
}
