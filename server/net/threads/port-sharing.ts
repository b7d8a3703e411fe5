// Whether several threads can listen at one port: SO_REUSEPORT, by `reusePort` of net.Server.listen.
import { PerchError } from '../../errors.ts';

/** Systems that share connections out among those that listen (libuv, uv_tcp_bind with UV_TCP_REUSEPORT). */
const sharingPlatforms: ReadonlySet<string> = new Set(['aix', 'freebsd', 'linux', 'sunos']);

/** What this is decided by. */
export interface SharingMachine {
  /** `v22.12.0`. */
  readonly version: string;
  readonly platform: string;
}

/** Whether `machine` can; undefined: it can, otherwise why it cannot, and what helps. */
export function portSharingProblem({ version, platform }: SharingMachine): string | undefined {
  if (!sharingPlatforms.has(platform)) {
    return `on this system (${platform}) threads cannot share a port. Leave it out, or serve on Linux.`;
  }
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  // Node came to have it in 22.12 and 23.1.
  const isEnough = major >= 24 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
  return isEnough
    ? undefined
    : `Node.js ${version} cannot let threads share a port. Leave it out, or run the daemon with Node.js 22.12, 23.1 or newer.`;
}

/** Throws OPTION_INVALID where there are to be several network threads, and `machine` cannot have them. */
export function checkPortSharing(networkThreads: number, machine: SharingMachine): void {
  const problem = networkThreads > 1 ? portSharingProblem(machine) : undefined;
  if (problem !== undefined) {
    throw new PerchError('OPTION_INVALID', `--network_threads=${networkThreads}: ${problem}`);
  }
}
