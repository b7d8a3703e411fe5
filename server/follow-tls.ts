// Certificates that change while the server runs: read again, checked, and given to the listeners.
import { X509Certificate } from 'node:crypto';
import { PerchError } from './errors.ts';
import type { Logger } from './log.ts';
import type { Listener } from './net/grpc-listener.ts';
import { parseTlsConfig, type TlsFile } from './net/tls-config.ts';
import { followFile } from './source/file-follower.ts';

/** How often the file is looked at, beside the events of its directory: milliseconds. */
const pollMs = 5_000;

/**
 * Gives the listeners each new certificate of the file; connections stay as they are. A file that is broken is told to the
 * log, and changes nothing. Gives a function that stops it.
 */
export function followTls(
  { file, text, config }: TlsFile,
  listeners: readonly Listener[],
  log: Logger,
): () => Promise<void> {
  const asksClients = config.clientAuthorities !== undefined;
  return followFile(file, text, pollMs, log, (changed) => {
    try {
      const renewed = parseTlsConfig(changed, file, new Date());
      if ((renewed.clientAuthorities !== undefined) !== asksClients) {
        // Connections that are open would go on by the old rule, for as long as they like.
        throw new PerchError(
          'CONFIG_INVALID',
          `${file}: client_verify takes effect with a restart only, and nothing else in the file until then.`,
        );
      }
      listeners.forEach((listener) => listener.renewTls(renewed));
      renewed.notices.forEach((notice) => log.warning(notice));
      const { subject, validTo } = new X509Certificate(renewed.certificates);
      log.info('new connections get a new certificate', { file, subject, validTo });
    } catch (reason) {
      log.error(`${PerchError.from(reason).message} The certificate that was read before stays.`, { file });
    }
  });
}
