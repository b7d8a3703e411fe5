// What lies around a config file on disk, read beforehand so that the rules are pure and quick: the shapes.
import type { OnnxSignature } from '../models/onnx-signature.ts';
import type { PlainMessage } from '../textproto/plain-message.ts';

/** One version directory. */
export interface VersionFacts {
  /** As it is called on disk: `1`, `00000123`. */
  readonly name: string;
  readonly number: bigint;
  /** Names of its files. */
  readonly files: readonly string[];
  /** What the model takes and gives; absent where there is no model file, or it could not be read. */
  readonly signature?: OnnxSignature;
  /** Why there is no signature; absent where there is one. */
  readonly problem?: string;
}

/** A directory that holds version directories. */
export interface ModelDirectoryFacts {
  /** Its own name. */
  readonly name: string;
  /** Ascending by number. */
  readonly versions: readonly VersionFacts[];
  /** Names of all directories in it. */
  readonly directories: readonly string[];
  /** Paths of files in it, relative, with forward slashes; those in version directories are left out. */
  readonly files: ReadonlySet<string>;
}

/** What a base_path of a model config file leads to. */
export type BasePathFacts =
  | { readonly kind: 'missing' }
  | { readonly kind: 'no-directory' }
  | { readonly kind: 'directory'; readonly directory: ModelDirectoryFacts };

/** What lies around. Everything may be absent: then what needs it is not checked. */
export interface Surroundings {
  /** For config.pbtxt: the directory that it lies in. */
  readonly directory?: ModelDirectoryFacts;
  /** For config.pbtxt: the configs of the other models of the repository, by model name; for ensembles. */
  readonly otherModels?: ReadonlyMap<string, PlainMessage>;
  /** For model config files: by base_path as it is written. */
  readonly basePaths?: ReadonlyMap<string, BasePathFacts>;
  /** The directory that the file lies in, absolute. Its form also says how paths are written: as on Windows, or not. */
  readonly baseDirectory?: string;
}
