// The control frames of a connection, both ways, and how much else went between them.
import { errorCodeText } from './error-code.ts';
import { setting, type FrameTypeName } from './frame-type.ts';
import type { StatisticsCounter } from './statistics.ts';

/** Frames that are counted and not listed, since the record before. */
export interface TrafficCounts {
  readonly headersReceived: number;
  readonly headersSent: number;
  readonly dataReceived: number;
  readonly dataSent: number;
  readonly windowUpdatesReceived: number;
  readonly windowUpdatesSent: number;
}

/** A control frame: SETTINGS, PING, GOAWAY, RST_STREAM or PRIORITY; or several of one kind in a row. */
export interface TimelineRecord {
  /** When; of several, the first. In the time of the `now` arguments. */
  readonly at: number;
  /** When the last of several was. */
  readonly lastAt: number;
  /** How many in a row it stands for: of one type and direction, and, but for PINGs, with the same content. */
  readonly count: number;
  readonly direction: 'received' | 'sent';
  readonly type: FrameTypeName;
  readonly ack: boolean;
  /** 0: the connection. Of several, the last. */
  readonly streamId: number;
  /**
   * What it says: settings and values, or the error code and debug data. Debug data is in quotes and escaped as JSON
   * is, its first 256 bytes.
   */
  readonly detail: string;
  /** What went between the record before and this one. */
  readonly before: TrafficCounts;
}

/** Records that are kept, the last ones. */
export const timelineLength = 256;

/** What a frame says, as it is kept: settings and values in turn, an error code, an error code and debug data, or nothing. */
export type FrameContent = readonly number[] | number | { readonly code: number; readonly debugData: string };

const noTraffic: TrafficCounts = {
  headersReceived: 0,
  headersSent: 0,
  dataReceived: 0,
  dataSent: 0,
  windowUpdatesReceived: 0,
  windowUpdatesSent: 0,
};

interface Entry {
  at: number;
  lastAt: number;
  count: number;
  readonly direction: 'received' | 'sent';
  readonly type: FrameTypeName;
  readonly ack: boolean;
  streamId: number;
  readonly content: FrameContent | undefined;
  readonly before: TrafficCounts;
}

/** A bounded ring, which grows as it is used. */
export class Timeline {
  readonly #statistics: StatisticsCounter;
  readonly #entries: Entry[] = [];
  #next = 0;
  #counted = noTraffic;
  /** Frames that were added while nobody knew what time it was. */
  #untimed: { readonly entry: Entry; readonly isFirst: boolean }[] | undefined;

  constructor(statistics: StatisticsCounter) {
    this.#statistics = statistics;
  }

  /** A control frame came or went; `isTimed` false: some time after `now`, which `settle` will tell. */
  add(
    now: number,
    isTimed: boolean,
    direction: 'received' | 'sent',
    type: FrameTypeName,
    ack: boolean,
    streamId: number,
    content?: FrameContent,
  ): void {
    const same = this.#foldInto(direction, type, ack, content);
    const entry = same ?? this.#append(now, direction, type, ack, streamId, content);
    if (same !== undefined) {
      same.lastAt = now;
      same.count++;
      same.streamId = streamId;
    }
    if (!isTimed) {
      (this.#untimed ??= []).push({ entry, isFirst: same === undefined });
    }
  }

  /** What was added without a time was so now. */
  settle(now: number): void {
    if (this.#untimed === undefined) {
      return;
    }
    for (const { entry, isFirst } of this.#untimed) {
      entry.lastAt = now;
      if (isFirst) {
        entry.at = now;
      }
    }
    this.#untimed = undefined;
  }

  #append(
    now: number,
    direction: 'received' | 'sent',
    type: FrameTypeName,
    ack: boolean,
    streamId: number,
    content: FrameContent | undefined,
  ): Entry {
    const counts = this.#trafficCounts();
    const before = difference(counts, this.#counted);
    this.#counted = counts;
    const entry = { at: now, lastAt: now, count: 1, direction, type, ack, streamId, content, before };
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % timelineLength;
    return entry;
  }

  /** The records, the oldest first. */
  records(): readonly TimelineRecord[] {
    const inOrder = [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)];
    return inOrder.map(({ content, ...entry }) => ({ ...entry, detail: detailOf(content) }));
  }

  /** The record that one more of the kind goes into. PINGs that are answered again and again are two records, not the whole ring. */
  #foldInto(
    direction: 'received' | 'sent',
    type: FrameTypeName,
    ack: boolean,
    content: FrameContent | undefined,
  ): Entry | undefined {
    for (let back = 1; back <= 2; back++) {
      const entry = this.#entries[(this.#next - back + timelineLength) % timelineLength];
      if (entry === undefined) {
        return undefined;
      }
      const { type: entryType, direction: entryDirection, ack: entryAck, content: entryContent } = entry;
      if (
        entryType === type &&
        entryDirection === direction &&
        entryAck === ack &&
        entryContent === content
      ) {
        return entry;
      }
      if (type !== 'PING' || entryType !== 'PING') {
        return undefined;
      }
    }
    return undefined;
  }

  #trafficCounts(): TrafficCounts {
    const { framesReceived, framesSent } = this.#statistics;
    return {
      headersReceived: framesReceived.HEADERS,
      headersSent: framesSent.HEADERS,
      dataReceived: framesReceived.DATA,
      dataSent: framesSent.DATA,
      windowUpdatesReceived: framesReceived.WINDOW_UPDATE,
      windowUpdatesSent: framesSent.WINDOW_UPDATE,
    };
  }
}

function difference(to: TrafficCounts, from: TrafficCounts): TrafficCounts {
  const between = {
    headersReceived: to.headersReceived - from.headersReceived,
    headersSent: to.headersSent - from.headersSent,
    dataReceived: to.dataReceived - from.dataReceived,
    dataSent: to.dataSent - from.dataSent,
    windowUpdatesReceived: to.windowUpdatesReceived - from.windowUpdatesReceived,
    windowUpdatesSent: to.windowUpdatesSent - from.windowUpdatesSent,
  };
  // Mostly there was nothing; thousands of idle connections share that.
  return Object.values(between).every((count) => count === 0) ? noTraffic : between;
}

function detailOf(content: FrameContent | undefined): string {
  if (content === undefined) {
    return '';
  }
  if (typeof content === 'number') {
    return errorCodeText(content);
  }
  if ('code' in content) {
    const { code, debugData } = content;
    return debugData === '' ? errorCodeText(code) : `${errorCodeText(code)} ${JSON.stringify(debugData)}`;
  }
  const settings: string[] = [];
  for (let at = 0; at + 1 < content.length; at += 2) {
    settings.push(`${settingName(content[at] ?? 0)}=${content[at + 1] ?? 0}`);
  }
  return settings.join(' ');
}

const settingNames = new Map<number, string>(Object.entries(setting).map(([name, id]) => [id, name]));

function settingName(id: number): string {
  return settingNames.get(id) ?? `0x${id.toString(16)}`;
}
