// Rules for what Triton's ONNX Runtime backend reads: parameters, graph level, accelerators (triton.md §2.5). Pure.
import { stringLiteral } from '../../textproto/strings.ts';
import { suggest } from '../../textproto/suggest.ts';
import type { RuledModel } from './model-rule.ts';
import {
  booleanParameter,
  integerParameter,
  knownParameters,
  parameterTypes,
  type KnownParameter,
} from './parameter-values.ts';
import { removeFields, writeInstead } from './rule-fixes.ts';
import type { Placed, RuleEntry, RuleMessage } from './rule-tree.ts';

/** What execution modes and truth values are called elsewhere. */
const meant: ReadonlyMap<string, string> = new Map([
  ['sequential', '0'],
  ['parallel', '1'],
  ['yes', 'true'],
  ['no', 'false'],
]);

/** Parameters that do something to Triton, and nothing here. */
const otherParameters = [
  'memory.enable_memory_arena_shrinkage',
  'session.use_device_allocator_for_initializers',
  'gpu_mem_limit',
  'arena_extend_strategy',
  'cudnn_conv_algo_search',
  'cudnn_conv_use_max_workspace',
];

/** Of so many unknown parameters it is asked what they were meant to be. */
const suggestLimit = 50;

/** The levels that mean something to the backend. */
const graphLevels: ReadonlySet<bigint> = new Set([-1n, 0n, 1n, 2n]);

/** The names that a `gpu_execution_accelerator` may have here. */
const gpuAccelerators = ['tensorrt', 'cuda'];

/** The `parameters`. */
export function parameterRules(model: RuledModel): void {
  const entries = new Map<string, RuleEntry<RuleMessage>>();
  for (const entry of model.root.messageEntries('parameters')) {
    entries.set(entry.key.value, entry);
  }
  let unknown = 0;
  for (const [name, { key, value }] of entries) {
    const known = knownParameters.find((parameter) => parameter === name);
    const text = value.text('string_value');
    if (known === undefined) {
      if (++unknown <= suggestLimit) {
        unknownParameter(model, key);
      }
    } else if (text !== undefined) {
      parameterValue(model, known, text);
    }
  }
}

function unknownParameter({ tell }: RuledModel, key: Placed<string>): void {
  const names = [...knownParameters, ...otherParameters];
  const near = names.includes(key.value) ? undefined : suggest(key.value, names);
  if (near !== undefined) {
    const message = `The ONNX Runtime backend has no parameter '${key.value}'; did you mean ${near}?`;
    tell('triton/parameter-unknown', key.at, message, { fixes: writeInstead(key, stringLiteral(near)) });
  }
}

function parameterValue({ tell }: RuledModel, name: KnownParameter, text: Placed<string>): void {
  const given = text.value;
  const word = meant.get(given.trim().toLowerCase());
  const fixes = word === undefined ? [] : writeInstead(text, stringLiteral(word));
  if (parameterTypes[name] === 'boolean') {
    if (booleanParameter(given) === undefined) {
      const message = `failed to convert ${name} '${given}' to boolean value`;
      tell('triton/parameter-boolean', text.at, message, { fixes });
    }
    return;
  }
  const value = integerParameter(given);
  if (value === undefined) {
    const message = `failed to convert ${name} '${given.trim()}' to integral number`;
    tell('triton/parameter-integer', text.at, message, { fixes });
  } else if (name === 'execution_mode' && value !== 0 && value !== 1) {
    // The two spaces and the one before the full stop are Triton's.
    const message = `Invalid configuration value provided. Expected values for  execution_mode are 0 or 1 but got ${value} .`;
    tell('triton/execution-mode', text.at, message);
  }
}

/** The `optimization`. */
export function optimizationRules({ root, document, tell }: RuledModel): void {
  const optimization = root.message('optimization');
  const level = optimization?.message('graph')?.integer('level');
  if (level !== undefined && !graphLevels.has(level.value)) {
    const message = `The graph level ${level.value} has no effect: the levels are -1, 1 and 2, and 0 for the default.`;
    tell('triton/graph-level', level.at, message);
  }
  const accelerators = optimization?.message('execution_accelerators');
  for (const accelerator of accelerators?.messages('gpu_execution_accelerator') ?? []) {
    const name = accelerator.text('name');
    if (name !== undefined && !gpuAccelerators.includes(name.value)) {
      const near = suggest(name.value, gpuAccelerators);
      const fixes = near === undefined ? [] : writeInstead(name, stringLiteral(near));
      tell('triton/accelerator', name.at, unknownAccelerator(name.value), { fixes });
    }
  }
  // Triton knows one for CPUs, openvino, and refuses it where it was built without.
  const onCpu = accelerators?.fields('cpu_execution_accelerator') ?? [];
  for (const accelerator of accelerators?.messages('cpu_execution_accelerator') ?? []) {
    const name = accelerator.text('name');
    if (name !== undefined) {
      const fixes = onCpu.length === 1 ? removeFields('Remove the field', document.text, onCpu) : [];
      tell('triton/accelerator', name.at, unknownAccelerator(name.value), { fixes });
    }
  }
}

function unknownAccelerator(name: string): string {
  return `unknown Execution Accelerator '${name}' is requested`;
}
