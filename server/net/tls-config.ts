// The file of --ssl_config_file: TensorFlow Serving's SSLConfig in text format, the PEM texts within it.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readConfigFile } from '../config/read-config-file.ts';
import {
  clientVerifyWords,
  customCaWords,
  pemProblem,
  type PemLabel,
} from '../config/rules/serving-ssl-rules.ts';
import { replaceStringBreaks } from '../config/string-breaks.ts';
import { parseTextMessage } from '../config/text-format.ts';
import { PerchError } from '../errors.ts';

/** What a TLS listener needs. All texts are PEM. */
export interface TlsConfig {
  readonly key: string;
  /** The server's certificate, and those between it and its root. */
  readonly certificates: string;
  /** Where clients must show a certificate: those that it is checked against. */
  readonly clientAuthorities?: string;
  /** Lines for the log: what is configured and has no effect, or no client will accept. */
  readonly notices: readonly string[];
}

/** A configuration and the file that it is from. */
export interface TlsFile {
  readonly file: string;
  readonly text: string;
  readonly config: TlsConfig;
}

/** Reads and checks the file. Throws CONFIG_INVALID, naming the field. */
export async function readTlsFile(file: string): Promise<TlsFile> {
  const text = await readConfigFile(file, 'SSL config file');
  return { file, text, config: parseTlsConfig(text, file, new Date()) };
}

/** The configuration in `text`; `file` is named in errors, and certificates are judged as of `now`. Throws CONFIG_INVALID. */
export function parseTlsConfig(text: string, file: string, now: Date): TlsConfig {
  const config = parseTextMessage('tensorflow.serving.SSLConfig', breakStrings(text), file);
  const { serverKey, serverCert, customCa, clientVerify } = config;
  const field = (name: string): string => `${file}: ${name}`;
  const key = toPrivateKey(serverKey, field('server_key'));
  const [certificate] = toCertificates(serverCert, field('server_cert'));
  if (certificate?.checkPrivateKey(key) === false) {
    throw new PerchError('CONFIG_INVALID', `${file}: server_key is not the key of server_cert.`);
  }
  if (clientVerify && customCa === '') {
    throw new PerchError('CONFIG_INVALID', `${file}: ${clientVerifyWords}`);
  }
  if (customCa !== '') {
    toCertificates(customCa, field('custom_ca'));
  }
  const notices: string[] = [];
  if (certificate !== undefined && new Date(certificate.validTo) < now) {
    notices.push(`${file}: server_cert expired on ${certificate.validTo}; clients will refuse it.`);
  }
  if (customCa !== '' && !clientVerify) {
    notices.push(`${file}: ${customCaWords}`);
  }
  return {
    key: serverKey,
    certificates: serverCert,
    ...(clientVerify ? { clientAuthorities: customCa } : {}),
    notices,
  };
}

/** Writes a string of several lines as one string a line, which are joined again, so that errors name the right line. */
function breakStrings(text: string): string {
  return replaceStringBreaks(text, (_lineBreak, quote) => `\\n${quote}\n${quote}`);
}

function toPrivateKey(pem: string, field: string): KeyObject {
  checkPem(pem, 'PRIVATE KEY', field);
  try {
    return createPrivateKey(pem);
  } catch (reason) {
    throw new PerchError('CONFIG_INVALID', `${field} holds no private key that can be read.`, {
      cause: reason,
    });
  }
}

/** Every certificate in `pem`, at least one. */
function toCertificates(pem: string, field: string): X509Certificate[] {
  checkPem(pem, 'CERTIFICATE', field);
  const texts = pem.match(/-----BEGIN [^-]*CERTIFICATE-----[^-]*-----END [^-]*CERTIFICATE-----/g) ?? [];
  try {
    if (texts.length === 0) {
      throw new Error('no END line');
    }
    return texts.map((text) => new X509Certificate(text));
  } catch (reason) {
    throw new PerchError('CONFIG_INVALID', `${field} holds a certificate that cannot be read.`, {
      cause: reason,
    });
  }
}

function checkPem(pem: string, label: PemLabel, field: string): void {
  const problem = pemProblem(pem, label);
  if (problem !== undefined) {
    throw new PerchError('CONFIG_INVALID', `${field} ${problem}`);
  }
}
