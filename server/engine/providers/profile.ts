// Which execution provider really ran each node of a model, from the file that ONNX Runtime's profiler writes.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionProvider } from '../engine-settings.ts';

/** Where the nodes of a model ran. */
export interface Placement {
  /** Nodes per provider, by the daemon's name of it, or ONNX Runtime's where the daemon has none. */
  readonly nodes: ReadonlyMap<string, number>;
  /** The operators among them that ran on the CPU; sorted, each once. */
  readonly cpuOps: readonly string[];
}

const namesInProfiles = new Map<string, ExecutionProvider>([
  ['CPUExecutionProvider', 'cpu'],
  ['CUDAExecutionProvider', 'cuda'],
  ['TensorrtExecutionProvider', 'tensorrt'],
  ['DmlExecutionProvider', 'dml'],
  ['CoreMLExecutionProvider', 'coreml'],
  ['WebGpuExecutionProvider', 'webgpu'],
]);

/**
 * Reads a profile: a JSON array with one event per line. Lines that are no JSON are passed over, since ONNX Runtime
 * does not escape the names of nodes and a process that died leaves the last line unfinished.
 */
export function parseProfile(text: string): Placement {
  const seen = new Set<string>();
  const nodes = new Map<string, number>();
  const cpuOps = new Set<string>();
  for (const line of text.split('\n')) {
    const node = parseNodeEvent(line);
    // Every run has an event for each node.
    if (node === undefined || seen.has(node.identity)) {
      continue;
    }
    seen.add(node.identity);
    nodes.set(node.provider, (nodes.get(node.provider) ?? 0) + 1);
    if (node.provider === 'cpu') {
      cpuOps.add(node.op);
    }
  }
  return { nodes, cpuOps: [...cpuOps].sort() };
}

/**
 * Reads the newest profile in `directory` whose name begins with `prefix` (ONNX Runtime adds the time to it). Undefined
 * where there is none, as after a session that did not end its profile.
 */
export async function readProfile(directory: string, prefix: string): Promise<Placement | undefined> {
  const names = await readdir(directory);
  const newest = names
    .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
    .sort()
    .at(-1);
  return newest === undefined
    ? undefined
    : parseProfile(await readFile(path.join(directory, newest), 'utf8'));
}

/** The operators that ran on the CPU although the model was given to `provider`; sorted. */
export function cpuFallbackOps(placement: Placement, provider: ExecutionProvider): readonly string[] {
  return provider === 'cpu' ? [] : placement.cpuOps;
}

interface NodeEvent {
  readonly identity: string;
  readonly provider: string;
  readonly op: string;
}

function parseNodeEvent(line: string): NodeEvent | undefined {
  if (!line.includes('"Node"')) {
    return undefined;
  }
  let event: {
    readonly cat?: unknown;
    readonly name?: unknown;
    readonly args?: {
      readonly provider?: unknown;
      readonly op_name?: unknown;
      readonly node_index?: unknown;
    };
  };
  try {
    event = JSON.parse(line.trim().replace(/,$/, '')) as typeof event;
  } catch {
    return undefined;
  }
  const provider = event.args?.provider;
  const op = event.args?.op_name;
  // Nodes have other events too (`_fence_before` in old versions); only the kernel's says who ran it.
  if (event.cat !== 'Node' || typeof provider !== 'string' || typeof op !== 'string') {
    return undefined;
  }
  return {
    identity: JSON.stringify([event.name, event.args?.node_index, provider]),
    provider: namesInProfiles.get(provider) ?? provider,
    op,
  };
}
