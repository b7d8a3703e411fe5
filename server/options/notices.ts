// What is said of flags that were given and change nothing, so that none is ignored in silence.
import type { Flag } from './flag.ts';
import { flags, type FlagName } from './flags.ts';

/** The text of a flag: as it was given, or its default. */
export type FlagText = (name: FlagName) => string;

/** One line per flag that was `given` without effect, in the order of the table. */
export function flagNotices(given: ReadonlySet<FlagName>, text: FlagText): string[] {
  const notices = flags
    .filter(({ name }) => given.has(name))
    .flatMap((flag: Flag & { name: FlagName }) => noticeOf(flag, text(flag.name), text) ?? []);
  if (text('ssl_config_file') !== '' && isOn(text('rest_api_port')) && !isOn(text('rest_ssl'))) {
    notices.push(
      '--ssl_config_file protects gRPC only: REST is not encrypted, as in TensorFlow Serving. --rest_ssl encrypts it.',
    );
  }
  const hasRate = flags.some(({ name }) => name.startsWith('max_requests_per_second') && isOn(text(name)));
  if (isOn(text('rate_limit_burst')) && !hasRate) {
    notices.push('--rate_limit_burst has no effect without one of --max_requests_per_second….');
  }
  return notices;
}

function noticeOf(flag: Flag, value: string, text: FlagText): string | undefined {
  const { name, inert, needs, overruledBy } = flag;
  if (isDefault(flag, value)) {
    return undefined;
  }
  if (inert !== undefined) {
    return `--${name} has no effect: ${inert}`;
  }
  if (overruledBy !== undefined && isOn(text(overruledBy as FlagName))) {
    return `--${name} has no effect beside --${overruledBy}.`;
  }
  return needs === undefined || isOn(text(needs as FlagName))
    ? undefined
    : `--${name} has no effect without --${needs}.`;
}

function isDefault({ type, defaultText }: Flag, value: string): boolean {
  const isNumber = type.kind === 'integer' || type.kind === 'fraction';
  return isNumber && defaultText !== '' ? Number(value) === Number(defaultText) : value === defaultText;
}

function isOn(text: string): boolean {
  return !['', '0', 'false'].includes(text);
}
