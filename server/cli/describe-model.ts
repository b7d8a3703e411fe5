// Models in words: traffic, labels, versions, canaries.
import type { MessageOutput } from '../../protos/messages.ts';
import type { ModelState } from './admin-connection.ts';
import type { Cell, Tone } from './table.ts';

export type TrafficShare = MessageOutput<'perch.admin.v1.TrafficShare'>;
export type TrafficTarget = MessageOutput<'perch.admin.v1.TrafficTarget'>;
export type VersionState = MessageOutput<'perch.admin.v1.VersionState'>;
export type Canary = MessageOutput<'perch.admin.v1.Canary'>;
export type CanaryPhase = Canary['phase'];

/** "stable", "v3". */
export function targetText(target: TrafficTarget | null): string {
  return target?.label ?? `v${target?.version ?? '0'}`;
}

/** "traffic of digits: stable 95 % (v2), canary 5 % (v3)". */
export function describeTraffic({ name, traffic, versions }: ModelState): string {
  if (traffic.length > 0) {
    return `traffic of ${name}: ${traffic.map(describeShare).join(', ')}`;
  }
  const newest = versions.findLast(({ phase }) => phase === 'VERSION_PHASE_AVAILABLE');
  const where = newest === undefined ? 'none is available' : `v${newest.version}`;
  return `traffic of ${name}: 100 % to the newest version (${where})`;
}

function describeShare({ target, percent, version, available }: TrafficShare): string {
  const name = targetText(target);
  if (version === '0') {
    return `${name} ${percent} % (no version: stable answers)`;
  }
  const leads = target?.label === undefined ? [] : [`v${version}`];
  const facts = available ? leads : [...leads, 'not available: stable answers'];
  return `${name} ${percent} %${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}

/** The version that a label leads to; undefined where it leads to none. */
export function labelled({ labels }: ModelState, label: string): string | undefined {
  return labels.find((one) => one.label === label && !one.pending)?.version;
}

/** "stable v2, canary v3 (waits)"; empty without labels. */
export function labelsText({ labels }: ModelState): string {
  return labels
    .map(({ label, version, pending }) => `${label} v${version}${pending ? ' (waits)' : ''}`)
    .join(', ');
}

/** "labels of digits: stable v2, canary v3". */
export function describeLabels(model: ModelState): string {
  return `labels of ${model.name}: ${labelsText(model) || 'none'}`;
}

/** Where a version is in its life, in a word or two. */
export function describePhase({ phase, error, progress }: VersionState): { text: string; tone: Tone } {
  switch (phase) {
    case 'VERSION_PHASE_AVAILABLE':
      return { text: 'available', tone: 'good' };
    case 'VERSION_PHASE_END':
      return error === '' ? { text: 'unloaded', tone: 'faint' } : { text: 'failed', tone: 'bad' };
    case 'VERSION_PHASE_LOADING':
      return {
        text: `loading${progress === null ? '' : ` (${describeProgress(progress)})`}`,
        tone: 'waiting',
      };
    case 'VERSION_PHASE_COPYING':
    case 'VERSION_PHASE_START':
    case 'VERSION_PHASE_UNLOADING':
      return { text: enumText('VERSION_PHASE_', phase), tone: 'waiting' };
    default:
      // Phases of a newer daemon come as numbers.
      return { text: enumText('VERSION_PHASE_', phase), tone: 'faint' };
  }
}

function describeProgress({
  step,
  detail,
  bytesDone,
  bytesTotal,
}: NonNullable<VersionState['progress']>): string {
  const total = Number(bytesTotal);
  const percent = total === 0 ? [] : [`${Math.floor((100 * Number(bytesDone)) / total)} %`];
  return [enumText('LOAD_STEP_', step), ...(detail === '' ? [] : [detail]), ...percent].join(' ');
}

/** `enumText('LOAD_STEP_', 'LOAD_STEP_WARMING_UP')` is "warming up". */
export function enumText(prefix: string, name: string | number): string {
  return String(name).replace(prefix, '').toLowerCase().replaceAll('_', ' ');
}

/** "v2 available, v3 loading", in the tone of the worst; versions that nobody wants are left out. */
export function versionsCell({ versions, problem }: ModelState): Cell {
  const states = versions
    .filter(
      ({ phase, error }) =>
        error !== '' || !['VERSION_PHASE_NOT_LOADED', 'VERSION_PHASE_END'].includes(phase),
    )
    .map((state) => ({ number: state.version, ...describePhase(state) }));
  const parts = states.map(({ number, text }) => `v${number} ${text}`);
  const text = [...parts, ...(problem === '' ? [] : [problem])].join(', ');
  const tones = new Set<Tone>([
    ...states.map(({ tone }) => tone),
    ...(problem === '' ? [] : ['bad' as const]),
  ]);
  const worst = (['bad', 'waiting', 'good'] as const).find((tone) => tones.has(tone)) ?? 'faint';
  return { text: text === '' ? 'none is loaded' : text, tone: worst };
}

/** The tone of a canary's phase. */
export function phaseTone(phase: CanaryPhase): Tone {
  switch (phase) {
    case 'CANARY_PHASE_SUCCEEDED':
      return 'good';
    case 'CANARY_PHASE_ROLLED_BACK':
      return 'bad';
    default:
      return 'waiting';
  }
}

/** Whether nothing more comes of a canary. */
export function isOver({ phase }: Canary): boolean {
  return phase === 'CANARY_PHASE_SUCCEEDED' || phase === 'CANARY_PHASE_ROLLED_BACK';
}

/** "progressing, step 2 of 5 (5 %)". */
export function canaryText(canary: Canary): string {
  const phase = enumText('CANARY_PHASE_', canary.phase);
  const steps = canary.plan?.steps ?? [];
  const percent = steps[canary.step];
  return isOver(canary) || percent === undefined
    ? phase
    : `${phase}, step ${canary.step + 1} of ${steps.length} (${percent} %)`;
}

/** "canary of digits: v3, progressing, step 2 of 5 (5 %): <why>". */
export function describeCanary(name: string, canary: Canary | null): string {
  if (canary === null) {
    return `canary of ${name}: none`;
  }
  const why = canary.reason === '' ? '' : `: ${canary.reason}`;
  return `canary of ${name}: v${canary.version}, ${canaryText(canary)}${why}`;
}

/** A time of the daemon, milliseconds since the Unix epoch, on this machine's clock: "2026-11-21 16:58:15". */
export function timeText(ms: string): string {
  const date = new Date(Number(ms));
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

/** "512 B", "1.5 MB"; powers of 1024. */
export function bytesText(bytes: string | number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** "45 s", "12 min", "3 h", "2 d". */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) {
    return `${seconds} s`;
  }
  const minutes = Math.round(seconds / 60);
  const hours = Math.round(minutes / 60);
  return minutes < 90 ? `${minutes} min` : hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
