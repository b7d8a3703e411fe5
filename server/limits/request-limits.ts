// The limits of requests for inference: rates and concurrency, of the server, of each model and of each client.
import { PerchError } from '../errors.ts';
import { tokenOfClient } from './client-name.ts';
import { GateTable } from './gate-table.ts';
import { limitNames, type LimitName, type LimitOptions, type ScopeLimits } from './limit-options.ts';
import { ScopeGate, type Full, type ScopeRules } from './scope-gate.ts';
import { bucketRules } from './token-bucket.ts';

/** What comes of a request. */
export type Admission =
  | {
      readonly kind: 'admitted';
      /** To be called once, when the request has been answered. `now` is of the clock of `admit`. */
      readonly leave: (now: number) => void;
    }
  | {
      readonly kind: 'refused';
      readonly limit: LimitName;
      /** As the request names it; it need not exist. */
      readonly model: string;
      /** RATE_LIMITED or CONCURRENCY_LIMITED, with the figure and when to try again. */
      readonly error: PerchError;
    };

const nothingToLeave: Admission = { kind: 'admitted', leave: () => undefined };

/** Decides in constant time and bounded memory. */
export class RequestLimits {
  readonly #options: LimitOptions;
  readonly #isModel: (name: string) => boolean;
  readonly #total: ScopeGate | undefined;
  readonly #models: GateTable | undefined;
  readonly #clients: GateTable | undefined;
  readonly #countsInFlight: boolean;

  /** The limits, where `options` set any. `isModel` is asked for names that were not seen before. */
  static from(options: LimitOptions, isModel: (name: string) => boolean): RequestLimits | undefined {
    const isSet = [options.perSecond, options.concurrent].some((limits) =>
      Object.values(limits).some((limit: number) => limit > 0),
    );
    return isSet ? new RequestLimits(options, isModel) : undefined;
  }

  private constructor(options: LimitOptions, isModel: (name: string) => boolean) {
    this.#options = options;
    this.#isModel = isModel;
    const [total, models, clients] = (['total', 'perModel', 'perClient'] as const).map((scope) =>
      rulesOf(options, scope),
    );
    this.#total = total && new ScopeGate(total);
    this.#models = models && new GateTable(models);
    this.#clients = clients && new GateTable(clients);
    this.#countsInFlight = Object.values(options.concurrent).some((limit: number) => limit > 0);
  }

  /**
   * Lets a request in where all limits do, and counts it with all of them then; a refused one counts with none. A name
   * that no model has is not limited as a model: the request costs as good as nothing, and the name may be made up.
   * `modelOf` is asked only where it matters. `now` is milliseconds of a clock that never goes back.
   */
  admit(modelOf: () => string, client: string, now: number): Admission {
    const ofTotal = this.#total;
    const ofModel = this.#models && this.#gateOfModel(this.#models, modelOf());
    const ofClient = this.#clients && (this.#clients.find(client) ?? this.#clients.add(client));
    const total = ofTotal?.full(now);
    const perModel = ofModel?.full(now);
    const perClient = ofClient?.full(now);
    if (total !== undefined || perModel !== undefined || perClient !== undefined) {
      return this.#refuse({ total, perModel, perClient }, modelOf(), client);
    }
    ofTotal?.enter(now);
    ofModel?.enter(now);
    ofClient?.enter(now);
    if (!this.#countsInFlight) {
      return nothingToLeave;
    }
    return {
      kind: 'admitted',
      leave: (end) => {
        const heldMs = end - now;
        ofTotal?.leave(heldMs);
        ofModel?.leave(heldMs);
        ofClient?.leave(heldMs);
      },
    };
  }

  #gateOfModel(models: GateTable, name: string): ScopeGate | undefined {
    return models.find(name) ?? (this.#isModel(name) ? models.add(name) : undefined);
  }

  /** By the limit that is reached for longest: to come again earlier would be in vain. */
  #refuse(
    full: Readonly<Record<keyof ScopeLimits, Full | undefined>>,
    model: string,
    client: string,
  ): Admission {
    let scope: keyof ScopeLimits = 'total';
    for (const other of ['perModel', 'perClient'] as const) {
      if (full[other] !== undefined && (full[other].waitMs ?? 0) >= (full[scope]?.waitMs ?? 0)) {
        scope = other;
      }
    }
    const { limit, waitMs } = full[scope] ?? { limit: 'rate', waitMs: undefined };
    const name = limitNames[limit][scope];
    const from = { total: '', perModel: ` for the model "${model}"`, perClient: clientText(client) }[scope];
    const hint = waitMs === undefined ? {} : { retryAfterMs: waitMs };
    const { perSecond, concurrent } = this.#options;
    const error =
      limit === 'rate'
        ? new PerchError(
            'RATE_LIMITED',
            `Too many requests${from}: ${perSecond[scope]} a second are taken (--${name}=${perSecond[scope]}).`,
            hint,
          )
        : new PerchError(
            'CONCURRENCY_LIMITED',
            `Too many requests at once${from}: ${concurrent[scope]} are answered at a time (--${name}=${concurrent[scope]}).`,
            hint,
          );
    return { kind: 'refused', limit: name, model, error };
  }
}

/** Tokens are named, since one stands for many callers. An address is the caller's own, which it knows. */
function clientText(client: string): string {
  const token = tokenOfClient(client);
  return token === undefined ? ' from this client' : ` from the clients with the token "${token}"`;
}

function rulesOf(
  { perSecond, burst, concurrent }: LimitOptions,
  scope: keyof ScopeLimits,
): ScopeRules | undefined {
  const rate = perSecond[scope];
  const atOnce = concurrent[scope];
  if (rate === 0 && atOnce === 0) {
    return undefined;
  }
  return {
    ...(rate === 0 ? {} : { rate: bucketRules(rate, burst) }),
    ...(atOnce === 0 ? {} : { concurrent: atOnce }),
  };
}
