// gRPC by grpc-js, on connections that come from outside: the reference that the own transport is compared with.
import type { Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import type { Method } from '../apis/method.ts';
import { whenAborted } from '../deadline.ts';
import type { Logger } from '../log.ts';
import type { CloseCause } from '../wire/close-cause.ts';
import { admissionInterceptor } from './admission-interceptor.ts';
import { CallGate } from './call-gate.ts';
import { toChannelSettings, type ChannelArguments } from './channel-arguments.ts';
import { gateInterceptor } from './gate-interceptor.ts';
import type { GrpcTransport } from './grpc-transport.ts';
import { CloseTally } from '../wire/socket/close-tally.ts';
import { servicesOf } from './grpc-methods.ts';
import type { TlsConfig } from './tls-config.ts';

/** What a grpc-js server serves, and how. */
export interface GrpcJsOptions {
  readonly methods: readonly Method[];
  /** Undefined: in clear. */
  readonly tls?: TlsConfig | undefined;
  readonly channelArguments?: ChannelArguments;
  readonly log: Logger;
}

/** A grpc-js server for `methods`. Throws OPTION_INVALID (a channel argument). */
export function grpcJsTransport({ methods, tls, channelArguments, log }: GrpcJsOptions): GrpcTransport {
  const settings = toChannelSettings(channelArguments ?? new Map());
  const gate = new CallGate();
  const server = new grpc.Server({
    ...settings.options,
    interceptors: [gateInterceptor(gate), admissionInterceptor(methods, log)],
  });
  for (const [definition, implementation] of servicesOf(methods, log)) {
    server.addService(definition, implementation);
  }
  let injector = server.createConnectionInjector(toCredentials(tls));
  const sockets = new Set<Socket>();
  const closes = new CloseTally();
  let isClosing = false;
  return {
    notices: settings.notices,
    connections: undefined,
    closes,
    doorOptions: { allowHalfOpen: false, maxConnections: settings.maxConnections },
    accept: (socket) => {
      sockets.add(socket);
      closes.arrived();
      let cause: CloseCause['kind'] | undefined;
      socket.once('end', () => (cause ??= 'peer-closed'));
      // Resets are the client's business; http2 reports what matters of them.
      socket.on('error', (reason: NodeJS.ErrnoException) => {
        cause ??= reason.code === 'ECONNRESET' ? 'peer-reset' : 'socket-error';
      });
      socket.once('close', () => {
        sockets.delete(socket);
        // Idle, age, keepalive, a broken rule: which of them it was, grpc-js keeps to itself.
        const told = isClosing ? 'drained' : cause;
        if (told !== undefined) {
          closes.told(told);
        }
        closes.gone();
      });
      injector.injectConnection(socket);
    },
    renewTls: (renewed) => {
      // The connections of the one before stay with it, and end with the server.
      injector = server.createConnectionInjector(toCredentials(renewed));
    },
    close: async (force) => {
      isClosing = true;
      gate.close();
      await Promise.race([gate.empty, whenAborted(force)]);
      await shutDown(server, force);
      // What is left never became HTTP/2, or did so too late to be told.
      sockets.forEach((socket) => socket.destroy());
    },
  };
}

function toCredentials(tls: TlsConfig | undefined): grpc.ServerCredentials {
  if (tls === undefined) {
    return grpc.ServerCredentials.createInsecure();
  }
  const { key, certificates, clientAuthorities } = tls;
  return grpc.ServerCredentials.createSsl(
    clientAuthorities === undefined ? null : Buffer.from(clientAuthorities),
    [{ private_key: Buffer.from(key), cert_chain: Buffer.from(certificates) }],
    clientAuthorities !== undefined,
  );
}

/** GOAWAY to every client, then the end of the calls in flight, or of all at once when `force` fires. */
function shutDown(server: grpc.Server, force: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => server.forceShutdown();
    force.addEventListener('abort', end);
    server.tryShutdown(() => {
      force.removeEventListener('abort', end);
      resolve();
    });
    if (force.aborted) {
      end();
    }
  });
}
