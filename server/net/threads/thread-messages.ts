// What the main thread and a network thread tell each other beside calls.
import type { LogFields, LogLevel } from '../../log.ts';
import type { CountedCause } from '../../wire/socket/close-tally.ts';
import type { MoreAddress } from '../bind-addresses.ts';
import type { ChannelArguments } from '../channel-arguments.ts';
import type { ConnectionLists } from '../connection-lists.ts';
import type { TlsConfig } from '../tls-config.ts';
import type { CallFailure } from './call-failure.ts';
import type { MethodName } from './call-forwarder.ts';
import type { LinkEnd } from './call-link.ts';

/** What a network thread is started with (`workerData`). */
export interface ThreadSettings {
  /** Which one it is, from 0 on, and how many there are. */
  readonly index: number;
  readonly threads: number;
  readonly methods: readonly MethodName[];
  readonly bindAddress: string;
  readonly moreAddresses: readonly MoreAddress[];
  /** 0: any free one, of its own. */
  readonly port: number;
  /** Whether it shares the port with the others. */
  readonly sharesPort: boolean;
  /** Undefined: in clear. */
  readonly tls: TlsConfig | undefined;
  readonly channelArguments: ChannelArguments;
  /** host:port; empty where REST is off, or not open yet. */
  readonly restAddress: string;
  /** For calls. */
  readonly link: LinkEnd;
  /** Of SharedCensus. */
  readonly census: SharedArrayBuffer;
  /** When performance.now() of the main thread was 0, by process.hrtime, milliseconds. */
  readonly clockOriginMs: number;
}

/** To a network thread. */
export type ToThread =
  | { readonly kind: 'renew-tls'; readonly tls: TlsConfig }
  | { readonly kind: 'rest-address'; readonly address: string }
  /** Is answered by `connections` with the same number. */
  | { readonly kind: 'look'; readonly look: number }
  /** No new connections; when the calls have ended, `closed`. */
  | { readonly kind: 'close' }
  /** Cut what is left, then `closed`. */
  | { readonly kind: 'force' };

/** Of the connections of a thread: CloseCounts as a value. */
export interface ThreadCloses {
  readonly open: number;
  readonly byCause: ReadonlyMap<CountedCause, number>;
}

/** From a network thread. */
export type FromThread =
  | { readonly kind: 'listening'; readonly addresses: readonly string[] }
  /** It cannot listen, and ends. */
  | { readonly kind: 'failed'; readonly failure: CallFailure }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: LogFields | undefined;
      readonly cause: string | undefined;
    }
  /** Whenever they have changed. */
  | { readonly kind: 'closes'; readonly closes: ThreadCloses }
  /** Times are those of the main thread's performance.now(). */
  | { readonly kind: 'connections'; readonly look: number; readonly lists: ConnectionLists }
  /** All connections are closed, and it ends. */
  | { readonly kind: 'closed' };

/** When this thread's performance.now() was 0, by process.hrtime, which all threads share; milliseconds. */
export function clockOriginMs(): number {
  return Number(process.hrtime.bigint()) / 1e6 - performance.now();
}
