// Who may call what, in front of a grpc-js server.
import { ServerInterceptingCall, ServerListenerBuilder, type ServerInterceptor } from '@grpc/grpc-js';
import type { Method } from '../apis/method.ts';
import type { Logger } from '../log.ts';
import { toServiceError } from './grpc-methods.ts';

/** For a grpc-js server's options: asks `admit` of the method that is called when the call's first header has come. */
export function admissionInterceptor(methods: readonly Method[], log: Logger): ServerInterceptor {
  const byPath = new Map(methods.map((method) => [method.path, method]));
  return ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        const listener = new ServerListenerBuilder()
          .withOnReceiveMetadata((metadata, pass) => {
            try {
              byPath.get(path)?.admit?.({
                metadata: (key) => metadata.get(key).map((value) => value.toString()),
                peer: call.getPeer(),
              });
            } catch (reason) {
              call.sendStatus(toServiceError(reason, path, log));
              return;
            }
            pass(metadata);
          })
          .build();
        next(listener);
      },
    });
}
