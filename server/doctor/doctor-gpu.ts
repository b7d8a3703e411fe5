// `perch doctor gpu`: what runs models here, what does not and why, and what would help.
import {
  describeProbe,
  probeProviders,
  type OnnxRuntimeFacts,
  type ProbeReport,
  type ProbeResult,
} from '../engine/providers/probe.ts';
import { providersOf } from '../engine/providers/allowed-providers.ts';
import { readGpuFacts, type GpuFacts } from '../engine/providers/gpu-facts.ts';
import type { ExecutionProvider } from '../engine/engine-settings.ts';

/** What the command works with; all but the first four are for tests. */
export interface DoctorOptions {
  /** One JSON document instead of text. */
  readonly json: boolean;
  /** Writes text to stdout. */
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
  /** The program `provider-probe`; absolute. */
  readonly probeFile: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly probe?: typeof probeProviders;
  readonly readGpus?: typeof readGpuFacts;
}

/** The JSON document. */
export interface GpuDiagnosis {
  readonly node: string;
  /** As in `linux-x64`. */
  readonly platform: string;
  /** Absent where no probe lived long enough to say. */
  readonly onnxruntime?: OnnxRuntimeFacts;
  readonly providers: readonly ({ readonly provider: ExecutionProvider } & ProbeResult)[];
  readonly gpus: readonly GpuFacts[];
  /** Environment variables that decide which GPU and libraries are found; null for one that is not set. */
  readonly environment: Readonly<Record<string, string | null>>;
}

/**
 * Variables that are looked at. Those with lists of directories are told as `set` only: a report is pasted into issues,
 * and directories name users.
 */
const variables = [
  { name: 'CUDA_VISIBLE_DEVICES', isShown: true },
  { name: 'CUDA_DEVICE_ORDER', isShown: true },
  { name: 'LD_LIBRARY_PATH', isShown: false },
  { name: 'VK_ICD_FILENAMES', isShown: false },
  { name: 'VK_DRIVER_FILES', isShown: false },
] as const;

/**
 * Probes every provider of this platform and prints what it found. Gives the exit code: 0 where at least one GPU provider
 * works, 1 where none does. Rejects with the signal's reason.
 */
export async function doctorGpu(options: DoctorOptions): Promise<number> {
  const { signal, probeFile } = options;
  const readGpus = options.readGpus ?? readGpuFacts;
  const probe = options.probe ?? probeProviders;
  const [report, gpus] = await Promise.all([
    probe(providersOf(process), { probeFile, signal }),
    readGpus(signal),
  ]);
  const diagnosis = diagnose(report, gpus, options.environment ?? process.env);
  options.write(options.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : diagnosisText(diagnosis));
  return diagnosis.providers.some(({ provider, kind }) => provider !== 'cpu' && kind === 'works') ? 0 : 1;
}

function diagnose(
  { results, onnxruntime }: ProbeReport,
  gpus: readonly GpuFacts[],
  environment: Readonly<Record<string, string | undefined>>,
): GpuDiagnosis {
  const told = variables.map(({ name, isShown }) => {
    const value = environment[name];
    return [name, value === undefined ? null : isShown ? value : 'set'] as const;
  });
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    ...(onnxruntime === undefined ? {} : { onnxruntime }),
    providers: [...results].map(([provider, result]) => ({ provider, ...result })),
    gpus,
    environment: Object.fromEntries(told),
  };
}

/** The diagnosis for people; ends with a line break. */
export function diagnosisText(diagnosis: GpuDiagnosis): string {
  const { onnxruntime, providers, gpus, environment, node, platform } = diagnosis;
  const lines = [`ONNX Runtime ${onnxruntime?.version ?? '(does not start)'} on ${platform}, Node ${node}`];
  if (onnxruntime !== undefined) {
    const named = (isBundled: boolean): string =>
      onnxruntime.backends
        .filter(({ bundled }) => bundled === isBundled)
        .map(({ name }) => name)
        .join(', ');
    lines.push(`In its build: ${named(true)}.`);
    if (named(false) !== '') {
      lines.push(`With libraries that are fetched: ${named(false)} (perch gpu install).`);
    }
  }
  lines.push('', 'Execution providers');
  for (const { provider, ...result } of providers) {
    const label = `  ${provider.padEnd(10)}`;
    if (result.kind === 'works') {
      lines.push(`${label}works: first session and run in ${result.ms} ms`);
      continue;
    }
    const { reason, remedy } = describeProbe(provider, result);
    lines.push(`${label}does not work: ${reason}`);
    if (remedy !== undefined) {
      lines.push(`${' '.repeat(label.length)}what helps: ${remedy}`);
    }
  }
  lines.push('', 'GPUs');
  lines.push(...(gpus.length === 0 ? ['  none that nvidia-smi or the system tells of'] : gpus.map(gpuLine)));
  lines.push('', 'Environment');
  for (const [name, value] of Object.entries(environment)) {
    lines.push(`  ${name} is ${value === null ? 'not set' : value === 'set' ? 'set' : `"${value}"`}`);
  }
  return `${lines.join('\n')}\n`;
}

function gpuLine(gpu: GpuFacts): string {
  const { memoryTotalBytes: total, memoryUsedBytes: used, utilizationPercent: busy } = gpu;
  const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const facts = [
    gpu.driverVersion === undefined ? '' : `driver ${gpu.driverVersion}`,
    total === undefined
      ? ''
      : `memory ${used === undefined ? '' : `${gigabytes(used)} of `}${gigabytes(total)}`,
    busy === undefined ? '' : `${busy} % busy`,
  ].filter((fact) => fact !== '');
  return `  ${gpu.index}  ${[gpu.name, ...facts].join(', ')}`;
}
