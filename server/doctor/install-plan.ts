// What `perch gpu install` would fetch: read from ONNX Runtime's own list of it, without asking the network.
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { OnnxRuntimePackage, Target } from '../engine/providers/onnxruntime-package.ts';

/** What is to be done. */
export type InstallPlan =
  /** Nothing can be fetched for this platform, or not by this package of Perch. */
  { readonly kind: 'nothing'; readonly reason: string } | ReadyPlan;

/** A fetch that can be made. Paths are absolute. */
export interface ReadyPlan {
  readonly kind: 'ready';
  /** ONNX Runtime's install script. */
  readonly script: string;
  /** Where the libraries go. */
  readonly directory: string;
  readonly isWritable: boolean;
  /** The libraries' file names; not empty. */
  readonly files: readonly string[];
  /** Whether all of them are there already. */
  readonly isInstalled: boolean;
  /** As in `Microsoft.ML.OnnxRuntime.Gpu.Linux 1.30.0`. */
  readonly packages: readonly string[];
  /** The host that they are fetched from. */
  readonly host: string;
  /** The most that is fetched, in bytes: nuget.org takes no larger package (microsoft/onnxruntime#26002). */
  readonly maxBytes: number;
}

const nugetLimitBytes = 250 * 2 ** 20;

/** The part of `install-metadata.js` that is read. */
interface InstallMetadata {
  readonly requirements: Readonly<Record<string, readonly string[] | undefined>>;
  readonly manifests: Readonly<
    Record<string, Readonly<Record<string, { readonly package: string }>> | undefined>
  >;
  readonly packages: Readonly<
    Record<string, { readonly name: string; readonly versions: readonly Version[] } | undefined>
  >;
  readonly feeds: Readonly<Record<string, { readonly index: string } | undefined>>;
}
interface Version {
  readonly feed: string;
  readonly version: string;
}

/** Why a platform has nothing to fetch. */
const nothingReasons = new Map([
  ['win32', "ONNX Runtime's build for Windows has DirectML and WebGPU in it; nothing is to be fetched."],
  ['darwin', "ONNX Runtime's build for macOS has CoreML and WebGPU in it; nothing is to be fetched."],
]);

/** Makes the plan. Throws what ONNX Runtime's list throws when it is loaded. */
export function planInstall(
  onnxruntime: OnnxRuntimePackage | undefined,
  { platform, arch }: Target = process,
): InstallPlan {
  if (onnxruntime === undefined) {
    return { kind: 'nothing', reason: 'ONNX Runtime is not in this package of Perch.' };
  }
  const nothing = nothingReasons.get(platform);
  if (nothing !== undefined) {
    return { kind: 'nothing', reason: nothing };
  }
  const script = path.join(onnxruntime.scripts, 'install.js');
  const list = path.join(onnxruntime.scripts, 'install-metadata.js');
  if (!existsSync(script) || !existsSync(list)) {
    return { kind: 'nothing', reason: "ONNX Runtime's install script is not in this package of Perch." };
  }
  const metadata = createRequire(list)(list) as InstallMetadata;
  const target = `${platform}/${arch}`;
  const manifests = (metadata.requirements[target] ?? []).map(
    (name) => metadata.manifests[`${target}:${name}`] ?? {},
  );
  const files = manifests.flatMap((manifest) => Object.keys(manifest).map((file) => path.basename(file)));
  if (files.length === 0) {
    return { kind: 'nothing', reason: `ONNX Runtime has no GPU libraries for ${platform}-${arch}.` };
  }
  const sources = [...new Set(manifests.flatMap((manifest) => Object.values(manifest).map((f) => f.package)))]
    .map((name) => metadata.packages[name])
    .filter((source) => source !== undefined);
  const feed = metadata.feeds[sources[0]?.versions[0]?.feed ?? ''];
  return {
    kind: 'ready',
    script,
    directory: onnxruntime.libraries,
    isWritable: isWritable(onnxruntime.libraries),
    files,
    isInstalled: files.every((file) => existsSync(path.join(onnxruntime.libraries, file))),
    packages: sources.map(({ name, versions }) => `${name} ${versions[0]?.version ?? ''}`.trim()),
    host: feed === undefined ? 'unknown' : new URL(feed.index).host,
    maxBytes: sources.length * nugetLimitBytes,
  };
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
