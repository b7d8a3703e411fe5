// The wire service (test/support/wire-server.ts) as a process of its own, for clients that are programs themselves.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { childEnvironment, root } from '../../lib/processes.mjs';

/**
 * Starts it with these flags. Resolves to `{ port, tlsPort, log, stop }` when it listens; `log()` is what it has logged so
 * far. It ends with this process, too.
 */
export async function startWireServer(flags = []) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/wire-server.ts', ...flags], {
    cwd: root,
    env: childEnvironment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const ready = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then((code) => Promise.reject(new Error(`the server ended with ${code}: ${log}`))),
  ]);
  const { address, tlsAddress } = JSON.parse(ready);
  return {
    port: Number(address.split(':')[1]),
    tlsPort: Number(tlsAddress?.split(':')[1] ?? 0),
    log: () => log,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
