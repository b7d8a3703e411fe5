// What a source says of the models on disk: the input of the lifecycle.
import type { PerchError } from '../errors.ts';
import type { ModelRules } from './version-policy.ts';

/** What the source says of one version directory. */
export interface VersionOnDisk {
  readonly number: bigint;
  /** The version directory, absolute. */
  readonly directory: string;
  /** The model file, absolute. */
  readonly file: string;
  /** Bytes of the model file, with the variables of a SavedModel; 0 where it is missing. */
  readonly sizeBytes: number;
  /** Bytes of all files of the version: the weights of large models lie beside the model file. */
  readonly totalBytes: number;
  /** Changes whenever the files do; a version that failed is tried again when it changes. */
  readonly fingerprint: string;
  /** Present where loading converts it. */
  readonly isConverted?: true;
  /** Whether it may be loaded: not while it is being written, and never where it is `broken`. */
  readonly readiness:
    | { readonly kind: 'complete' }
    | { readonly kind: 'copying'; readonly detail: string }
    | { readonly kind: 'broken'; readonly error: PerchError };
}

/** What a source found of one model. */
export interface ModelOnDisk {
  readonly name: string;
  /** The directory that holds the version directories, absolute. */
  readonly basePath: string;
  readonly versions: readonly VersionOnDisk[];
  /** What is wrong with the model as a whole. */
  readonly problem?: string;
  /** What differs from the server's defaults; TF Serving's `model_version_policy` and this server's own rules. */
  readonly rules?: Partial<ModelRules>;
  /** Label to version number. */
  readonly labels?: ReadonlyMap<string, bigint>;
}
