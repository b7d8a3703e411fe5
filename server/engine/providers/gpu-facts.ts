// The GPUs of this machine, as nvidia-smi tells of them, else as the system does. Asked for, never polled by itself.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemGpus } from './system-gpus.ts';

/** A GPU. What is absent is not known. */
export interface GpuFacts {
  /**
   * From 0. For NVIDIA's it is nvidia-smi's number, in the order of the PCI bus; CUDA numbers the GPUs that
   * CUDA_VISIBLE_DEVICES leaves, quickest first unless CUDA_DEVICE_ORDER=PCI_BUS_ID.
   */
  readonly index: number;
  readonly name: string;
  readonly driverVersion?: string;
  readonly memoryTotalBytes?: number;
  readonly memoryUsedBytes?: number;
  /** How busy it was lately, 0 to 100. */
  readonly utilizationPercent?: number;
}

/** Runs a program and gives its stdout. Rejects where it is not there, fails, takes too long or is cancelled. */
export type RunTool = (program: string, args: readonly string[], signal: AbortSignal) => Promise<string>;

/** How long a tool may take, milliseconds: nvidia-smi wakes a sleeping driver, which takes seconds. */
const toolTimeoutMs = 10_000;

const nvidiaFields = [
  'index',
  'name',
  'driver_version',
  'memory.total',
  'memory.used',
  'utilization.gpu',
] as const;

/**
 * Asks for the GPUs. Empty where there is none or nothing tells of it; it rejects only with the signal's reason. The
 * tools are children, so this blocks nobody; it takes from 30 ms to seconds.
 */
export async function readGpuFacts(
  signal: AbortSignal,
  run: RunTool = runTool,
): Promise<readonly GpuFacts[]> {
  try {
    const query = [`--query-gpu=${nvidiaFields.join(',')}`, '--format=csv,noheader,nounits'];
    const gpus = parseNvidiaSmi(await run('nvidia-smi', query, signal));
    if (gpus.length > 0) {
      return gpus;
    }
  } catch {
    signal.throwIfAborted();
  }
  try {
    return await systemGpus(process.platform, (program, args) => run(program, args, signal));
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/**
 * Reads nvidia-smi's table: a line per GPU, numbers in MiB and percent. `[N/A]`, `[Not Supported]` and the like stand
 * for what a GPU cannot tell (nvidia-smi --help-query-gpu). Lines of another form are left out.
 */
export function parseNvidiaSmi(text: string): readonly GpuFacts[] {
  return text.split('\n').flatMap((line): GpuFacts[] => {
    const [index = '', name = '', driver = '', total = '', used = '', busy = ''] = line
      .split(',')
      .map((cell) => cell.trim());
    if (!/^\d+$/.test(index) || !isTold(name)) {
      return [];
    }
    const [totalMib, usedMib, percent] = [total, used, busy].map(toNumber);
    return [
      {
        index: Number(index),
        name,
        ...(isTold(driver) ? { driverVersion: driver } : {}),
        ...(totalMib === undefined ? {} : { memoryTotalBytes: totalMib * 2 ** 20 }),
        ...(usedMib === undefined ? {} : { memoryUsedBytes: usedMib * 2 ** 20 }),
        ...(percent === undefined ? {} : { utilizationPercent: percent }),
      },
    ];
  });
}

function isTold(cell: string): boolean {
  return cell !== '' && !cell.startsWith('[');
}

function toNumber(cell: string): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(cell) ? Number(cell) : undefined;
}

const execute = promisify(execFile);

const runTool: RunTool = async (program, args, signal) => {
  const options = { signal, timeout: toolTimeoutMs, killSignal: 'SIGKILL', windowsHide: true } as const;
  return (await execute(program, args, { ...options, encoding: 'utf8' })).stdout;
};
