// What GetServerInfo tells beside the facts of the process: GPUs, execution providers, the network thread's delay.
import type { MessageInput } from '../../../protos/messages.ts';

/** A GPU, as its driver tells of it. */
export interface GpuFacts {
  /** The device id that execution providers know it by. */
  readonly index: number;
  readonly name: string;
  /** Empty where it is not known. */
  readonly driverVersion: string;
  /** Bytes; 0 where it is not known. */
  readonly memoryTotalBytes: number;
  readonly memoryUsedBytes: number;
  /** How busy it was lately, 0 to 100; -1 where it is not known. */
  readonly utilizationPercent: number;
}

/** What a probe of an execution provider came to. */
export type ProviderAvailability = 'not-probed' | 'works' | 'unavailable' | 'crashed' | 'hung';

/** An execution provider, and whether it works. */
export interface ProviderFacts {
  /** ONNX Runtime's own name. */
  readonly name: string;
  readonly state: ProviderAvailability;
  /** Why it does not work; empty where it does, or was not probed. */
  readonly reason: string;
  /** What to do about it, a command where there is one; empty where nothing is known to help. */
  readonly remedy: string;
}

/** What there is to run models on. */
export interface DeviceFacts {
  readonly gpus: readonly GpuFacts[];
  readonly providers: readonly ProviderFacts[];
}

/** How late the network thread was over one window, microseconds. */
export interface LoopDelayFacts {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** Length of the window, milliseconds. */
  readonly windowMs: number;
}

type ServerInfo = MessageInput<'perch.admin.v1.GetServerInfoResponse'>;

const availabilityNames = {
  'not-probed': 'PROVIDER_AVAILABILITY_NOT_PROBED',
  works: 'PROVIDER_AVAILABILITY_WORKS',
  unavailable: 'PROVIDER_AVAILABILITY_UNAVAILABLE',
  crashed: 'PROVIDER_AVAILABILITY_CRASHED',
  hung: 'PROVIDER_AVAILABILITY_HUNG',
} as const satisfies Record<ProviderAvailability, string>;

/** The fields of the answer that tell of devices. */
export function toDeviceInfo({ gpus, providers }: DeviceFacts): Pick<ServerInfo, 'gpus' | 'providers'> {
  return {
    gpus: gpus.map((gpu) => ({ ...gpu })),
    providers: providers.map(({ state, ...rest }) => ({ ...rest, state: availabilityNames[state] })),
  };
}
