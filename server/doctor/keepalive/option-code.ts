// A setting as a line of code of its language, to be copied.
import type { ClientImplementation, ServerImplementation } from './connection-facts.ts';
import { optionsOf, type OptionField } from './keepalive-options.ts';

/** The name that a language has for a field, on a side; undefined where it has none. */
export function optionName(
  implementation: ClientImplementation | ServerImplementation,
  side: 'client' | 'server',
  field: OptionField,
): string | undefined {
  return optionsOf(implementation).find(
    (option) => option.field === field && (option.side === 'both' || option.side === side),
  )?.name;
}

/** One line that sets a field, as its users write it. Times are given in milliseconds. */
export function optionCode(
  implementation: ClientImplementation | ServerImplementation,
  side: 'client' | 'server',
  field: OptionField,
  value: number | boolean,
): string {
  const name = optionName(implementation, side, field) ?? field;
  switch (implementation) {
    case 'core':
      return `("${name}", ${channelValue(value)})`;
    case 'js':
      return `'${name}': ${channelValue(value)}`;
    case 'perch':
      return `--grpc_channel_arguments=${name}=${channelValue(value)}`;
    case 'go': {
      const struct = side === 'client' ? 'ClientParameters' : goServerStruct(field);
      return `keepalive.${struct}{${name}: ${typeof value === 'number' ? goDuration(value) : String(value)}}`;
    }
    case 'java':
      return `.${name}(${typeof value === 'number' ? javaTime(value) : String(value)})`;
    case 'dotnet':
      return typeof value === 'number'
        ? `${name} = TimeSpan.FromMilliseconds(${value})`
        : `${name} = HttpKeepAlivePingPolicy.${value ? 'Always' : 'WithActiveRequests'}`;
  }
}

function channelValue(value: number | boolean): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value === Infinity ? 2 ** 31 - 1 : value);
}

/** The struct of Go's package keepalive that has a server's field. */
export function goServerStruct(field: OptionField): string {
  return field === 'minPingIntervalMs' || field === 'permitWithoutCalls'
    ? 'EnforcementPolicy'
    : 'ServerParameters';
}

/** Milliseconds as Go writes them; its own defaults are so long. */
export function goDuration(ms: number): string {
  if (ms === Infinity) {
    return 'time.Duration(math.MaxInt64)';
  }
  return ms % 60_000 === 0
    ? `${ms / 60_000} * time.Minute`
    : ms % 1000 === 0
      ? `${ms / 1000} * time.Second`
      : `${ms} * time.Millisecond`;
}

/** Milliseconds as the arguments of Java's builders; what it takes for never. */
export function javaTime(ms: number): string {
  return ms === Infinity ? 'Long.MAX_VALUE, TimeUnit.NANOSECONDS' : `${ms}, TimeUnit.MILLISECONDS`;
}
