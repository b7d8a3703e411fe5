// `perch tls init`: certificates for trials, and how to use them.
import { isIP } from 'node:net';
import path from 'node:path';
import { PerchError } from '../errors.ts';
import { writeTrialFiles, type TrialFiles } from '../tls/trial-files.ts';
import { exitCode, MisuseError, RefusedError } from './cli-context.ts';
import type { CliCommand, Session } from './session.ts';

/** What is in every certificate: this machine's names for itself. */
const ownHosts = ['localhost', '127.0.0.1', '::1'];

/** More than browsers and Apple's libraries take. */
const mostDays = 825;

const usualDays = 365;

const usualDirectory = 'tls';

export const tlsInitCommand: CliCommand = {
  name: 'tls init',
  operands: '',
  summary: 'make certificates for trials, and the file for --ssl_config_file',
  count: { least: 0, most: 0 },
  options: {
    out: { type: 'string', placeholder: usualDirectory, help: 'directory; it is made if it is not there' },
    host: {
      type: 'string',
      placeholder: '<names>',
      help: 'names and IP addresses that clients use beside localhost, separated by commas',
    },
    days: { type: 'string', placeholder: `${usualDays}`, help: `valid for so long, 1 to ${mostDays}` },
    client: { type: 'boolean', help: 'clients need a certificate too (mutual TLS): make one' },
    replace: { type: 'boolean', help: 'in place of files that are there; a running server takes them over' },
  },
  run: async (session) => {
    const { args, context } = session;
    const hosts = [...new Set([...ownHosts, ...readHosts(args.text('host') ?? '')])];
    const files = await write({
      directory: path.resolve(context.cwd, args.text('out') ?? usualDirectory),
      hosts,
      days: args.integer('days', 1, mostDays) ?? usualDays,
      withClient: args.isSet('client'),
      replace: args.isSet('replace'),
      now: new Date(),
    });
    show(session, files, hosts);
    return exitCode.ok;
  },
};

async function write(request: Parameters<typeof writeTrialFiles>[0]): Promise<TrialFiles> {
  try {
    return await writeTrialFiles(request);
  } catch (reason) {
    throw PerchError.is(reason) ? new RefusedError(reason.status, reason.message) : reason;
  }
}

function readHosts(text: string): string[] {
  const hosts = text
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
  for (const host of hosts) {
    // A zone is this machine's own affair, and has no place in a certificate.
    const isAddress = isIP(host) !== 0 && !host.includes('%');
    if (!isAddress && !/^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9])?$/.test(host)) {
      throw new MisuseError(`--host takes names and IP addresses, without scheme and port, not "${host}".`);
    }
  }
  return hosts;
}

function show(session: Session, files: TrialFiles, hosts: readonly string[]): void {
  const { authority, sslConfig, client, validTo } = files;
  if (session.isJson) {
    session.printJson({ ...files, validTo: validTo.toISOString(), hosts });
    return;
  }
  session.print(
    `For ${hosts.join(', ')}, valid until ${validTo.toISOString().slice(0, 10)}. For trials only.`,
  );
  session.print(`  server   perch serve --ssl_config_file=${sslConfig} …   (REST too with --rest_ssl)`);
  session.print(`  clients  trust ${authority}`);
  if (client !== undefined) {
    session.print(`           and show ${client.certificate} with the key ${client.key}`);
  }
  session.print(`  perch    perch status --tls_ca_cert=${authority}`);
  session.print('The key of the authority is kept nowhere: nothing else will ever be signed by it.');
}
