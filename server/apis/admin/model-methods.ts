// The admin calls on whole models: list, signature, load, unload, retry.
import { serviceMethods } from '../../../protos/messages.ts';
import { PerchError } from '../../errors.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { unary, type Method } from '../method.ts';
import { toMutation } from './mutation.ts';
import { toTensorSpec } from './model-state.ts';
import type { DescribeModel } from './traffic-methods.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** ListModels to RetryVersion. */
export function modelMethods({ parts, control }: Traffic, describe: DescribeModel): Method[] {
  const { manager, mutations, events } = parts;
  return [
    unary(methods.ListModels, () => ({ models: manager.names().map((name) => describe(name).model) })),
    unary(methods.GetSignature, ({ model, version }) => {
      const wanted = BigInt(version);
      const lease = manager.acquire(model, wanted === 0n ? {} : { version: wanted });
      try {
        const { inputs, outputs } = lease.loaded.signature;
        return {
          version: lease.version.toString(),
          signature: { inputs: inputs.map(toTensorSpec), outputs: outputs.map(toTensorSpec) },
        };
      } finally {
        lease.release();
      }
    }),
    unary(methods.LoadModel, async ({ model, mutation }, call) => {
      const change = toMutation(mutation);
      await mutations.once(model, change, async () => {
        const { versions } = control.view(model);
        const wanted = versions.filter(({ disk, wanted: isWanted }) => disk !== undefined && isWanted);
        // What was unloaded by hand is wanted no more: the newest then.
        const chosen =
          wanted.length > 0 ? wanted : versions.filter(({ disk }) => disk !== undefined).slice(-1);
        const outcomes = await Promise.allSettled(
          chosen.map(({ number }) => manager.loadVersion(model, number, call.signal)),
        );
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined && outcomes.every(({ status }) => status === 'rejected')) {
          throw failed.reason;
        }
        if (chosen.length === 0) {
          throw new PerchError('LOAD_FAILED', `Model ${model} has no version on disk.`);
        }
        events.record({ model, kind: 'load_model', ...change, before: '', after: '' });
      });
      return describe(model);
    }),
    unary(methods.UnloadModel, async ({ model, mutation }, call) => {
      const change = toMutation(mutation);
      await mutations.once(model, change, async () => {
        const { versions } = control.view(model);
        const served = versions.filter(({ wanted, state }) => wanted || state.phase === 'available');
        await Promise.all(served.map(({ number }) => manager.unloadVersion(model, number, call.signal)));
        events.record({ model, kind: 'unload_model', ...change, before: '', after: '' });
      });
      return describe(model);
    }),
    unary(methods.RetryVersion, async ({ model, version, mutation }, call) => {
      await mutations.once(model, toMutation(mutation), async () => {
        await manager.loadVersion(model, BigInt(version), call.signal);
        const { actor, reason } = toMutation(mutation);
        events.record({
          model,
          kind: 'retry_version',
          actor,
          reason,
          before: '',
          after: `version ${version}`,
        });
      });
      return describe(model);
    }),
  ];
}
