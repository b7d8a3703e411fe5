// Writes a file that comes in parts: whole, or not at all. No vscode in here.
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes the parts beside `file` and puts them in its place at the end; `onWritten` gets the bytes so far after each. Rejects
 * with what the parts or the file system fail with, and leaves `file` as it was then.
 */
export async function saveParts(
  file: string,
  parts: AsyncIterable<Uint8Array>,
  onWritten: (bytes: number) => void,
): Promise<void> {
  const part = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.part`);
  try {
    const handle = await open(part, 'wx');
    try {
      let bytes = 0;
      for await (const chunk of parts) {
        await handle.writeFile(chunk);
        bytes += chunk.length;
        onWritten(bytes);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (reason) {
    await rm(part, { force: true });
    throw reason;
  }
}
