// The context of a command that runs as this process.
import os from 'node:os';
import type { CliContext } from './cli-context.ts';

/** What the terminal and the environment of this process give. `signal` cancels. */
export function processContext(signal: AbortSignal, loadConverter: CliContext['loadConverter']): CliContext {
  return {
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    readStdin,
    cwd: process.cwd(),
    env: process.env,
    userName: userName(),
    isTerminal: process.stdout.isTTY,
    inColour: process.stdout.isTTY && process.stdout.hasColors(),
    signal,
    loadConverter,
  };
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** In containers, users are often numbers only. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
