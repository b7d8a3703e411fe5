// Remembers what was read of model files, by path, size and time: a file is read again when it changes.
import { stat } from 'node:fs/promises';
import { readOnnxSignature } from '../models/onnx-signature-reader.ts';
import type { OnnxSignature } from '../models/onnx-signature.ts';

/** What a model file says, or why it says nothing. */
export type SignatureFacts = { readonly signature: OnnxSignature } | { readonly problem: string };

interface Remembered {
  readonly fingerprint: string;
  readonly facts: SignatureFacts;
}

/** Files that are remembered; the one that was asked for least lately goes first. */
const limit = 256;

export class SignatureCache {
  readonly #byFile = new Map<string, Remembered>();

  /** What `file` takes and gives. Rejects with the signal's reason only. */
  async read(file: string, signal: AbortSignal): Promise<SignatureFacts> {
    const fingerprint = await fingerprintOf(file);
    const before = this.#byFile.get(file);
    if (before?.fingerprint === fingerprint) {
      this.#remember(file, before);
      return before.facts;
    }
    const facts = await readFacts(file, signal);
    this.#remember(file, { fingerprint, facts });
    return facts;
  }

  #remember(file: string, remembered: Remembered): void {
    this.#byFile.delete(file);
    this.#byFile.set(file, remembered);
    if (this.#byFile.size > limit) {
      const [oldest = ''] = this.#byFile.keys();
      this.#byFile.delete(oldest);
    }
  }
}

/** Empty for a file that is not there. */
async function fingerprintOf(file: string): Promise<string> {
  const facts = await stat(file).catch(() => undefined);
  return facts === undefined ? '' : `${facts.ino} ${facts.size} ${facts.mtimeMs}`;
}

async function readFacts(file: string, signal: AbortSignal): Promise<SignatureFacts> {
  try {
    return { signature: await readOnnxSignature(file, signal) };
  } catch (reason) {
    signal.throwIfAborted();
    return { problem: reason instanceof Error ? reason.message : String(reason) };
  }
}
