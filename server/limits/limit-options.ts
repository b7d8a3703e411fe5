// What limits an operator may set, and by which option each is set.

/** Numbers of requests by whom they are counted for; 0: any number. */
export interface ScopeLimits {
  readonly total: number;
  readonly perModel: number;
  readonly perClient: number;
}

/** The limits of requests for inference. */
export interface LimitOptions {
  /** Requests a second. */
  readonly perSecond: ScopeLimits;
  /** How many requests a rate lets through at once after a pause; 0: as many as in one second. */
  readonly burst: number;
  /** Requests that are being answered at one time. */
  readonly concurrent: ScopeLimits;
}

/** The option of each limit. */
export const limitNames = {
  rate: {
    total: 'max_requests_per_second',
    perModel: 'max_requests_per_second_per_model',
    perClient: 'max_requests_per_second_per_client',
  },
  concurrent: {
    total: 'max_concurrent_requests',
    perModel: 'max_concurrent_requests_per_model',
    perClient: 'max_concurrent_requests_per_client',
  },
} as const satisfies Readonly<Record<'rate' | 'concurrent', Readonly<Record<keyof ScopeLimits, string>>>>;

type Names = (typeof limitNames)[keyof typeof limitNames];

/** The option that refused a request. */
export type LimitName = Names[keyof Names];
