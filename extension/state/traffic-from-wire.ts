// Traffic, canary and request rates of the daemon's messages, to the editor's types and back.
import type { Canary__Output } from '../../protos/gen/perch/admin/v1/Canary.ts';
import type { TrafficShare__Output } from '../../protos/gen/perch/admin/v1/TrafficShare.ts';
import type { TrafficTarget__Output } from '../../protos/gen/perch/admin/v1/TrafficTarget.ts';
import type { WatchStatisticsResponse__Output } from '../../protos/gen/perch/admin/v1/WatchStatisticsResponse.ts';
import type { MessageInput } from '../../protos/messages.ts';
import type { Canary, CanaryPhase, TrafficShare, TrafficTarget } from './traffic.ts';

/** How many requests a version answers. */
export interface RequestRate {
  readonly model: string;
  readonly version: string;
  /** Per second. */
  readonly rate: number;
  /** 99 of 100 requests are answered within it, microseconds; NaN where there were none. */
  readonly p99Us: number;
}

/** Reads a share. */
export function shareFromWire({ target, percent, version, available }: TrafficShare__Output): TrafficShare {
  return { target: targetFromWire(target), percent, version, available };
}

/** Reads a canary. */
export function canaryFromWire(canary: Canary__Output): Canary {
  return {
    version: canary.version,
    stableVersion: canary.stableVersion,
    phase: phaseFromWire(canary),
    steps: canary.plan?.steps ?? [],
    step: canary.step,
    reason: canary.reason,
    phaseSinceMs: Number(canary.phaseSinceMs),
    nextEvaluationMs: Number(canary.nextEvaluationMs),
    keepWarmMs: canary.plan?.keepWarmMs ?? 0,
  };
}

/** Reads the rates of a message of WatchStatistics. */
export function ratesFromWire({ versions }: WatchStatisticsResponse__Output): readonly RequestRate[] {
  return versions.map(({ model, version, rate, total }) => ({
    model,
    version,
    rate,
    p99Us: total?.p99 ?? NaN,
  }));
}

/** A share as SetTraffic takes it. */
export function shareToWire({
  target,
  percent,
}: Pick<TrafficShare, 'target' | 'percent'>): MessageInput<'perch.admin.v1.TrafficShare'> {
  return {
    target: target.kind === 'label' ? { label: target.label } : { version: target.version },
    percent,
  };
}

function targetFromWire(target: TrafficTarget__Output | null): TrafficTarget {
  return target?.label === undefined
    ? { kind: 'version', version: target?.version ?? '0' }
    : { kind: 'label', label: target.label };
}

function phaseFromWire({ phase }: Canary__Output): CanaryPhase {
  switch (phase) {
    case 'CANARY_PHASE_PROGRESSING':
      return 'progressing';
    case 'CANARY_PHASE_PAUSED':
      return 'paused';
    case 'CANARY_PHASE_WAITING':
      return 'waiting';
    case 'CANARY_PHASE_INCONCLUSIVE':
      return 'inconclusive';
    case 'CANARY_PHASE_SUCCEEDED':
      return 'succeeded';
    case 'CANARY_PHASE_ROLLED_BACK':
      return 'rolled-back';
    default:
      return 'unknown';
  }
}
