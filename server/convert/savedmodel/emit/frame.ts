// A graph that is being emitted: the model's, or a function's body with its arguments.
import { PerchError } from '../../../errors.ts';
import { argumentOf, nodeOf, outputOf } from '../graph/flat-graph.ts';
import type { FlatGraph } from '../graph/flat-graph.ts';
import type { ControlPlan } from './controls.ts';
import type { Term } from './contract.ts';
import type { Scope } from './scope.ts';

/** What became of a node. */
export type Outcome =
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  /** It lies on a branch that is never taken. */
  | { readonly kind: 'dead' }
  /** It cannot be emitted, or what it reads cannot. */
  | { readonly kind: 'broken' };

/** A node that cannot be emitted. */
export interface Failure {
  readonly op: string;
  readonly node: string;
  readonly reason: string;
}

/** One emission of one graph. */
export class Frame {
  readonly graph: FlatGraph;
  readonly scope: Scope;
  readonly outcomes = new Map<string, Outcome>();
  readonly failures: Failure[] = [];
  /** Whether it is the model's graph, which the host may compute parts of. */
  readonly isMain: boolean;
  readonly controls: ControlPlan;
  readonly #operands: readonly Term[];
  /** Terms of refs that need no node: the signature's inputs. */
  readonly #feeds: ReadonlyMap<string, Term>;

  constructor(options: {
    readonly graph: FlatGraph;
    readonly scope: Scope;
    readonly controls: ControlPlan;
    readonly isMain: boolean;
    readonly operands?: readonly Term[];
    readonly feeds?: ReadonlyMap<string, Term>;
  }) {
    this.graph = options.graph;
    this.scope = options.scope;
    this.controls = options.controls;
    this.isMain = options.isMain;
    this.#operands = options.operands ?? [];
    this.#feeds = options.feeds ?? new Map();
  }

  /** The node whose outcome the resolved ref needs; undefined where it needs none. */
  needs(ref: string): string | undefined {
    return this.#feeds.has(ref) || argumentOf(ref) !== undefined ? undefined : nodeOf(ref);
  }

  isFeed(ref: string): boolean {
    return this.#feeds.has(ref);
  }

  /** What a resolved ref names; undefined where its node is broken. Throws SAVED_MODEL_INVALID where there is no such output. */
  term(ref: string): Term | undefined {
    const argument = argumentOf(ref);
    const given = argument === undefined ? this.#feeds.get(ref) : this.#operands[argument];
    if (given !== undefined) {
      return given;
    }
    const outcome = this.outcomes.get(nodeOf(ref));
    if (outcome?.kind === 'broken') {
      return undefined;
    }
    if (outcome?.kind === 'dead') {
      return { kind: 'dead' };
    }
    const term = outcome?.terms[outputOf(ref)];
    if (term === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `There is no output ${ref} in the graph.`);
    }
    return term;
  }
}
