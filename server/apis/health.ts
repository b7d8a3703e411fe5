// grpc.health.v1.Health: whether the server, a service, a model, a version or a label can answer now (reference, health §3).
import { serviceMethods } from '../../protos/messages.ts';
import { PerchError } from '../errors.ts';
import type { Health } from '../health/health.ts';
import { serverStream, unary, type Method } from './method.ts';
import { StatusWatches } from './status-watches.ts';

const methods = serviceMethods('grpc.health.v1.Health');

/** A90: "if there are more than 100 services". */
const longestList = 100;

/** The methods of the service; `Health.statusOf` says which names there are. */
export function healthService(health: Health): Method[] {
  const watches = new StatusWatches(health);
  return [
    unary(methods.Check, ({ service }) => {
      const status = health.statusOf(service);
      if (status === undefined) {
        throw new PerchError('MODEL_UNKNOWN', `No service or model is called "${service}".`);
      }
      return { status };
    }),
    // No signal: the transport calls `return`, and to listen to one costs more memory than all else of a call.
    serverStream(methods.Watch, ({ service }) => watches.watch(service)),
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
