// Puts other content into a file so that it is at no moment half-written, and nobody's change is overwritten unseen.
import { randomBytes } from 'node:crypto';
import { constants, readFileSync, renameSync, type Stats } from 'node:fs';
import { access, open, readdir, readlink, realpath, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { readConfigFile } from './config/read-config-file.ts';
import { PerchError } from './errors.ts';
import { fileSystemCode, isFileSystemError } from './file-system-error.ts';

/** How often `mergeEdit` reads a file that goes on changing. */
const mergeAttempts = 5;

/**
 * Makes `text` the content of `file`, whole or not at all, whenever the process or the machine stops; it is on the disk when
 * this resolves. The file is made if it is not there. Its mode stays, its owner where the process may say so; a link goes on
 * to point to it. Rejects with the file system's error, and the file is unchanged then.
 * With `expected`, that must be its text (undefined: the file must not be there), or this rejects with CONFIG_CHANGED. It is
 * looked at last before the file is replaced: file systems can do no better.
 */
export async function replaceFile(
  file: string,
  text: string,
  { expected }: { readonly expected?: { readonly text: string | undefined } } = {},
): Promise<void> {
  const target = await targetOf(file);
  const before = await present(stat(target));
  if (before !== undefined) {
    // The directory alone would allow to replace a file that nobody may write to.
    await access(target, constants.W_OK);
  }
  const name = `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`;
  const temporary = path.join(path.dirname(target), name);
  try {
    const handle = await open(temporary, 'wx', before?.mode);
    try {
      await takeAfter(handle, before);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (expected !== undefined && !isStill(target, expected.text)) {
      throw changed(file);
    }
    // In the same step, so that nothing else of this process comes between.
    renameSync(temporary, target);
  } catch (reason) {
    await rm(temporary, { force: true });
    throw reason;
  }
  await syncDirectory(path.dirname(target));
}

/**
 * Replaces the text of `file` by what `edit` makes of it; that of a file which is not there is ''. If somebody else changes
 * it meanwhile, `edit` is asked again with the new text: the changes of both are in it. Resolves with the text that the file
 * has then; nothing is written where `edit` changes nothing. What `edit` throws goes to the caller. Throws CONFIG_CHANGED if
 * the file goes on changing, and CONFIG_INVALID if it cannot be read or written.
 */
export async function mergeEdit(file: string, edit: (text: string) => string): Promise<string> {
  for (let attempt = 0; attempt < mergeAttempts; attempt++) {
    const before = await textOf(file);
    const text = edit(before ?? '');
    if (text === (before ?? '')) {
      return text;
    }
    try {
      await replaceFile(file, text, { expected: { text: before } });
      return text;
    } catch (reason) {
      if (!PerchError.is(reason, 'CONFIG_CHANGED')) {
        throw unwritable(file, reason);
      }
    }
  }
  throw changed(file);
}

/**
 * Takes away what a process that was killed left of `replaceFile`. Only to be called where no other process writes the file.
 * What cannot be taken away stays: it does no harm.
 */
export async function removeLeftovers(file: string): Promise<void> {
  const target = await targetOf(file).catch(() => file);
  const directory = path.dirname(target);
  const prefix = `.${path.basename(target)}.`;
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    if (name.startsWith(prefix) && /^[0-9a-f]{12}\.tmp$/.test(name.slice(prefix.length))) {
      await rm(path.join(directory, name), { force: true }).catch(() => undefined);
    }
  }
}

/** The text of `file`; undefined if it is not there. Throws CONFIG_INVALID if it cannot be read. */
export async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readConfigFile(file, 'file');
  } catch (reason) {
    if (PerchError.is(reason) && isFileSystemError(reason.cause, 'ENOENT')) {
      return undefined;
    }
    throw reason;
  }
}

/** Whether `target` has this text; undefined if it is not there. Config files are small. */
function isStill(target: string, text: string | undefined): boolean {
  try {
    const bytes = readFileSync(target);
    return text !== undefined && bytes.equals(Buffer.from(text));
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT')) {
      return text === undefined;
    }
    throw reason;
  }
}

/** Where the content of `file` is, or will be: behind links, also those that point to nothing. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (reason) {
    if (!isFileSystemError(reason, 'ENOENT')) {
      throw reason;
    }
  }
  const link = await present(readlink(file), 'EINVAL');
  return link === undefined
    ? path.join(await realpath(path.dirname(file)), path.basename(file))
    : targetOf(path.resolve(path.dirname(file), link));
}

/** What `found` gives; undefined if there is no such file, or it rejects with the code `other`. */
async function present<T>(found: Promise<T>, other = 'ENOENT'): Promise<T | undefined> {
  try {
    return await found;
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT', other)) {
      return undefined;
    }
    throw reason;
  }
}

/** Mode and owner of the file that is replaced. */
async function takeAfter(handle: FileHandle, before: Stats | undefined): Promise<void> {
  if (before === undefined) {
    return;
  }
  const { uid, gid } = await handle.stat();
  if (uid !== before.uid || gid !== before.gid) {
    try {
      await handle.chown(before.uid, before.gid);
    } catch (reason) {
      if (!isFileSystemError(reason, 'EPERM')) {
        throw reason;
      }
    }
  }
  // The process's umask took its part of the mode.
  await handle.chmod(before.mode & 0o7777);
}

/** The new name is on the disk too, where directories can be written through. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (reason) {
    // Windows, and file systems that cannot: the content is on the disk all the same, under the old name or the new one.
    if (!isFileSystemError(reason, 'EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP')) {
      throw reason;
    }
  }
}

function changed(file: string): PerchError {
  return new PerchError(
    'CONFIG_CHANGED',
    `${file} was changed by somebody else meanwhile. It is as they left it, and this change is not in it.`,
  );
}

function unwritable(file: string, reason: unknown): unknown {
  return reason instanceof PerchError
    ? reason
    : new PerchError('CONFIG_INVALID', `${file} cannot be written (${fileSystemCode(reason)}).`, {
        cause: reason,
      });
}
