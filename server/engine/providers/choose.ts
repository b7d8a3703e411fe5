// Which execution provider each instance of a model runs on, and why where it is not the one that was wanted.
import { PerchError } from '../../errors.ts';
import type { ExecutionProvider, InstanceGroup, ModelEngineSettings } from '../engine-settings.ts';
import type { AllowedProviders } from './allowed-providers.ts';
import { providerTitles } from './explain-failure.ts';
import { describeProbe, type ProbeResult } from './probe.ts';

/** Where one instance of a model runs. */
export interface InstancePlacement {
  readonly provider: ExecutionProvider;
  /** Which GPU; 0 on the CPU, and for providers that know only one GPU. */
  readonly deviceId: number;
  /** Sentences that say why not on a provider that came before; absent where it is the first choice. */
  readonly fallbackReason?: string;
}

/** What the daemon knows when it places a model. */
export interface ProviderKnowledge {
  readonly allowed: AllowedProviders;
  /** By provider; one that is not there was not probed and is not used, but for `cpu`, which needs no probe. */
  readonly probes: ReadonlyMap<ExecutionProvider, ProbeResult>;
}

/** The providers that take a GPU's number. */
const numbered: readonly ExecutionProvider[] = ['cuda', 'tensorrt', 'dml'];

/**
 * Places every instance of a model: at least one, in the order of the groups. Instances count per GPU, as Triton's do
 * (model_config.proto, ModelInstanceGroup.count). Throws PROVIDER_UNAVAILABLE where a group cannot run as it asks: one of
 * kind `gpu` without a GPU provider that works, or one of kind `auto` where `--execution_providers` leaves `cpu` out.
 */
export function placeInstances(
  { instanceGroups, accelerators }: Pick<ModelEngineSettings, 'instanceGroups' | 'accelerators'>,
  knowledge: ProviderKnowledge,
): readonly InstancePlacement[] {
  return instanceGroups.flatMap((group) => {
    const { provider, fallbackReason } = chooseForGroup(group, accelerators, knowledge);
    const devices = numbered.includes(provider) && group.gpus.length > 0 ? group.gpus : [0];
    const placement = (deviceId: number): InstancePlacement => ({
      provider,
      deviceId,
      ...(fallbackReason === '' ? {} : { fallbackReason }),
    });
    return devices.flatMap((deviceId) => Array<InstancePlacement>(group.count).fill(placement(deviceId)));
  });
}

interface Choice {
  readonly provider: ExecutionProvider;
  /** Empty where nothing was passed over. */
  readonly fallbackReason: string;
}

function chooseForGroup(
  { kind }: InstanceGroup,
  accelerators: readonly ExecutionProvider[],
  { allowed, probes }: ProviderKnowledge,
): Choice {
  if (kind === 'cpu') {
    return { provider: 'cpu', fallbackReason: '' };
  }
  const preferred = accelerators.filter((provider) => provider !== 'cpu');
  const candidates = new Set([...preferred, ...(kind === 'gpu' ? allowed.onGpu : allowed.anywhere)]);
  const obstacles: string[] = [];
  for (const provider of candidates) {
    const obstacle = obstacleTo(provider, allowed, probes);
    if (obstacle === undefined) {
      return { provider, fallbackReason: obstacles.join(' ') };
    }
    obstacles.push(obstacle);
  }
  const asked =
    kind === 'gpu'
      ? 'The model asks for a GPU (KIND_GPU), and no provider for one works here.'
      : 'No execution provider that the daemon may use works here, and --execution_providers has no cpu in it.';
  throw new PerchError(
    'PROVIDER_UNAVAILABLE',
    [asked, ...obstacles, 'perch doctor gpu says more.'].join(' '),
  );
}

/** Why an instance cannot run on `provider`, as a sentence or two; undefined where it can. */
function obstacleTo(
  provider: ExecutionProvider,
  allowed: AllowedProviders,
  probes: ProviderKnowledge['probes'],
): string | undefined {
  if (provider === 'cpu') {
    return undefined;
  }
  if (!allowed.selectable.includes(provider)) {
    return `${providerTitles[provider]} is not among the execution providers that the daemon may use.`;
  }
  const result = probes.get(provider);
  if (result?.kind === 'works') {
    return undefined;
  }
  if (result === undefined) {
    return `${providerTitles[provider]} was not probed.`;
  }
  const { reason, remedy } = describeProbe(provider, result);
  return remedy === undefined ? reason : `${reason} To have it: ${remedy.replace(/\.$/, '')}.`;
}
