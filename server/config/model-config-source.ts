// Which model's config.pbtxt is being read: what its errors name.
import { PerchError } from '../errors.ts';

export interface ModelConfigSource {
  /** The model's name; where the file has none, the name of its directory. */
  readonly model: string;
  /** The file's name without its directory: the texts of errors go to clients. */
  readonly file: string;
}

/** What is thrown for a config that is wrong: CONFIG_INVALID, `words` after the file's name. */
export function invalidModelConfig({ file }: ModelConfigSource, words: string): PerchError {
  return new PerchError('CONFIG_INVALID', `${file}: ${words}`);
}
