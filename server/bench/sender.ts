// Sends one request of a measurement, and tells how it was answered.

/** What became of a request. `cancelled`: its signal fired; it counts for nothing. */
export type SendOutcome =
  /** `version`: who answered, in decimal; undefined where the answer does not tell. */
  | { readonly kind: 'ok'; readonly version: string | undefined }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'cancelled' };

/** Sends the same request again and again, over connections that stay open. */
export interface Sender extends Disposable {
  /** `host:port`. */
  readonly address: string;
  /** Of one request, without headers. */
  readonly requestBytes: number;
  /** Resolves when there is a connection, so that no request pays for it. Rejects with Error. */
  ready(timeoutMs: number): Promise<void>;
  /** Never rejects. */
  send(): Promise<SendOutcome>;
  /** Ends what is under way (`cancelled`). */
  cancelAll(): void;
}

/** Messages of a request that come from outside are cut to so many characters. */
export const longestMessage = 500;
