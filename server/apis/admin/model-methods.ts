// The admin calls on whole models: list, signature, load, unload, retry.
import { serviceMethods } from '../../../protos/messages.ts';
import { PerchError } from '../../errors.ts';
import { readModelFileFacts } from '../../models/model-file-facts.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { unary, type Method } from '../method.ts';
import { signatureNamed } from '../tensorflow-serving/signatures.ts';
import { toSignatureMessage } from './model-state.ts';
import { makeSlowChange } from './slow-change.ts';
import type { DescribeModel } from './traffic-methods.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** ListModels to RetryVersion. */
export function modelMethods(traffic: Traffic, describe: DescribeModel): Method[] {
  const { control } = traffic;
  const { manager } = traffic.parts;
  return [
    unary(methods.ListModels, () => ({ models: manager.names().map((name) => describe(name).model) })),
    unary(methods.GetSignature, ({ model, version, signatureName }) => {
      const wanted = BigInt(version);
      const lease = manager.acquire(model, wanted === 0n ? {} : { version: wanted });
      try {
        const signature =
          signatureName === '' ? lease.loaded.signature : signatureNamed(lease.loaded, signatureName);
        if (signature === undefined) {
          throw new PerchError('SIGNATURE_UNKNOWN', `Serving signature key "${signatureName}" not found.`);
        }
        return {
          version: lease.version.toString(),
          signature: toSignatureMessage(signature),
          classLabels: [...(signature.classLabels ?? [])],
        };
      } finally {
        lease.release();
      }
    }),
    unary(methods.GetModelFile, async ({ model, version }) => {
      const disk = control.view(model).versions.find(({ number }) => number === BigInt(version))?.disk;
      if (disk === undefined) {
        throw new PerchError('VERSION_UNKNOWN', `Model ${model} has no version ${version} on disk.`);
      }
      const { producerName, producerVersion, opsets, properties, classLabels } =
        await readModelFileFacts(disk);
      return {
        producer: producerName,
        producerVersion,
        opsets: byName(opsets).map(([domain, number]) => ({ domain, version: number })),
        metadata: byName(properties).map(([key, value]) => ({ key, value })),
        classLabels: [...classLabels],
      };
    }),
    unary(methods.LoadModel, async ({ model, mutation }, call) => {
      const begin = async (): Promise<void> => {
        const { versions } = control.view(model);
        const wanted = versions.filter(({ disk, wanted: isWanted }) => disk !== undefined && isWanted);
        // What was unloaded by hand is wanted no more: the newest then.
        const chosen =
          wanted.length > 0 ? wanted : versions.filter(({ disk }) => disk !== undefined).slice(-1);
        if (chosen.length === 0) {
          throw new PerchError('LOAD_FAILED', `Model ${model} has no version on disk.`);
        }
        const outcomes = await Promise.allSettled(
          chosen.map(({ number }) => manager.loadVersion(model, number, call.signal)),
        );
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined && outcomes.every(({ status }) => status === 'rejected')) {
          throw failed.reason;
        }
      };
      await makeSlowChange(traffic, { model, mutation, kind: 'load_model', after: '', begin });
      return describe(model);
    }),
    unary(methods.UnloadModel, async ({ model, mutation }, call) => {
      const begin = async (): Promise<void> => {
        const { versions } = control.view(model);
        const served = versions.filter(({ wanted, state }) => wanted || state.phase === 'available');
        await Promise.all(served.map(({ number }) => manager.unloadVersion(model, number, call.signal)));
      };
      await makeSlowChange(traffic, { model, mutation, kind: 'unload_model', after: '', begin });
      return describe(model);
    }),
    unary(methods.RetryVersion, async ({ model, version, mutation }, call) => {
      await makeSlowChange(traffic, {
        model,
        mutation,
        kind: 'retry_version',
        after: `version ${version}`,
        begin: () => manager.loadVersion(model, BigInt(version), call.signal),
      });
      return describe(model);
    }),
  ];
}

function byName<Value>(entries: ReadonlyMap<string, Value>): (readonly [string, Value])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
