// Where onnxruntime-node lies: its version, its folder of native libraries, its install script. Nothing of it is loaded.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The package that the engine loads. Paths are absolute. */
export interface OnnxRuntimePackage {
  readonly version: string;
  /** The folder with the native libraries of this platform. */
  readonly libraries: string;
  /** Its own scripts; they are not there in every package of Perch. */
  readonly scripts: string;
}

/** A platform as ONNX Runtime knows it: Node's `process.platform` and `process.arch`. */
export interface Target {
  readonly platform: string;
  readonly arch: string;
}

/** The package that a program at `fromFile` (absolute) would load; undefined where there is none. */
export function findOnnxRuntime(
  fromFile: string,
  { platform, arch }: Target = process,
): OnnxRuntimePackage | undefined {
  let manifestFile: string;
  try {
    manifestFile = createRequire(fromFile).resolve('onnxruntime-node/package.json');
  } catch {
    return undefined;
  }
  const directory = path.dirname(manifestFile);
  const { version } = JSON.parse(readFileSync(manifestFile, 'utf8')) as { version: string };
  return {
    version,
    libraries: path.join(directory, 'bin', 'napi-v6', platform, arch),
    scripts: path.join(directory, 'script'),
  };
}

/** Whether the CUDA provider was fetched. It says nothing of whether it works. */
export function hasCudaProvider(onnxruntime: OnnxRuntimePackage | undefined): boolean {
  return (
    onnxruntime !== undefined &&
    existsSync(path.join(onnxruntime.libraries, 'libonnxruntime_providers_cuda.so'))
  );
}
