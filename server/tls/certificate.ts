// X.509 certificates for trials (RFC 5280): an authority of its own, and what it signs. ECDSA on P-256.
import { generateKeyPairSync, hash, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import {
  addressBytes,
  bitString,
  booleanTrue,
  context,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  utf8String,
} from './der.ts';

/** A certificate and its key, PEM. */
export interface IssuedIdentity {
  readonly certificate: string;
  /** PKCS #8, without a passphrase. */
  readonly key: string;
}

/** What a certificate is for. */
export type Purpose = 'server' | 'client';

/** From when to when. */
export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** Bits of KeyUsage (RFC 5280 §4.2.1.3), counted from the highest. */
const keyUsage = {
  digitalSignature: bitString(Uint8Array.of(0b1000_0000), 7),
  certificateAndCrlSign: bitString(Uint8Array.of(0b0000_0110), 1),
} as const;

/**
 * An authority that signs while this object is there. Its key is nowhere else: who trusts its certificate trusts what was
 * signed by then, and nothing that could come later.
 */
export class TrialAuthority {
  /** PEM. */
  readonly certificate: string;
  readonly #key: KeyObject;
  readonly #keyId: Buffer;
  readonly #name: Buffer;
  readonly #validity: Validity;

  constructor(name: string, validity: Validity) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#keyId = keyIdOf(publicKey);
    this.#name = nameOf(name);
    this.#validity = validity;
    this.certificate = this.#sign(this.#name, publicKey, [
      // Of a path length of 0: it signs no other authority.
      extension(oids.basicConstraints, true, sequence(booleanTrue(), integer(Uint8Array.of(0)))),
      extension(oids.keyUsage, true, keyUsage.certificateAndCrlSign),
      extension(oids.subjectKeyIdentifier, false, octetString(this.#keyId)),
    ]);
  }

  /** A new key and its certificate, as valid as the authority. `hosts` are names and IP addresses; a client has none. */
  issue(name: string, purpose: Purpose, hosts: readonly string[]): IssuedIdentity {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const usage = objectIdentifier(purpose === 'server' ? oids.serverAuth : oids.clientAuth);
    const certificate = this.#sign(nameOf(name), publicKey, [
      extension(oids.basicConstraints, true, sequence()),
      extension(oids.keyUsage, true, keyUsage.digitalSignature),
      extension(oids.extKeyUsage, false, sequence(usage)),
      extension(oids.subjectKeyIdentifier, false, octetString(keyIdOf(publicKey))),
      extension(oids.authorityKeyIdentifier, false, sequence(context(0, false, this.#keyId))),
      ...(hosts.length === 0
        ? []
        : [extension(oids.subjectAltName, false, sequence(...hosts.map(generalName)))]),
    ]);
    return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  #sign(subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]): string {
    const algorithm = sequence(objectIdentifier(oids.ecdsaWithSha256));
    const { from, to } = this.#validity;
    const toBeSigned = sequence(
      // Version 3.
      context(0, true, integer(Uint8Array.of(2))),
      integer(randomBytes(16)),
      algorithm,
      this.#name,
      sequence(time(from), time(to)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      context(3, true, sequence(...extensions)),
    );
    const signature = sign('sha256', toBeSigned, this.#key);
    return toPem(sequence(toBeSigned, algorithm, bitString(signature)));
  }
}

/** SHA-1 of the key's point (RFC 5280 §4.2.1.2, the first way), which ends its SubjectPublicKeyInfo. */
function keyIdOf(publicKey: KeyObject): Buffer {
  const pointBytes = 65;
  return hash('sha1', publicKey.export({ type: 'spki', format: 'der' }).subarray(-pointBytes), 'buffer');
}

function nameOf(commonName: string): Buffer {
  return sequence(setOf(sequence(objectIdentifier(oids.commonName), utf8String(commonName))));
}

function extension(oid: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(oid), ...(isCritical ? [booleanTrue()] : []), octetString(value));
}

/** dNSName or iPAddress (RFC 5280 §4.2.1.6). */
function generalName(host: string): Buffer {
  return isIP(host) === 0
    ? context(2, false, Buffer.from(host, 'ascii'))
    : context(7, false, addressBytes(host));
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
