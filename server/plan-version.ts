// What becomes of a version in the engine: the daemon's options, and what the model's own config.pbtxt says over them.
import type { EnginePlan, InstancePlan } from './engine/engine-plan.ts';
import {
  defaultEngineSettings,
  type InstanceGroup,
  type ModelEngineSettings,
  type SessionSettings,
} from './engine/engine-settings.ts';
import { placeInstances, type ProviderKnowledge } from './engine/providers/choose.ts';

/** What is known where no GPU is. */
export const cpuOnly: ProviderKnowledge = {
  allowed: { anywhere: ['cpu'], onGpu: [], selectable: [] },
  probes: new Map(),
};

/**
 * The plan for a version by its model's settings. `intraOpThreads`: threads of one run where the model says nothing.
 * Throws PROVIDER_UNAVAILABLE.
 */
export function planVersion(
  intraOpThreads: number,
  settings: ModelEngineSettings = defaultEngineSettings,
  knowledge: ProviderKnowledge = cpuOnly,
): EnginePlan {
  const session: Omit<SessionSettings, 'provider' | 'deviceId'> = {
    intraOpThreads,
    interOpThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    memoryArena: true,
    memoryPattern: true,
    ...settings.session,
  };
  return {
    instances: settings.instanceGroups.flatMap((group) => planGroup(group, settings, session, knowledge)),
  };
}

/** An instance that may run anywhere falls back to the CPU where a provider works and this model does not work on it. */
function planGroup(
  group: InstanceGroup,
  { accelerators }: ModelEngineSettings,
  session: Omit<SessionSettings, 'provider' | 'deviceId'>,
  knowledge: ProviderKnowledge,
): InstancePlan[] {
  const mayFallBack = group.kind === 'auto' && knowledge.allowed.anywhere.includes('cpu');
  return placeInstances({ instanceGroups: [group], accelerators }, knowledge).map(
    ({ provider, deviceId, fallbackReason = '' }) => {
      const wanted: SessionSettings = { ...session, provider, deviceId };
      const onCpu: SessionSettings = { ...session, provider: 'cpu', deviceId: 0 };
      return { candidates: provider !== 'cpu' && mayFallBack ? [wanted, onCpu] : [wanted], fallbackReason };
    },
  );
}
