// What this side announces by SETTINGS (RFC 9113 §6.5.2).
import type { ConnectionLimits } from './connection-limits.ts';
import { setting } from './frame-type.ts';

const known = new WeakMap<ConnectionLimits, readonly number[]>();

/** Settings and values in turn: one array for all connections with the same limits, as each keeps it in its time line. */
export function ownSettings(limits: ConnectionLimits): readonly number[] {
  const settings = known.get(limits) ?? settingsOf(limits);
  known.set(limits, settings);
  return settings;
}

function settingsOf(limits: ConnectionLimits): readonly number[] {
  return [
    setting.HEADER_TABLE_SIZE,
    limits.headerTableBytes,
    setting.MAX_CONCURRENT_STREAMS,
    limits.maxConcurrentStreams,
    setting.INITIAL_WINDOW_SIZE,
    limits.streamWindowBytes,
    setting.MAX_FRAME_SIZE,
    limits.maxFrameBytes,
    setting.MAX_HEADER_LIST_SIZE,
    limits.maxHeaderListBytes,
  ];
}
