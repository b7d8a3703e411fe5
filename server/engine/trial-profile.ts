// Which operators of a model run on the CPU although it was given to a GPU: ONNX Runtime's profile of the first runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InstancePlan } from './engine-plan.ts';
import type { ExecutionProvider } from './engine-settings.ts';
import { cpuFallbackOps, readProfile } from './providers/profile.ts';

const fileName = 'profile';

/** A profile that is being written. */
export interface TrialProfile {
  /** For the session; empty where no profile is wanted. */
  readonly prefix: string;
  /** What it says, once the session is closed; nothing where it was not written. Removes it. */
  finish(provider: ExecutionProvider): Promise<readonly string[]>;
}

/** No profile: on the CPU everything runs on the CPU. */
const noProfile: TrialProfile = { prefix: '', finish: () => Promise.resolve([]) };

/** A profile for an instance that may run on a GPU. */
export async function beginTrialProfile({ candidates }: InstancePlan): Promise<TrialProfile> {
  if (candidates.every(({ provider }) => provider === 'cpu')) {
    return noProfile;
  }
  const directory = await mkdtemp(path.join(tmpdir(), 'perch-profile-'));
  return {
    prefix: path.join(directory, fileName),
    finish: async (provider) => {
      try {
        const placement = await readProfile(directory, fileName);
        return placement === undefined ? [] : cpuFallbackOps(placement, provider);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}
