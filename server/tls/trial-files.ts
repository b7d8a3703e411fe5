// What `perch tls init` writes: an authority, a server certificate and the file for --ssl_config_file.
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PerchError } from '../errors.ts';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';
import { TrialAuthority } from './certificate.ts';

/** What is asked for. */
export interface TrialRequest {
  /** Absolute; made where it is not there. */
  readonly directory: string;
  /** Names and IP addresses that clients use. */
  readonly hosts: readonly string[];
  readonly days: number;
  /** Whether clients need a certificate, which is written too. */
  readonly withClient: boolean;
  /** Whether files that are there make way. */
  readonly replace: boolean;
  readonly now: Date;
}

/** The files, absolute. */
export interface TrialFiles {
  /** What clients trust. */
  readonly authority: string;
  /** For --ssl_config_file. */
  readonly sslConfig: string;
  readonly serverCertificate: string;
  /** Only where clients need them. */
  readonly client?: { readonly certificate: string; readonly key: string };
  readonly validTo: Date;
}

/** Clocks differ: certificates are valid since a while ago. Milliseconds. */
const backdatedMs = 3_600_000;

const dayMs = 86_400_000;

/**
 * Makes and writes the files; keys, and what holds one, for this user only. Throws CONFIG_CHANGED where a file is there
 * already and may not make way, and CONFIG_INVALID where one cannot be written.
 */
export async function writeTrialFiles(request: TrialRequest): Promise<TrialFiles> {
  const { directory, hosts, days, withClient, replace, now } = request;
  const validity = {
    from: new Date(now.getTime() - backdatedMs),
    to: new Date(now.getTime() + days * dayMs),
  };
  // A name of its own: two authorities of one name are one to many trust stores.
  const authority = new TrialAuthority(`Perch trial authority ${randomBytes(4).toString('hex')}`, validity);
  const server = authority.issue('Perch trial server', 'server', hosts);
  const client = withClient ? authority.issue('Perch trial client', 'client', []) : undefined;
  const at = (name: string): string => path.join(directory, name);
  const sslConfig = [
    '# SSLConfig for --ssl_config_file, for trials; made by "perch tls init".',
    textField('server_key', server.key),
    textField('server_cert', server.certificate),
    ...(client === undefined ? [] : [textField('custom_ca', authority.certificate), 'client_verify: true']),
    '',
  ].join('\n');
  const files = [
    { name: 'ca.pem', text: authority.certificate, mode: 0o644 },
    { name: 'server.pem', text: server.certificate, mode: 0o644 },
    ...(client === undefined
      ? []
      : [
          { name: 'client.pem', text: client.certificate, mode: 0o644 },
          { name: 'client-key.pem', text: client.key, mode: 0o600 },
        ]),
    // Last: a server that follows it is to find the others.
    { name: 'ssl.config', text: sslConfig, mode: 0o600 },
  ];
  try {
    await mkdir(directory, { recursive: true });
    if (!replace) {
      await Promise.all(files.map(({ name }) => checkFree(at(name))));
    }
    for (const { name, text, mode } of files) {
      await writeWhole(at(name), text, mode);
    }
  } catch (reason) {
    throw reason instanceof PerchError
      ? reason
      : new PerchError('CONFIG_INVALID', `${directory} cannot be written to (${fileSystemCode(reason)}).`, {
          cause: reason,
        });
  }
  return {
    authority: at('ca.pem'),
    serverCertificate: at('server.pem'),
    sslConfig: at('ssl.config'),
    ...(client === undefined ? {} : { client: { certificate: at('client.pem'), key: at('client-key.pem') } }),
    validTo: validity.to,
  };
}

/** A field of a text-format message: a string a line, which are joined. PEM needs no escapes. */
function textField(name: string, pem: string): string {
  const strings = pem
    .trimEnd()
    .split('\n')
    .map((line) => `  "${line}\\n"`);
  return `${name}:\n${strings.join('\n')}`;
}

async function checkFree(file: string): Promise<void> {
  try {
    await lstat(file);
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT')) {
      return;
    }
    throw reason;
  }
  throw new PerchError('CONFIG_CHANGED', `${file} is there already. --replace makes new ones in its place.`);
}

/** Never half of it, and never with more rights than `mode`. */
async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text, { mode, flag: 'wx' });
    await rename(temporary, file);
  } catch (reason) {
    await rm(temporary, { force: true });
    throw reason;
  }
}
