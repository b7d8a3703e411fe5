// Starts watching-client.ts, and kills it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const program = path.join(import.meta.dirname, 'watching-client.ts');

/** A client that runs. */
export interface WatchingProcess {
  readonly pid: number;
  /** Kills it as the operating system does where memory is short (SIGKILL); resolves once it is gone. */
  kill(): Promise<void>;
}

/** Starts a client of the gRPC server at `address`; resolves once its stream is open. `keepaliveMs`: pings that often. */
export async function startWatchingProcess(address: string, keepaliveMs?: number): Promise<WatchingProcess> {
  const settings = keepaliveMs === undefined ? [] : [String(keepaliveMs)];
  const child = spawn(process.execPath, ['--import', 'tsx', program, address, ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (first.value !== 'watching') {
    await kill();
    throw new Error(`The client of ${address} got no stream: ${String(first.value)}`);
  }
  return { pid: child.pid ?? 0, kill };
}
