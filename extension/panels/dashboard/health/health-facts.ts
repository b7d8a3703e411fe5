// From the daemon's health and load to what the tab "Health" shows. No vscode in here.
import type { GetHealthDetailResponse__Output } from '../../../../protos/gen/perch/admin/v1/GetHealthDetailResponse.ts';
import type { GetResourcesResponse__Output } from '../../../../protos/gen/perch/admin/v1/GetResourcesResponse.ts';
import type { ProviderState__Output } from '../../../../protos/gen/perch/admin/v1/ProviderState.ts';
import type { ResourceSample__Output } from '../../../../protos/gen/perch/admin/v1/ResourceSample.ts';
import type { DeviceLine, HealthFacts, Series } from '../../../../webview/dashboard/health-protocol.ts';
import type { ServerInfo } from '../../../daemon/admin-client.ts';
import { formatBytes, formatMilliseconds } from '../../../explorer/units.ts';
import type { Translate } from '../../../translate.ts';

/** More points than this cannot be told apart in a line of the tab's width. */
const mostPoints = 120;

/** What the daemon answered. */
export interface HealthAnswers {
  readonly detail: GetHealthDetailResponse__Output;
  readonly resources: GetResourcesResponse__Output;
  /** Undefined before the first answer. */
  readonly info: ServerInfo | undefined;
}

/** All that the tab shows beside the status. */
export function healthFacts(t: Translate, { detail, resources, info }: HealthAnswers): HealthFacts {
  return {
    alive: { holds: detail.alive, reasons: detail.notAliveReasons },
    ready: { holds: detail.ready, reasons: detail.notReadyReasons },
    models: detail.models.map(({ name, ready, required, reason, sinceMs }) => ({
      name,
      ready,
      required,
      reason,
      sinceMs: Number(sinceMs),
    })),
    series: seriesOf(t, resources),
    devices: info === undefined ? [] : devicesOf(t, info, resources.samples.at(-1)),
  };
}

/** A figure of a sample; undefined where it was not measured. */
interface Figure {
  readonly name: string;
  readonly of: (sample: ResourceSample__Output) => number | undefined;
  readonly words: (value: number) => string;
  /** The least top of the line: so that a quiet server looks quiet. */
  readonly leastTop: number;
}

function seriesOf(
  t: Translate,
  { samples, memoryTotalBytes }: GetResourcesResponse__Output,
): readonly Series[] {
  const percent = (value: number): string => t('{0} %', Math.round(value));
  const total = Number(memoryTotalBytes);
  const figures: readonly Figure[] = [
    { name: t('CPU of the server'), of: (s) => s.processCpuPercent, words: percent, leastTop: 100 },
    { name: t('CPU of the engine hosts'), of: (s) => s.engineCpuPercent, words: percent, leastTop: 100 },
    { name: t('CPU of the machine'), of: (s) => s.hostCpuPercent, words: percent, leastTop: 100 },
    {
      name: t('Memory of the server'),
      of: (s) => Number(s.rssBytes),
      words: formatBytes,
      leastTop: total / 8,
    },
    {
      name: t('Memory of the engine hosts'),
      of: (s) => (s.engineRssBytes === undefined ? undefined : Number(s.engineRssBytes)),
      words: formatBytes,
      leastTop: total / 8,
    },
    {
      name: t('Event loop delay'),
      of: (s) => s.loopDelayMaxMs,
      words: formatMilliseconds,
      leastTop: 50,
    },
  ];
  return figures.flatMap((figure) => {
    const points = thinned(samples.map(figure.of));
    const measured = points.filter((point) => point !== null);
    const last = measured.at(-1);
    if (last === undefined) {
      return [];
    }
    const most = Math.max(...measured);
    const spoken = t(
      '{0}, last {1}: now {2}, at most {3}',
      figure.name,
      t('{0} min', Math.max(1, Math.round(samples.length / 60))),
      figure.words(last),
      figure.words(most),
    );
    const top = Math.max(most, figure.leastTop);
    return [{ name: figure.name, now: figure.words(last), points, top, spoken }];
  });
}

/** At most `mostPoints` points: of neighbours the highest, so that no peak is lost. */
function thinned(values: readonly (number | undefined)[]): readonly (number | null)[] {
  const size = Math.max(1, Math.ceil(values.length / mostPoints));
  const points: (number | null)[] = [];
  for (let start = 0; start < values.length; start += size) {
    const measured = values.slice(start, start + size).filter((value) => value !== undefined);
    points.push(measured.length === 0 ? null : Math.max(...measured));
  }
  return points;
}

function devicesOf(
  t: Translate,
  { providers, gpus }: ServerInfo,
  last: ResourceSample__Output | undefined,
): readonly DeviceLine[] {
  return [
    ...providers.map((provider) => providerLine(t, provider)),
    ...gpus.map((gpu): DeviceLine => {
      const load = last?.gpus.find(({ index }) => index === gpu.index);
      const busy = load?.utilizationPercent ?? gpu.utilizationPercent;
      const used = Number(load?.memoryUsedBytes ?? gpu.memoryUsedBytes);
      const memory = t('{0} of {1}', formatBytes(used), formatBytes(Number(gpu.memoryTotalBytes)));
      const words = busy < 0 ? memory : t('{0} % busy, {1} in use', Math.round(busy), memory);
      return { name: t('GPU {0}: {1}', gpu.index, gpu.name), state: 'good', words };
    }),
  ];
}

function providerLine(t: Translate, { name, state, reason, remedy }: ProviderState__Output): DeviceLine {
  const why = [reason, remedy].filter((part) => part !== '').join(' ');
  switch (state) {
    case 'PROVIDER_AVAILABILITY_WORKS':
      return { name, state: 'good', words: t('works') };
    case 'PROVIDER_AVAILABILITY_CRASHED':
      return { name, state: 'bad', words: why === '' ? t('crashed when it was tried') : why };
    case 'PROVIDER_AVAILABILITY_HUNG':
      return { name, state: 'bad', words: why === '' ? t('gave no answer in time') : why };
    case 'PROVIDER_AVAILABILITY_UNAVAILABLE':
      return { name, state: 'idle', words: why === '' ? t('not available') : why };
    default:
      return { name, state: 'idle', words: t('not tried yet') };
  }
}
