// gRPC methods behind the gatekeeper.
import type { CallContext, CallHead, Method } from '../apis/method.ts';
import { PerchError } from '../errors.ts';
import { clientOfPeer } from '../limits/client-name.ts';
import { isChange, roleForMethod, type AccessRules } from './access-policy.ts';
import type { Audit } from './audit.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { Role } from './roles.ts';
import type { Identity } from './token-set.ts';

/** Who guards. */
export interface Guards {
  readonly gatekeeper: Gatekeeper;
  readonly audit: Audit;
}

/**
 * `methods`, each for callers with the role that it needs. Calls that change something are told to the audit with what came
 * of them; those that only tell something are not: the editor makes them all the time.
 */
export function guardMethods(methods: readonly Method[], rules: AccessRules, guards: Guards): Method[] {
  return methods.map((method) => {
    const needed = roleForMethod(method.path, rules);
    return needed === undefined && !isChange(method.path) ? method : guardMethod(method, needed, guards);
  });
}

function guardMethod(method: Method, needed: Role | undefined, { gatekeeper, audit }: Guards): Method {
  const { path } = method;
  const isAudited = isChange(path);
  // Of calls that were let in when their head came: transports that tell of the head and of the call by one object.
  const admitted = new WeakMap<CallHead, Identity>();
  const identify = (call: CallHead, role: Role): Identity =>
    gatekeeper.admit(
      {
        transport: 'gRPC',
        method: path,
        peer: call.peer,
        client: clientOfPeer(call.peer),
        authorization: call.metadata('authorization'),
      },
      role,
    );
  const admit =
    needed === undefined
      ? undefined
      : (head: CallHead): void => void admitted.set(head, identify(head, needed));
  const identityOf = (call: CallContext): Identity | undefined =>
    needed === undefined ? undefined : (admitted.get(call) ?? identify(call, needed));
  const ended = (identity: Identity | undefined, { peer }: CallContext, outcome: string): void => {
    if (isAudited) {
      const who = identity === undefined ? { token: '' } : { token: identity.name, role: identity.role };
      audit.record({ kind: 'admin-call', transport: 'gRPC', method: path, ...who, peer, outcome });
    }
  };
  const once = async (call: CallContext, work: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const identity = identityOf(call);
    try {
      const answer = await work();
      ended(identity, call, 'OK');
      return answer;
    } catch (reason) {
      ended(identity, call, PerchError.from(reason).code);
      throw reason;
    }
  };
  const many = async function* (
    call: CallContext,
    work: () => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const identity = identityOf(call);
    // Until it is known better: a caller that leaves ends the stream from outside.
    let outcome = 'CANCELLED';
    try {
      yield* work();
      outcome = 'OK';
    } catch (reason) {
      outcome = PerchError.from(reason).code;
      throw reason;
    } finally {
      ended(identity, call, outcome);
    }
  };
  switch (method.kind) {
    case 'unary':
      return {
        kind: 'unary',
        path,
        admit,
        handle: (request, call) => once(call, () => method.handle(request, call)),
      };
    case 'server-stream':
      return {
        kind: 'server-stream',
        path,
        admit,
        handle: (request, call) => many(call, () => method.handle(request, call)),
      };
    case 'client-stream':
      return {
        kind: 'client-stream',
        path,
        admit,
        handle: (requests, call) => once(call, () => method.handle(requests, call)),
      };
    case 'bidi-stream':
      return {
        kind: 'bidi-stream',
        path,
        admit,
        handle: (requests, call) => many(call, () => method.handle(requests, call)),
      };
  }
}
