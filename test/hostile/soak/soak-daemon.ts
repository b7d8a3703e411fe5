// The daemon without models, for clients in another process that come and go:
//   node --expose-gc --import tsx test/hostile/soak/soak-daemon.ts [flag of perch serve]...
// Prints {"grpc", "rest"} on one line when it listens, and its log on stderr as JSON lines. A line on standard input is
// answered with what it holds (test/support/holdings.ts). When its standard input ends it drains, as after SIGTERM.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createServer } from '../../../server/create-server.ts';
import { createLogger } from '../../../server/log.ts';
import { parseServeArguments } from '../../../server/options/serve-options.ts';
import { engineWorkerFile, networkThreadFile } from '../../support/engine-pool.ts';
import { ownHoldings } from '../../support/holdings.ts';
import { soakToken } from './soak-process.ts';

const directory = await mkdtemp(path.join(tmpdir(), 'perch-soak-'));
const monitoring = path.join(directory, 'monitoring.config');
await writeFile(monitoring, 'prometheus_config { enable: true }');
const parsed = parseServeArguments(
  [
    `--models_directory=${directory}`,
    '--port=auto',
    '--rest_api_port=auto',
    '--engine_threads=1',
    `--monitoring_config_file=${monitoring}`,
    ...process.argv.slice(2),
  ],
  process.cwd(),
);
if (parsed.kind !== 'serve') {
  throw new Error(parsed.text);
}
const server = await createServer(parsed.options, {
  engineWorkerFile,
  networkThreadFile,
  token: soakToken,
  log: createLogger({ format: 'json', write: (line) => process.stderr.write(`${line}\n`) }, 'perch'),
  shutDown: () => undefined,
});
process.stdout.write(`${JSON.stringify({ grpc: server.grpcAddress, rest: server.restAddress })}\n`);

const lines = createInterface({ input: process.stdin });
lines.on('line', () => {
  // What the first collection finds dead gives its buffers back by the second one.
  ownHoldings();
  setImmediate(() => process.stdout.write(`${JSON.stringify(ownHoldings())}\n`));
});
lines.on('close', () => void end());

async function end(): Promise<void> {
  await server.stop(AbortSignal.timeout(10_000));
  await rm(directory, { recursive: true, force: true });
  process.exit(0);
}
