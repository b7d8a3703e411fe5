// --grpc_channel_arguments: what gRPC's C++ server takes, as far as the chosen transport can do it.
import type { ChannelOptions } from '@grpc/grpc-js';
import { PerchError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import {
  argumentNames,
  connectionsArgument,
  rangeOf,
  reasonOf,
  unlimited,
  type TransportName,
} from './channel-argument-table.ts';

/** Arguments as they were given. */
export type ChannelArguments = ReadonlyMap<string, string | number>;

/** How connections are treated by a grpc-js server. */
export interface ChannelSettings {
  readonly options: ChannelOptions;
  /** Connections at once per address; further ones are closed. */
  readonly maxConnections: number;
  /** One line for the log per argument that has no effect here. */
  readonly notices: readonly string[];
}

/**
 * What holds where nothing is given, in both transports: never grpc-js's own defaults, which leave sockets of vanished
 * clients open for ever (reference, connections §1.6). Messages may be as large as a protobuf can be, as in TF Serving.
 */
export const argumentDefaults = {
  'grpc.max_receive_message_length': unlimited,
  'grpc.max_send_message_length': unlimited,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.max_connection_idle_ms': 30 * 60_000,
  'grpc.max_concurrent_streams': 1024,
  /** More clients than one machine's editor and tools ever open. */
  [connectionsArgument]: 512,
} as const;

/** What `channelArguments` ask of a grpc-js server, over the defaults. Throws OPTION_INVALID where a value does not fit. */
export function toChannelSettings(channelArguments: ChannelArguments): ChannelSettings {
  const { values, notices } = readArguments(channelArguments, 'grpc-js');
  const { [connectionsArgument]: maxConnections, ...options } = {
    ...argumentDefaults,
    ...Object.fromEntries(values),
  } as ChannelOptions & { [connectionsArgument]: number };
  const age = values.get('grpc.max_connection_age_ms');
  if (age !== undefined) {
    options['grpc.max_connection_age_ms'] = fitTimer(age);
  }
  return { options, maxConnections, notices };
}

/** What of the arguments `transport` can do, and a line for the log for each of the others. */
export interface ReadArguments {
  readonly values: ReadonlyMap<string, number>;
  readonly notices: readonly string[];
}

/** Sorts the arguments by what `transport` can do. Throws OPTION_INVALID where a value does not fit. */
export function readArguments(given: ChannelArguments, transport: TransportName): ReadArguments {
  const values = new Map<string, number>();
  const notices: string[] = [];
  for (const [name, value] of given) {
    const range = rangeOf(name, transport);
    if (range === undefined) {
      notices.push(noticeOf(name, transport));
    } else {
      values.set(name, checkValue(name, value, range));
    }
  }
  return { values, notices };
}

function checkValue(
  name: string,
  value: string | number,
  [min, max]: readonly [min: number, max: number],
): number {
  if (typeof value === 'string' || value < min || value > max) {
    throw new PerchError(
      'OPTION_INVALID',
      `--grpc_channel_arguments: ${name} takes an integer from ${min} to ${max}, not "${value}".`,
    );
  }
  return value;
}

/** grpc-js adds up to a tenth to an age, and a timer that is set beyond 2^31 - 1 fires at once. */
function fitTimer(ms: number): number {
  return ms * 1.1 > unlimited ? unlimited : ms;
}

function noticeOf(name: string, transport: TransportName): string {
  const reason = reasonOf(name, transport);
  if (reason !== undefined) {
    return `--grpc_channel_arguments: ${name} has no effect: ${reason}.`;
  }
  const known = nearest(name, argumentNames(transport));
  return `--grpc_channel_arguments: ${name} has no effect: there is no such argument. Did you mean ${known}?`;
}
