// Makes the traffic of the daemon: where labels and shares are kept, and what is in effect from the start.
import path from 'node:path';
import type { ActiveConfig } from './active-config.ts';
import { predictJson } from './apis/rest/predict-json.ts';
import { removeLeftovers } from './atomic-file.ts';
import { PerchStore } from './canary/perch-store.ts';
import { PerchError } from './errors.ts';
import type { ModelOnDisk } from './lifecycle/found.ts';
import type { ModelManager } from './lifecycle/model-manager.ts';
import type { Logger } from './log.ts';
import type { ModelsSource } from './options/serve-options.ts';
import { ConfigLabels } from './traffic/config-labels.ts';
import { KeptLabels } from './traffic/kept-labels.ts';
import { createTraffic, type Traffic } from './traffic/traffic.ts';

/** The file that keeps what models.config has no place for. */
const perchFileName = 'perch.pbtxt';

/** Between two looks at it, milliseconds. */
const lookIntervalMs = 2000;

/** The traffic, and what the composition root calls. */
export interface OpenTraffic {
  readonly traffic: Traffic;
  /** Takes what a look at the disk found. */
  readonly found: (models: readonly ModelOnDisk[]) => void;
  /** Goes on with the canaries that were kept, each once its model has settled; to be called after the first look. */
  readonly resume: (stopping: AbortSignal) => void;
  readonly stop: () => Promise<void>;
}

/** Reads what was kept and puts it into effect. Rejects with CONFIG_INVALID where the file is wrong. */
export async function openTraffic(
  models: ModelsSource,
  manager: ModelManager,
  active: ActiveConfig | undefined,
  log: Logger,
): Promise<OpenTraffic> {
  const store = new PerchStore(path.join(directoryOf(models), perchFileName));
  await store.load();
  if (models.kind === 'config-file') {
    await removeLeftovers(models.file);
  }
  const kept = new KeptLabels(store, (found) => manager.apply(found));
  const labels =
    models.kind === 'config-file' && active !== undefined
      ? new ConfigLabels({ file: models.file, active, manager, store, log })
      : kept;
  const traffic = createTraffic({
    manager,
    store,
    labels,
    log,
    predict: async (model, version, json, signal) => {
      const choice = { name: model, version };
      const observer = { finished: () => undefined };
      const origin = { api: 'Predict', entrypoint: 'GRPC', signal } as const;
      const answer = await predictJson({ manager, observer }, choice, Buffer.from(json), origin);
      return Buffer.from(answer.json).toString();
    },
  });
  traffic.control.restore(store.models());
  traffic.canaries.show(store.models());
  // The file may be changed by hand, and it may come and go: a look at a small file is cheaper than following events.
  let complaint = '';
  const looking = setInterval(() => {
    store
      .refresh()
      .then((changed) => {
        complaint = '';
        traffic.control.restore(changed);
        // What a person writes there is a change that a window has not seen.
        changed.forEach((model) => traffic.parts.mutations.bump(model));
        if (changed.length > 0) {
          kept.relabel();
        }
      })
      .catch((reason: unknown) => {
        const { message } = PerchError.from(reason);
        if (message !== complaint) {
          complaint = message;
          log.warning(message, { file: perchFileName });
        }
      });
  }, lookIntervalMs).unref();
  return {
    traffic,
    found: labels === kept ? (found) => kept.found(found) : (found) => manager.apply(found),
    resume: (stopping) => {
      for (const model of store.models()) {
        traffic.canaries.goOn(model, stopping).catch((reason: unknown) => {
          if (!stopping.aborted) {
            log.error('a canary that was kept could not go on', { model }, reason);
          }
        });
      }
    },
    stop: async () => {
      clearInterval(looking);
      labels.stop();
      traffic.shadows.stop();
      await traffic.canaries.stop();
    },
  };
}

/** Beside models.config; in the models directory where there is none. */
function directoryOf(models: ModelsSource): string {
  switch (models.kind) {
    case 'directory':
      return models.directory;
    case 'config-file':
      return path.dirname(models.file);
    case 'single':
      return models.basePath;
  }
}
