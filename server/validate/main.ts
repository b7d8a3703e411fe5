// The program behind `perch validate` and `perch format`: a bundle of its own, since it needs nothing that serves models.
import manifest from '../../package.json' with { type: 'json' };
import { runConfigCommand } from './config-command.ts';

const exitFailure = 1;
const exitUsage = 2;

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function main(args: readonly string[]): Promise<void> {
  const cancel = new AbortController();
  process.once('SIGINT', () => cancel.abort());
  process.once('SIGTERM', () => cancel.abort());
  // Nobody reads what is written any more.
  process.stdout.on('error', () => cancel.abort());
  const code = await runConfigCommand(args, {
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    readStdin,
    cwd: process.cwd(),
    inColour: process.stdout.isTTY && process.stdout.hasColors(),
    version: manifest.version,
    signal: cancel.signal,
  });
  process.exitCode = code ?? exitUsage;
}

main(process.argv.slice(2)).catch((reason: unknown) => {
  process.stderr.write(`${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`);
  process.exit(exitFailure);
});
