// perch.admin.v1.Admin: what the editor, the command line and scripts use.
import { timingSafeEqual } from 'node:crypto';
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import { sampleRequest } from '../../codec/sample-request.ts';
import type { ActiveConfig } from '../../active-config.ts';
import { PerchError } from '../../errors.ts';
import type { CallContext, Method } from '../method.ts';
import { serverStream, unary } from '../method.ts';
import { predictJson } from '../rest/predict-json.ts';
import type { Serving } from '../serving.ts';
import { configMethods } from './config-methods.ts';
import { curlCommand } from './curl-command.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { modelDescriber } from './describe-model.ts';
import { modelMethods } from './model-methods.ts';
import { toMutation } from './mutation.ts';
import { toDeviceInfo, type DeviceFacts, type LoopDelayFacts } from './server-info.ts';
import { statisticsMethods } from './statistics-methods.ts';
import { trafficMethods, type DescribeModel } from './traffic-methods.ts';
import { watchState } from './watch-state.ts';

/** What the service tells of the process; the composition root knows it. */
export interface ServerFacts {
  info(): MessageInput<'perch.admin.v1.GetServerInfoResponse'>;
  /** GPUs and execution providers; absent where nobody looks for them. Whoever asks waits for it, and it must not reject. */
  devices?(): DeviceFacts | Promise<DeviceFacts>;
  /** How late the network thread is; undefined until that was measured. */
  loopDelay?(): LoopDelayFacts | undefined;
  /** host:port of the REST listener; empty where there is none. */
  restAddress(): string;
  /** Fires when the server begins to stop: streams that would never end by themselves end then. */
  readonly draining: AbortSignal;
}

const methods = serviceMethods('perch.admin.v1.Admin');

/** What the service works on. */
export interface AdminParts {
  readonly serving: Serving;
  readonly config: ActiveConfig | undefined;
  readonly facts: ServerFacts;
  /** Every call needs it as bearer token. */
  readonly token: string;
  readonly traffic: Traffic;
  /** Begins the end of the daemon. */
  readonly shutDown: () => void;
}

/** The methods of the service. */
export function adminService({ serving, config, facts, token, traffic, shutDown }: AdminParts): Method[] {
  const { manager } = serving;
  const stateOf = modelDescriber(traffic);
  const describe: DescribeModel = (name) => ({ model: stateOf(traffic.control.view(name)) });
  const { mutations, events } = traffic.parts;
  const once = async (
    kind: string,
    model: string,
    version: bigint,
    message: Parameters<typeof toMutation>[0],
    change: () => Promise<unknown>,
  ): Promise<void> => {
    const mutation = toMutation(message);
    await mutations.once(model, mutation, async () => {
      await change();
      const { actor, reason } = mutation;
      events.record({ model, kind, actor, reason, before: '', after: `version ${version}` });
    });
  };
  const all = [
    unary(methods.GetServerInfo, async () => {
      const devices = await facts.devices?.();
      const eventLoopDelay = facts.loopDelay?.();
      return {
        ...facts.info(),
        ...(devices === undefined ? {} : toDeviceInfo(devices)),
        ...(eventLoopDelay === undefined ? {} : { eventLoopDelay }),
      };
    }),
    serverStream(methods.WatchState, (_request, call) =>
      watchState(manager, stateOf, AbortSignal.any([call.signal, facts.draining])),
    ),
    unary(methods.LoadVersion, async ({ model, version, mutation }, call) => {
      await once('load_version', model, toVersion(version), mutation, () =>
        manager.loadVersion(model, toVersion(version), call.signal),
      );
      return describe(model);
    }),
    unary(methods.UnloadVersion, async ({ model, version, mutation }, call) => {
      await once('unload_version', model, toVersion(version), mutation, () =>
        manager.unloadVersion(model, toVersion(version), call.signal),
      );
      return describe(model);
    }),
    unary(methods.GetSampleRequest, ({ model, version }) => {
      const wanted = toVersion(version);
      const lease = manager.acquire(model, wanted === 0n ? {} : { version: wanted });
      try {
        const json = sampleRequest(lease.loaded.signature);
        if (json === undefined) {
          throw new PerchError(
            'TENSORS_TOO_LARGE',
            'The inputs of the model are too large for a sample request.',
          );
        }
        const restAddress = facts.restAddress();
        const curl = restAddress === '' ? '' : curlCommand(restAddress, model, wanted, json);
        return { json, curl, version: lease.version.toString() };
      } finally {
        lease.release();
      }
    }),
    unary(methods.PredictJson, async ({ model, version, json }, call) => {
      const wanted = toVersion(version);
      const choice = wanted === 0n ? { name: model } : { name: model, version: wanted };
      const answer = await predictJson(serving, choice, json, {
        api: 'Predict',
        entrypoint: 'GRPC',
        signal: call.signal,
      });
      return {
        json: Buffer.from(answer.json),
        version: answer.version.toString(),
        engineUs: answer.engineUs,
      };
    }),
    ...configMethods(config, traffic),
    ...modelMethods(traffic, describe),
    ...trafficMethods(traffic, describe, facts.draining),
    ...statisticsMethods(traffic, facts.draining, shutDown),
  ];
  return all.map((method) => authenticated(method, token));
}

function toVersion(text: string): bigint {
  return BigInt(text);
}

function authenticated(method: Method, token: string): Method {
  const expected = Buffer.from(`Bearer ${token}`);
  const check = (call: CallContext): void => {
    const given = Buffer.from(call.metadata('authorization')[0] ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new PerchError(
        'UNAUTHENTICATED',
        'Admin calls need the metadata "authorization: Bearer <token>"; set PERCH_TOKEN for the daemon to choose the token.',
      );
    }
  };
  switch (method.kind) {
    case 'unary':
      return {
        kind: 'unary',
        path: method.path,
        handle: async (request, call) => {
          check(call);
          return method.handle(request, call);
        },
      };
    case 'server-stream':
      return {
        kind: 'server-stream',
        path: method.path,
        handle: (request, call) => {
          check(call);
          return method.handle(request, call);
        },
      };
    case 'bidi-stream':
      return {
        kind: 'bidi-stream',
        path: method.path,
        handle: (requests, call) => {
          check(call);
          return method.handle(requests, call);
        },
      };
  }
}
