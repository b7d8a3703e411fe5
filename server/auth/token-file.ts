// The file of --token_file: one token a line, with its name and its role.
import { stat } from 'node:fs/promises';
import { readConfigFile } from '../config/read-config-file.ts';
import { PerchError } from '../errors.ts';
import { fileSystemCode } from '../file-system-error.ts';
import { roleNamed, roles } from './roles.ts';
import { digestOf, type KnownToken } from './token-set.ts';

/** Shorter ones could be found by trying. */
const leastCharacters = 32;

/** What a token may be made of (RFC 6750 §2.1). */
const tokenCharacters = /^[A-Za-z0-9._~+/-]+=*$/;

/** The text of the file. Throws CONFIG_INVALID where it cannot be read, or others may. */
export async function readTokenFile(file: string): Promise<string> {
  await checkTokenFile(file);
  return readConfigFile(file, 'token file');
}

/** Throws CONFIG_INVALID where others may read or write the file. Windows keeps such rights elsewhere. */
export async function checkTokenFile(file: string): Promise<void> {
  if (process.platform === 'win32') {
    return;
  }
  let mode: number;
  try {
    ({ mode } = await stat(file));
  } catch (reason) {
    throw invalid(`The token file ${file} cannot be read (${fileSystemCode(reason)}).`, reason);
  }
  if ((mode & 0o077) !== 0) {
    const text = (mode & 0o777).toString(8).padStart(4, '0');
    throw invalid(`The token file ${file} is open to others (mode ${text}): run chmod 600 on it.`);
  }
}

/**
 * The tokens of `text`: lines of `<name> <role> <token>` or `<name> <role> sha256:<hex digits>`; empty lines and what
 * follows a `#` at the beginning of a line count for nothing. Throws CONFIG_INVALID with the line; never with the token.
 */
export function parseTokenFile(text: string, file: string): KnownToken[] {
  const tokens = new Map<string, KnownToken>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim().split(/\s+/);
    const [name = '', roleName = '', token = ''] = words;
    if (name === '' || name.startsWith('#')) {
      continue;
    }
    const refuse = (problem: string): PerchError => invalid(`${file}: line ${index + 1}: ${problem}`);
    if (words.length !== 3) {
      throw refuse('a line is a name, a role and a token, with spaces between them.');
    }
    const role = roleNamed(roleName);
    // What stands in the wrong place may be the token: only a name that can be none is repeated.
    if (!/^[\w.@-]{1,31}$/.test(name)) {
      throw refuse('a name is up to 31 letters, digits and the characters _ . @ -.');
    }
    if (role === undefined) {
      throw refuse(`the role of "${name}" is none of ${roles.join(', ')}.`);
    }
    if (tokens.has(name)) {
      throw refuse(`there are two tokens of the name "${name}".`);
    }
    tokens.set(name, { name, role, digest: toDigest(token, name, refuse) });
  }
  return [...tokens.values()];
}

function toDigest(token: string, name: string, refuse: (problem: string) => PerchError): Uint8Array {
  if (token.startsWith('sha256:')) {
    const digits = token.slice('sha256:'.length);
    if (!/^[0-9a-f]{64}$/i.test(digits)) {
      throw refuse(`what follows sha256: for "${name}" must be 64 hexadecimal digits.`);
    }
    return Buffer.from(digits, 'hex');
  }
  if (token.length < leastCharacters || !tokenCharacters.test(token)) {
    throw refuse(
      `the token of "${name}" must be ${leastCharacters} characters or more, of letters, digits and . _ ~ + / - =: openssl rand -hex 32 makes one.`,
    );
  }
  return digestOf(token);
}

function invalid(message: string, cause?: unknown): PerchError {
  return new PerchError('CONFIG_INVALID', message, { cause });
}
