// The table of `perch serve`'s flags: the one place that names, types, documents and bounds each of them.
import type { Flag } from './flag.ts';
import { addressFlags } from './flags/address-flags.ts';
import { conversionFlags } from './flags/conversion-flags.ts';
import { engineFlags } from './flags/engine-flags.ts';
import { exposureFlags } from './flags/exposure-flags.ts';
import { inertFlags } from './flags/inert-flags.ts';
import { limitFlags } from './flags/limit-flags.ts';
import { modelFlags } from './flags/model-flags.ts';
import { processFlags } from './flags/process-flags.ts';
import { versionFlags } from './flags/version-flags.ts';

/** Every flag, in the order of `--help`. */
export const flags = [
  ...modelFlags,
  ...versionFlags,
  ...engineFlags,
  ...conversionFlags,
  ...exposureFlags,
  ...addressFlags,
  ...limitFlags,
  ...processFlags,
  ...inertFlags,
] as const satisfies readonly Flag[];

/** The names of all flags. */
export type FlagName = (typeof flags)[number]['name'];
