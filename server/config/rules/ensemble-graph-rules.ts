// How tensors flow through an ensemble, in Triton's words (triton.md §2.4, E9 to E12). Pure, and linear in the mappings.
import type { Fix, Span } from '../../textproto/diagnostics.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import { suggest } from '../../textproto/suggest.ts';
import type { Ensemble, EnsembleStep, EnsembleTensor } from './ensemble.ts';
import type { RuledModel } from './model-rule.ts';
import { writeInstead } from './rule-fixes.ts';
import type { Placed } from './rule-tree.ts';

/** A tensor of the ensemble. */
interface Node {
  readonly name: string;
  /** Where the steps first speak of it. */
  readonly first: Placed<string>;
  /** The step that gives it. */
  writer: EnsembleStep | undefined;
  /** The steps that take it. */
  readonly readers: Set<EnsembleStep>;
  isReady: boolean;
}

/** Among more tensors than this, none is suggested: each takes a look at all. */
const suggestLimit = 100;

/** E9 to E12, for an ensemble whose steps are good and can all be read. */
export function ensembleGraphRules(model: RuledModel, ensemble: Ensemble): void {
  const nodes = link(model, ensemble.steps);
  const inputs = new Set(ensemble.inputs.map(({ name }) => name.value));
  const isUnused = unusedInputs(model, ensemble.inputs, nodes);
  flow(ensemble, nodes);
  const areWritten = outputs(model, ensemble.outputs, nodes, inputs);
  unusedTensors(model, ensemble.outputs, nodes, inputs, areWritten && !isUnused);
}

/** E9, and the tensors by name. */
function link({ model, tell }: RuledModel, steps: readonly EnsembleStep[]): ReadonlyMap<string, Node> {
  const nodes = new Map<string, Node>();
  const node = (first: Placed<string>): Node => {
    const known = nodes.get(first.value);
    const created: Node = known ?? {
      name: first.value,
      first,
      writer: undefined,
      readers: new Set(),
      isReady: false,
    };
    nodes.set(first.value, created);
    return created;
  };
  steps.forEach((step, at) => {
    for (const { value: tensor } of step.outputs) {
      const output = node(tensor);
      if (output.writer !== undefined) {
        const message = `ensemble tensor '${tensor.value}' can appear in an output map only once for ensemble '${model}' step ${at}`;
        tell('triton/tensor-written-twice', tensor.at, message);
      }
      output.writer ??= step;
    }
    const seen = new Set<string>();
    for (const { key, value: tensor } of step.inputs) {
      if (seen.has(key.value)) {
        const message = `input '${key.value}' in model '${step.modelName?.value ?? ''}' is mapped to multiple ensemble tensors for ensemble '${model}' step ${at}`;
        tell('triton/input-mapped-twice', key.at, message);
      }
      seen.add(key.value);
      node(tensor).readers.add(step);
    }
  });
  return nodes;
}

/** E10 for inputs. Whether there is one. */
function unusedInputs(
  { model, tell }: RuledModel,
  inputs: readonly EnsembleTensor[],
  nodes: ReadonlyMap<string, Node>,
): boolean {
  const unused = inputs.filter(({ name }) => name.value !== '' && !nodes.has(name.value));
  for (const { name } of unused) {
    // The stray quotation mark is Triton's.
    const message = `ensemble input '${name.value}' for ensemble ${model}' is not used`;
    tell('triton/ensemble-input-unused', name.at, message);
  }
  return unused.length > 0;
}

/** Marks what the ensemble's inputs lead to: a step runs when it has all its tensors. */
function flow({ inputs, steps }: Ensemble, nodes: ReadonlyMap<string, Node>): void {
  const waiting = new Map(
    steps.map((step) => [step, new Set(step.inputs.map(({ value }) => value.value)).size]),
  );
  const queue: Node[] = [];
  const ready = (name: string): void => {
    const node = nodes.get(name);
    if (node !== undefined && !node.isReady) {
      node.isReady = true;
      queue.push(node);
    }
  };
  inputs.forEach(({ name }) => {
    ready(name.value);
  });
  // The queue grows while it is gone through.
  for (const node of queue) {
    for (const step of node.readers) {
      const left = (waiting.get(step) ?? 0) - 1;
      waiting.set(step, left);
      if (left === 0) {
        step.outputs.forEach(({ value }) => {
          ready(value.value);
        });
      }
    }
  }
}

/** E10 for outputs, and E11. Whether all are written. */
function outputs(
  { model, tell }: RuledModel,
  list: readonly EnsembleTensor[],
  nodes: ReadonlyMap<string, Node>,
  inputs: ReadonlySet<string>,
): boolean {
  let areWritten = true;
  const unready = new Map<EnsembleStep, Placed<string> | undefined>();
  const unreadyOf = (step: EnsembleStep): Placed<string> | undefined => {
    if (!unready.has(step)) {
      unready.set(step, step.inputs.find(({ value }) => nodes.get(value.value)?.isReady === false)?.value);
    }
    return unready.get(step);
  };
  for (const { name } of list) {
    const node = nodes.get(name.value);
    if (name.value === '' || node?.isReady === true) {
      continue;
    }
    areWritten = false;
    if (node === undefined) {
      const message = `ensemble output '${name.value}' for ensemble ${model}' is not used`;
      const fixes = nearest(name, nodes.size > suggestLimit ? [] : leftOver(nodes, list));
      tell('triton/ensemble-output-unused', name.at, message, { fixes });
      continue;
    }
    const missing = node.writer === undefined ? undefined : unreadyOf(node.writer);
    const why =
      missing === undefined
        ? ''
        : `: at least one of its depending tensors, '${missing.value}', is not connected`;
    const isSource = missing !== undefined && nodes.get(missing.value)?.writer === undefined;
    const fixes = isSource ? nearest(missing, sourcesOf(nodes, inputs)) : [];
    const message = `output '${name.value}' for ensemble '${model}' is not written${why}`;
    tell('triton/ensemble-output-unwritten', name.at, message, { fixes });
  }
  return areWritten;
}

/**
 * E12. Triton stops at the first mistake: tensors that are not ready are told of only where nothing else explains it, and
 * then those that nothing writes rather than all behind them.
 */
function unusedTensors(
  { model, tell }: RuledModel,
  list: readonly EnsembleTensor[],
  nodes: ReadonlyMap<string, Node>,
  inputs: ReadonlySet<string>,
  isExplained: boolean,
): void {
  const wanted = new Set(list.map(({ name }) => name.value));
  const idle = [...nodes.values()].filter(({ name }) => !wanted.has(name));
  const unused = (at: Span, name: string, fixes: readonly Fix[] = []): void => {
    tell('triton/ensemble-tensor-unused', at, `ensemble tensor '${name}' is unused in ensemble '${model}'`, {
      fixes,
    });
  };
  for (const { name, first } of idle.filter(({ isReady, readers }) => isReady && readers.size === 0)) {
    unused(first.at, name);
  }
  const stuck = isExplained ? idle.filter(({ isReady }) => !isReady) : [];
  const sources = stuck.filter(({ writer }) => writer === undefined);
  for (const { name, first } of sources.length > 0 ? sources : stuck) {
    unused(first.at, name, nearest(first, sourcesOf(nodes, inputs)));
  }
}

/** What steps give and nobody takes, in the order of the file. */
function leftOver(nodes: ReadonlyMap<string, Node>, list: readonly EnsembleTensor[]): readonly string[] {
  const wanted = new Set(list.map(({ name }) => name.value));
  return [...nodes.values()]
    .filter(({ name, writer, readers }) => writer !== undefined && readers.size === 0 && !wanted.has(name))
    .map(({ name }) => name);
}

/** The tensors that steps may take: the inputs, and those that a step gives. None where there are too many. */
function sourcesOf(nodes: ReadonlyMap<string, Node>, inputs: ReadonlySet<string>): readonly string[] {
  if (nodes.size + inputs.size > suggestLimit) {
    return [];
  }
  const written = [...nodes.values()].filter(({ writer }) => writer !== undefined);
  return [...inputs, ...written.map(({ name }) => name)];
}

/** The fix that names the tensor that was meant; names of a letter or two are all alike. */
function nearest(given: Placed<string>, known: readonly string[]): readonly Fix[] {
  const others = known.filter((name) => name !== given.value);
  const near = given.value.length < 3 ? undefined : suggest(given.value, others);
  return near === undefined ? [] : writeInstead(given, stringLiteral(near), `Change to ${near}`);
}
