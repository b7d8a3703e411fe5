// perch.admin.v1.Admin: what the editor, the command line and scripts use.
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import { sampleRequest } from '../../codec/sample-request.ts';
import type { ActiveConfig } from '../../active-config.ts';
import { PerchError } from '../../errors.ts';
import type { Method } from '../method.ts';
import { serverStream, unary } from '../method.ts';
import type { Serving } from '../serving.ts';
import { configMethods } from './config-methods.ts';
import { conversionMethods } from './conversion-methods.ts';
import { curlCommand } from './curl-command.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { modelDescriber } from './describe-model.ts';
import { modelMethods } from './model-methods.ts';
import { predictJsonMethod } from './predict-json-method.ts';
import { toDeviceInfo, type DeviceFacts, type LoopDelayFacts } from './server-info.ts';
import { makeSlowChange } from './slow-change.ts';
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
  /** host:port of the REST listener, `https://` before it where it speaks TLS; empty where there is none. */
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
  readonly traffic: Traffic;
  /** Begins the end of the daemon. */
  readonly shutDown: () => void;
}

/** The methods of the service. server/auth/ guards them. */
export function adminService({ serving, config, facts, traffic, shutDown }: AdminParts): Method[] {
  const { manager } = serving;
  const stateOf = modelDescriber(traffic);
  const describe: DescribeModel = (name) => ({ model: stateOf(traffic.control.view(name)) });
  return [
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
      await makeSlowChange(traffic, {
        model,
        mutation,
        kind: 'load_version',
        after: `version ${version}`,
        begin: () => manager.loadVersion(model, toVersion(version), call.signal),
      });
      return describe(model);
    }),
    unary(methods.UnloadVersion, async ({ model, version, mutation }, call) => {
      await makeSlowChange(traffic, {
        model,
        mutation,
        kind: 'unload_version',
        after: `version ${version}`,
        begin: () => manager.unloadVersion(model, toVersion(version), call.signal),
      });
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
    predictJsonMethod(serving, traffic),
    ...configMethods(config, traffic),
    ...modelMethods(traffic, describe),
    ...conversionMethods(manager),
    ...trafficMethods(traffic, describe, facts.draining),
    ...statisticsMethods(traffic, facts.draining, shutDown),
  ];
}

function toVersion(text: string): bigint {
  return BigInt(text);
}
