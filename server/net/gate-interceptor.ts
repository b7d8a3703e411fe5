// The call gate in front of a grpc-js server.
import { ServerInterceptingCall, ServerListenerBuilder, status, type ServerInterceptor } from '@grpc/grpc-js';
import type { CallGate } from './call-gate.ts';

/** For a grpc-js server's options: every call passes `gate`, from its first header on. */
export function gateInterceptor(gate: CallGate): ServerInterceptor {
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        let admitted = false;
        const listener = new ServerListenerBuilder()
          .withOnReceiveMetadata((metadata, pass) => {
            const refused = gate.enter(method.path);
            if (refused !== undefined) {
              call.sendStatus({ code: status[refused.status], details: refused.message });
              return;
            }
            admitted = true;
            pass(metadata);
          })
          // grpc-js tells every call's end this way, once, however it ended.
          .withOnCancel(() => {
            if (admitted) {
              gate.leave();
            }
          })
          .build();
        next(listener);
      },
    });
}
