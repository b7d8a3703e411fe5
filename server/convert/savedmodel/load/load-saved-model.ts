// Loads a SavedModel as TensorFlow Serving does: reads the graph, executes its restore op and its init op, and has its state then.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PerchError } from '../../../errors.ts';
import { TensorBundle } from '../bundle/tensor-bundle.ts';
import { Budget, defaultRunLimits } from '../evaluate/budget.ts';
import { Evaluator } from '../evaluate/evaluator.ts';
import { GraphLibrary } from '../graph/graph-library.ts';
import { readSavedModel, selectMetaGraph } from '../proto/saved-model.ts';
import { Unsupported } from '../unsupported.ts';
import { assetPath, readAsset } from './assets.ts';
import { completeFromCopies } from './keras-copies.ts';
import { knownPredicate } from './known-predicate.ts';
import { sizeOfFile, variableBytes } from './model-files.ts';
import type { ModelState, Operand } from '../evaluate/contract.ts';
import type { Surroundings } from '../evaluate/evaluator.ts';
import type { FlatGraph } from '../graph/flat-graph.ts';
import type { MetaGraph } from '../proto/messages.ts';

/** What to load. */
export interface LoadOptions {
  /** The tag set of the meta graph: exactly these, `['serve']`. */
  readonly tags: readonly string[];
}

/** A SavedModel in memory. */
export interface LoadedModel {
  readonly meta: MetaGraph;
  readonly library: GraphLibrary;
  readonly graph: FlatGraph;
  /** Variables and tables after the init op. */
  readonly state: ModelState;
  /** For the report: what of the directory has no effect here. */
  readonly notes: readonly string[];
}

/** A GraphDef is one protocol buffer message: none is larger, in bytes. */
const maximumGraphBytes = 2 ** 31 - 1;

/** What RestoreV2 gets as its prefix: paths of the machine stay out of the graph. */
const checkpointPrefix = 'variables/variables';

/**
 * Reads `saved_model.pb`, `variables` and `assets` of a version directory. It blocks: it is for a worker.
 * Throws SAVED_MODEL_INVALID for files that are missing or wrong, OPERATORS_UNSUPPORTED for a restore or init op beyond
 * what the evaluator has.
 */
export function loadSavedModel(directory: string, { tags }: LoadOptions): LoadedModel {
  const meta = selectMetaGraph(readSavedModel(readGraphFile(directory)), tags);
  const known = knownPredicate(fedRefs(meta));
  const library = new GraphLibrary(meta, { known });
  const graph = library.main();
  const state: ModelState = { variables: new Map(), tables: new Map() };
  initialise(directory, meta, graph, library, state);
  completeFromCopies(graph, state);
  return { meta, library, graph, state, notes: notesOf(directory) };
}

function readGraphFile(directory: string): Uint8Array {
  const path = join(directory, 'saved_model.pb');
  const size = sizeOfFile(path);
  if (size === undefined) {
    throw new PerchError('SAVED_MODEL_INVALID', 'There is no file saved_model.pb.');
  }
  if (size > maximumGraphBytes) {
    throw new PerchError('SAVED_MODEL_INVALID', 'saved_model.pb is larger than 2 GiB.');
  }
  return readFileSync(path);
}

/** What requests give: a placeholder's default does not hold for these. */
function fedRefs(meta: MetaGraph): ReadonlySet<string> {
  const refs = new Set<string>();
  for (const { inputs } of meta.signatures.values()) {
    for (const { name, sparse } of inputs.values()) {
      for (const ref of sparse === undefined ? [name] : [sparse.values, sparse.indices, sparse.denseShape]) {
        refs.add(refOfTensor(ref));
      }
    }
  }
  return refs;
}

/** Restores the variables, then runs the init op: the order and the feeds of TensorFlow's LoadSavedModel (cc/saved_model/loader.cc). */
function initialise(
  directory: string,
  meta: MetaGraph,
  graph: FlatGraph,
  library: GraphLibrary,
  state: ModelState,
): void {
  const assets = new Map<string, Operand>(
    meta.assets.map(({ tensorName, filename }) => [refOfTensor(tensorName), textOf(assetPath(filename))]),
  );
  const surroundings: Surroundings = {
    state,
    functions: library,
    readAsset: (file) => readAsset(directory, file),
  };
  const { saver } = meta;
  const bytes = variableBytes(directory);
  if (saver !== undefined && saver.restoreOpName !== '' && bytes !== undefined) {
    const bundle = TensorBundle.open(join(directory, checkpointPrefix));
    const feeds = new Map(assets).set(refOfTensor(saver.filenameTensorName), textOf(checkpointPrefix));
    const elements = defaultRunLimits.elements + 4 * bytes;
    try {
      const reading = { ...surroundings, restore: readerOf(bundle) };
      run(graph, reading, feeds, saver.restoreOpName, 'restore op', elements);
    } finally {
      bundle.close();
    }
  }
  if (meta.initOpName !== undefined) {
    run(graph, surroundings, assets, meta.initOpName, 'init op', defaultRunLimits.elements);
  }
}

function readerOf(bundle: TensorBundle): NonNullable<Surroundings['restore']> {
  return (prefix, name, slice) => {
    if (prefix !== checkpointPrefix) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `The graph restores from ${prefix}, which is not its own checkpoint.`,
      );
    }
    return bundle.read(name, slice);
  };
}

function run(
  graph: FlatGraph,
  surroundings: Surroundings,
  feeds: ReadonlyMap<string, Operand>,
  target: string,
  what: string,
  elements: number,
): void {
  const budget = new Budget('SAVED_MODEL_INVALID', { ...defaultRunLimits, elements });
  const resolved = new Map([...feeds].map(([ref, operand]) => [graph.resolve(ref), operand]));
  try {
    new Evaluator(graph, { ...surroundings, budget }, resolved).run(nodeNameOf(target));
  } catch (error) {
    if (error instanceof Unsupported) {
      throw new PerchError(
        'OPERATORS_UNSUPPORTED',
        `The model's ${what} cannot be executed: ${error.message}.`,
      );
    }
    throw error;
  }
}

/** `saved_model_config.pb` says how TensorFlow's session is to be made: nothing of that is here. */
function notesOf(directory: string): readonly string[] {
  return ['assets.extra/saved_model_config.pb', 'saved_model_config.pb'].some(
    (name) => sizeOfFile(join(directory, name)) !== undefined,
  )
    ? ['saved_model_config.pb has settings of a TensorFlow session; they have no effect here.']
    : [];
}

/** `node:0` for `node` and `node:0`. */
function refOfTensor(name: string): string {
  return name.includes(':') ? name : `${name}:0`;
}

/** `node` for `node` and `node:0`. */
function nodeNameOf(name: string): string {
  const colon = name.lastIndexOf(':');
  return colon < 0 ? name : name.slice(0, colon);
}

function textOf(text: string): Operand {
  return { dtype: 'string', shape: [], data: [new TextEncoder().encode(text)] };
}
