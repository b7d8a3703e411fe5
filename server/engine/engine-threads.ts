// How many engine hosts there are, and how many threads each may use: together never more than the engine's share of cores.

/** More shared hosts than this bring nothing on the machines that editors run on, and 80 MiB each. */
const mostSharedHosts = 4;

/** The shared hosts, and the threads of a run in each. Both at least 1. */
export interface ThreadShares {
  readonly sharedHosts: number;
  readonly intraOpThreads: number;
}

/**
 * Shares out `threads` (0: all of `cores` but one). Half as many hosts as threads: a large model gains from a second
 * thread and hardly from an eighth, and requests to other models need not wait. `intraOpThreads` (0: none given) is the
 * user's word for the threads of one run.
 */
export function shareThreads(threads: number, intraOpThreads: number, cores: number): ThreadShares {
  const all = threads === 0 ? Math.max(1, cores - 1) : threads;
  const sharedHosts = Math.min(mostSharedHosts, Math.max(1, Math.floor(all / 2)));
  return {
    sharedHosts,
    intraOpThreads: intraOpThreads === 0 ? Math.max(1, Math.floor(all / sharedHosts)) : intraOpThreads,
  };
}
