// The text of a config file from disk: not too large, and UTF-8.
import { createReadStream } from 'node:fs';
import { PerchError } from '../errors.ts';
import { fileSystemCode } from '../file-system-error.ts';

/** The largest config file that is read, bytes. Files with a thousand models have some 200 kB. */
export const configSizeLimit = 8 * 2 ** 20;

/**
 * The text of `file`, with the byte order mark if it has one; `what` says in errors what it is, and `shownAs` is what it is
 * called there. Throws CONFIG_INVALID; where the file cannot be read, the file system's error is its cause.
 */
export async function readConfigFile(file: string, what: string, shownAs = file): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    // `end` counts: one byte more than there may be.
    for await (const chunk of createReadStream(file, { end: configSizeLimit })) {
      chunks.push(chunk as Buffer);
    }
  } catch (reason) {
    throw new PerchError(
      'CONFIG_INVALID',
      `The ${what} ${shownAs} cannot be read (${fileSystemCode(reason)}).`,
      { cause: reason },
    );
  }
  return decodeConfigText(Buffer.concat(chunks), what, shownAs);
}

/** The text that `bytes` are; the names are those of readConfigFile. Throws CONFIG_INVALID. */
export function decodeConfigText(bytes: Uint8Array, what: string, shownAs: string): string {
  const refuse = (why: string): PerchError =>
    new PerchError('CONFIG_INVALID', `The ${what} ${shownAs} ${why}`);
  if (bytes.length > configSizeLimit) {
    throw refuse(`is larger than ${configSizeLimit / 2 ** 20} MiB, and is not read.`);
  }
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    // What PowerShell's > writes.
    throw refuse('is UTF-16; save it as UTF-8.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('is not UTF-8; save it as UTF-8.');
  }
}
