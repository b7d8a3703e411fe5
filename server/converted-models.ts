// Where converted models are kept: the directory that was asked for, the user's cache, or one that goes with the server.
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { ConvertedModelsPlace } from './options/serve-options.ts';

/** A directory that may not be there yet. */
export interface ConvertedModelsDirectory {
  /** Absolute. */
  readonly directory: string;
  /** Removes what goes with the server. */
  readonly close: () => Promise<void>;
}

/** The directory for `place`. Rejects with the file system's error where a temporary one cannot be made. */
export async function openConvertedModels(place: ConvertedModelsPlace): Promise<ConvertedModelsDirectory> {
  if (place.kind === 'temporary') {
    const directory = await mkdtemp(path.join(tmpdir(), 'perch-converted-'));
    return { directory, close: () => rm(directory, { recursive: true, force: true }) };
  }
  const directory =
    place.kind === 'directory' ? place.directory : path.join(userCacheDirectory(), 'perch', 'converted');
  return { directory, close: () => Promise.resolve() };
}

/** Where programs keep what they can make again, by the rules of the platform. */
export function userCacheDirectory(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  home = homedir(),
): string {
  switch (platform) {
    case 'win32':
      return environment.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local');
    case 'darwin':
      return path.join(home, 'Library', 'Caches');
    default: {
      // The XDG base directory specification: a relative path is to be ignored.
      const given = environment.XDG_CACHE_HOME ?? '';
      return path.isAbsolute(given) ? given : path.join(home, '.cache');
    }
  }
}
