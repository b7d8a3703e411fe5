// Runs wire-service.ts as a program on ports of its own, for clients in other processes and languages:
//   node --import tsx test/support/wire-server.ts [--transport=perch|grpc-js] [--key=FILE --certificate=FILE] [--argument=NAME=NUMBER]...
// Prints {"pid", "address", "tlsAddress"} on one line when it is ready, and its log on stderr as JSON lines. It ends with
// its standard input. A line on standard input is answered with what the process holds (holdings.ts).
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createLogger } from '../../server/log.ts';
import { openGrpcListener, type Listener } from '../../server/net/grpc-listener.ts';
import type { TlsConfig } from '../../server/net/tls-config.ts';
import { ownHoldings } from './holdings.ts';
import { wireMethods } from './wire-service.ts';

const { values } = parseArgs({
  options: {
    transport: { type: 'string', default: 'perch' },
    key: { type: 'string' },
    certificate: { type: 'string' },
    argument: { type: 'string', multiple: true, default: [] },
  },
});
const log = createLogger(
  { format: 'json', minimum: 'debug', write: (line) => process.stderr.write(`${line}\n`) },
  'net',
);
const channelArguments = new Map(
  values.argument.map((text): [string, number] => {
    const [name = '', value = ''] = text.split('=');
    return [name, Number(value)];
  }),
);
const transport = values.transport === 'grpc-js' ? 'grpc-js' : 'perch';
const methods = wireMethods();
const open = (tls: TlsConfig | undefined): Promise<Listener> =>
  openGrpcListener({ methods, bindAddress: '127.0.0.1', port: 0, transport, tls, channelArguments, log });

const listeners = [await open(undefined)];
if (values.key !== undefined && values.certificate !== undefined) {
  const key = readFileSync(values.key, 'utf8');
  const certificates = readFileSync(values.certificate, 'utf8');
  listeners.push(await open({ key, certificates, notices: [] }));
}
const [address, tlsAddress] = listeners.map((listener) => listener.address);
process.stdout.write(`${JSON.stringify({ pid: process.pid, address, tlsAddress })}\n`);

const lines = createInterface({ input: process.stdin });
lines.on('line', () => process.stdout.write(`${JSON.stringify(ownHoldings())}\n`));
lines.on('close', () => {
  void Promise.all(listeners.map((listener) => listener.close(AbortSignal.abort()))).then(() =>
    process.exit(0),
  );
});
