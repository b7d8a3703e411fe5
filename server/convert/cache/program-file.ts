// A program in a file, with what is needed to see that it and the files beside it are whole.
import { createHash } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { programFormat } from '../program.ts';
import type { Program } from '../program.ts';

/** Its name in a program's directory. */
export const programFileName = 'program.bin';

/** Before the contents: their SHA-256. */
const digestBytes = 32;

interface Contents {
  readonly program: Program;
  /** Sizes of the files beside it. */
  readonly files: ReadonlyMap<string, number>;
}

/** Writes `program.bin` beside the program's other files. Throws errors of the file system. */
export async function writeProgram(directory: string, program: Program): Promise<void> {
  const files = new Map<string, number>();
  for (const name of await readdir(directory)) {
    files.set(name, (await stat(path.join(directory, name))).size);
  }
  const contents: Contents = { program, files };
  const bytes = serialize(contents);
  await writeFile(path.join(directory, programFileName), Buffer.concat([digestOf(bytes), bytes]));
}

/** Reads what `writeProgram` wrote; undefined where it is not there, not whole, or of another format. */
export async function readProgram(directory: string): Promise<Program | undefined> {
  try {
    const bytes = await readFile(path.join(directory, programFileName));
    const payload = bytes.subarray(digestBytes);
    if (!digestOf(payload).equals(bytes.subarray(0, digestBytes))) {
      return undefined;
    }
    // The digest is right: it is what this program wrote, in this format or an older one.
    const { program, files } = deserialize(payload) as Contents;
    if (program.format !== programFormat) {
      return undefined;
    }
    for (const [name, size] of files) {
      if ((await stat(path.join(directory, name))).size !== size) {
        return undefined;
      }
    }
    return program;
  } catch {
    // Whatever cannot be read is made anew.
    return undefined;
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
