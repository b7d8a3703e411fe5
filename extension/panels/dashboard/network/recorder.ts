// Records connections through the daemon while the user wants it, and keeps what was seen, to be saved. No vscode in here.
import { serviceMethods, type MessageOutput } from '../../../../protos/messages.ts';
import type { RecordedLine, RecordingState } from '../../../../webview/dashboard/network-doctor.ts';
import type { AdminChannel } from '../../../daemon/admin-channel.ts';
import { AdminError } from '../../../daemon/admin-error.ts';
import type { Translate } from '../../../translate.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

type Message = MessageOutput<'perch.admin.v1.RecordConnectionResponse'>;

/** Lines that are kept to be saved, the last ones: some 4 MB. */
const keptLines = 20_000;
/** Lines that the page shows. */
const shownLines = 300;

/** What the recorder works with. */
export interface RecorderParts {
  /** Undefined while no server runs. */
  readonly channel: () => Pick<AdminChannel, 'stream'> | undefined;
  readonly translate: Translate;
  readonly onChange: () => void;
  /** Milliseconds since the Unix epoch; the clock of this machine where absent. */
  readonly now?: () => number;
}

/** One recording at a time; a new one forgets the one before. */
export class Recorder {
  readonly #parts: RecorderParts;
  #running: AbortController | undefined;
  #state: RecordingState['state'] = 'off';
  #address = '';
  #to = '';
  #error = '';
  #lines: RecordedLine[] = [];
  #total = 0;
  /** Thrown away by the daemon or here. */
  #dropped = 0;
  #startedAt = 0;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** What the page shows. */
  get state(): RecordingState {
    return {
      state: this.#state,
      address: this.#address,
      to: this.#to,
      error: this.#error,
      lines: this.#lines.slice(-shownLines),
      total: this.#total,
    };
  }

  /** Records until `stop`, or until the daemon ends it. Never rejects: what went wrong is part of the state. */
  async start(to: string): Promise<void> {
    const { channel, translate } = this.#parts;
    this.stop();
    this.#lines = [];
    this.#total = 0;
    this.#dropped = 0;
    this.#startedAt = (this.#parts.now ?? Date.now)();
    this.#to = to;
    this.#address = '';
    this.#error = '';
    const daemon = channel();
    if (daemon === undefined) {
      this.#set('over', translate('The server does not run.'));
      return;
    }
    const running = new AbortController();
    this.#running = running;
    this.#set('starting');
    try {
      for await (const message of daemon.stream(methods.RecordConnection, { to }, running.signal)) {
        if (running.signal.aborted) {
          return;
        }
        this.#take(message);
      }
      this.#ended(running, '');
    } catch (reason) {
      const isAsked = running.signal.aborted || AdminError.is(reason, 'CANCELLED');
      this.#ended(running, isAsked ? '' : reason instanceof Error ? reason.message : String(reason));
    }
  }

  /** Ends the recording; what was recorded stays. */
  stop(): void {
    const running = this.#running;
    if (running !== undefined) {
      running.abort();
      this.#ended(running, '');
    }
  }

  /** All that is kept, as a JSON document; undefined where nothing was recorded. */
  document(): string | undefined {
    if (this.#total === 0) {
      return undefined;
    }
    return `${JSON.stringify(
      {
        recordedBy: 'perch',
        startedAt: new Date(this.#startedAt).toISOString(),
        listenedOn: this.#address,
        server: this.#to,
        linesLeftOut: this.#dropped,
        lines: this.#lines.map(({ connection, atMs, from, what, detail, more }) => ({
          connection,
          atMs: Math.round(atMs * 1000) / 1000,
          from,
          what,
          ...(detail === '' ? {} : { detail }),
          ...(more.length === 0 ? {} : { more }),
        })),
      },
      undefined,
      2,
    )}\n`;
  }

  dispose(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  #ended(running: AbortController, error: string): void {
    if (this.#running === running) {
      this.#running = undefined;
      this.#set('over', error);
    }
  }

  #set(state: RecordingState['state'], error = ''): void {
    this.#state = state;
    this.#error = error;
    this.#parts.onChange();
  }

  #take(message: Message): void {
    this.#dropped += Number(message.dropped);
    switch (message.event) {
      case 'started':
        this.#address = message.started?.address ?? '';
        this.#to = message.started?.to ?? this.#to;
        this.#set('on');
        return;
      case 'opened': {
        const { connection, peer } = message.opened ?? { connection: 0, peer: '' };
        this.#add({ connection, atMs: 0, from: 'client', what: 'CONNECT', detail: peer, more: [] });
        return;
      }
      case 'frame': {
        const { frame } = message;
        if (frame) {
          const { connection, atMs, what, stream, detail } = frame;
          this.#add({
            connection,
            atMs,
            from: frame.from === 'client' || frame.from === 'server' ? frame.from : 'recorder',
            what: stream === 0 ? what : `${what} #${stream}`,
            detail,
            more: [],
          });
        }
        return;
      }
      case undefined:
        return;
      case 'closed': {
        const { closed } = message;
        if (closed) {
          const { connection, atMs, cause, text, evidence, advice, notes } = closed;
          const more = [...evidence, ...(advice === '' ? [] : [advice]), ...notes];
          this.#add({ connection, atMs, from: 'verdict', what: cause, detail: text, more });
        }
        return;
      }
    }
  }

  #add(line: Omit<RecordedLine, 'id'>): void {
    this.#total++;
    this.#lines.push({ ...line, id: this.#total });
    if (this.#lines.length > keptLines) {
      this.#lines.shift();
      this.#dropped++;
    }
    this.#parts.onChange();
  }
}
