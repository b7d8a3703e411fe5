// The health of the server: one place that gRPC's health service, REST's probes, the admin API and the command line ask.
import type { ModelManager } from '../lifecycle/model-manager.ts';
import {
  modelHealth,
  serverReadiness,
  type ModelHealth,
  type Readiness,
  type ReadinessRules,
} from './readiness.ts';

/** Services that health is asked for by name; TF Serving uses the bare names (reference §1.11). */
export const serviceNames = [
  'tensorflow.serving.PredictionService',
  'tensorflow.serving.ModelService',
  'PredictionService',
  'ModelService',
] as const;

/** The name under which liveness is asked for: whether the process is to be restarted. */
export const livenessName = 'liveness';

export type ServingStatus = 'SERVING' | 'NOT_SERVING';

/** Whom it asks. */
export interface HealthSources {
  readonly manager: ModelManager;
  readonly rules: ReadinessRules;
  /** Fires when the server begins to stop. */
  readonly draining: AbortSignal;
  /** What of the engine does not move, in a sentence each; empty while it is well. */
  readonly stuck: () => readonly string[];
}

/** All of it, with reasons. */
export interface HealthReport {
  /** Not alive: the process should be restarted. */
  readonly liveness: { readonly isAlive: boolean; readonly reasons: readonly string[] };
  readonly readiness: Readiness;
  /** By name. */
  readonly models: readonly (ModelHealth & { readonly isRequired: boolean })[];
}

/** Answers for the whole process. */
export class Health {
  readonly #sources: HealthSources;

  constructor(sources: HealthSources) {
    this.#sources = sources;
  }

  /** Fires when the server begins to stop. */
  get draining(): AbortSignal {
    return this.#sources.draining;
  }

  /** What changes the answers; liveness changes without it. */
  get events(): ModelManager['events'] {
    return this.#sources.manager.events;
  }

  /**
   * The status of a name: `""` and the services are the server's readiness, `liveness` is its liveness, `M`, `M/V` and
   * `M@label` are a model, one of its versions, and what one of its labels stands for. Undefined where there is none.
   */
  statusOf(name: string): ServingStatus | undefined {
    if (name === livenessName) {
      return toStatus(this.#sources.stuck().length === 0);
    }
    if (name === '' || (serviceNames as readonly string[]).includes(name)) {
      return toStatus(this.readiness().isReady);
    }
    const isReady = this.#isServed(name);
    return isReady === undefined ? undefined : toStatus(isReady && !this.#sources.draining.aborted);
  }

  /** Every name that has a status, but for versions and labels. */
  names(): string[] {
    return ['', ...serviceNames, livenessName, ...this.#sources.manager.names()];
  }

  /** Whether the server can answer now. */
  readiness(): Readiness {
    return this.#readinessOf(this.#models());
  }

  /** With every reason. */
  report(): HealthReport {
    const { rules, stuck } = this.#sources;
    const models = this.#models();
    const reasons = stuck();
    return {
      liveness: { isAlive: reasons.length === 0, reasons },
      readiness: this.#readinessOf(models),
      models: models.map((model) => ({
        ...model,
        isRequired: rules.readyWhen === 'all' || rules.required.has(model.name),
      })),
    };
  }

  #readinessOf(models: readonly ModelHealth[]): Readiness {
    const { manager, rules, draining } = this.#sources;
    return serverReadiness(models, rules, {
      isLookedAt: manager.isLookedAt(),
      isDraining: draining.aborted,
    });
  }

  #models(): ModelHealth[] {
    const { manager } = this.#sources;
    return manager.names().flatMap((name) => {
      const view = manager.view(name);
      return view === undefined ? [] : [modelHealth(view)];
    });
  }

  #isServed(name: string): boolean | undefined {
    const { manager } = this.#sources;
    const whole = manager.view(name);
    if (whole !== undefined) {
      return modelHealth(whole).isReady;
    }
    const [, model = '', mark, part = ''] = /^(.*)([/@])(.*)$/s.exec(name) ?? [];
    const view = manager.view(model);
    if (view === undefined) {
      return undefined;
    }
    const version = mark === '@' ? view.labels.get(part) : /^\d{1,19}$/.test(part) ? BigInt(part) : undefined;
    const found = view.versions.find(({ number }) => number === version);
    return found === undefined ? undefined : found.state.phase === 'available';
  }
}

function toStatus(serving: boolean): ServingStatus {
  return serving ? 'SERVING' : 'NOT_SERVING';
}
