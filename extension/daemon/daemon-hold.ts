// Holds a daemon for this window: it serves on while anybody does, and says when it is told to stop.
import { serviceMethods } from '../../protos/messages.ts';
import { AdminChannel, type AdminEndpoint } from './admin-channel.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** An open call of Admin.Hold. */
export interface DaemonHold {
  /** How many hold the daemon, this window among them; 0 before the first answer. */
  readonly holders: number;
  /**
   * `stopping`: somebody told it to stop. `lost`: it is gone, cannot be reached, or was stopping already. `released`: `release`
   * was called.
   */
  readonly ended: Promise<'stopping' | 'lost' | 'released'>;
  release(): void;
}

/** Opens the call. */
export function holdDaemon(endpoint: AdminEndpoint): DaemonHold {
  const channel = new AdminChannel(endpoint);
  const released = new AbortController();
  let holders = 0;
  const follow = async (): Promise<'stopping' | 'lost' | 'released'> => {
    try {
      for await (const message of channel.stream(methods.Hold, {}, released.signal)) {
        if (message.stopping) {
          return holders > 0 ? 'stopping' : 'lost';
        }
        holders = message.holders;
      }
      return released.signal.aborted ? 'released' : 'lost';
    } catch {
      return released.signal.aborted ? 'released' : 'lost';
    } finally {
      channel.dispose();
    }
  };
  const ended = follow();
  return {
    get holders() {
      return holders;
    },
    ended,
    release: () => released.abort(),
  };
}
