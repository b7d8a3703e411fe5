// A line of the time line that a tap draws.
import { errorCodeText } from '../../wire/http2/error-code.ts';
import { setting } from '../../wire/http2/frame-type.ts';
import type { SeenSetting, Side } from './frame-watch.ts';

/** Something that went by, or happened. */
export interface RecordedEvent {
  /** Milliseconds since the connection began. */
  readonly atMs: number;
  readonly from: Side | 'recorder';
  /** A frame type; `CALL`, which is a whole stream; `OPEN`, `FIN`, `RST`, `ERROR` of the socket; or what the tap did: `DROP`, `RESET`. */
  readonly what: string;
  /** 0: the connection. */
  readonly streamId: number;
  /** What it says; empty where that is nothing. */
  readonly detail: string;
}

const settingNames = new Map<number, string>(Object.entries(setting).map(([name, id]) => [id, name]));

/** Settings as names and values. */
export function settingsText(values: readonly SeenSetting[]): string {
  return values.map(([id, value]) => `${settingNames.get(id) ?? `0x${id.toString(16)}`}=${value}`).join(' ');
}

/** An error code with its debug data in quotes, which is escaped as JSON is. */
export function goawayText(code: number, debugData: string): string {
  return debugData === '' ? errorCodeText(code) : `${errorCodeText(code)} ${JSON.stringify(debugData)}`;
}

/** One line: `  1.204 s  client  PING`. */
export function eventText({ atMs, from, what, streamId, detail }: RecordedEvent): string {
  const time = `${(atMs / 1000).toFixed(3).padStart(9)} s`;
  const stream = streamId === 0 ? '' : ` on stream ${streamId}`;
  return `${time}  ${from.padEnd(8)}  ${what}${stream}${detail === '' ? '' : `  ${detail}`}`;
}
