// How the daemon is started: its program, its arguments and its environment.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Which models are served. The path is absolute. */
export interface ServedModels {
  /** Every model of a directory, or those that a ModelServerConfig names. */
  readonly from: 'directory' | 'config-file';
  readonly path: string;
}

/** What the user chose. A port of 0 stands for any free one. */
export interface DaemonOptions {
  readonly models: ServedModels;
  readonly grpcPort: number;
  readonly restPort: number;
  /** More flags, after those that are always given. */
  readonly more: readonly string[];
}

/** A process to start. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. Not the workspace, so that the daemon keeps no folder of the user's busy (Windows). */
  readonly cwd: string;
}

/** Whether this installation can serve on this machine. */
export type DaemonLocation =
  | { readonly kind: 'found'; readonly script: string }
  /** `missing` names what is not there, `platform` is like `darwin-x64`. */
  | { readonly kind: 'missing'; readonly missing: 'daemon' | 'onnxruntime'; readonly platform: string };

/** Looks for the daemon and for ONNX Runtime's binary for this platform under the extension's directory. */
export function locateDaemon(
  extensionDirectory: string,
  platform: string = process.platform,
  arch: string = process.arch,
): DaemonLocation {
  const script = path.join(extensionDirectory, 'dist', 'daemon.cjs');
  const missing = (what: 'daemon' | 'onnxruntime'): DaemonLocation => ({
    kind: 'missing',
    missing: what,
    platform: `${platform}-${arch}`,
  });
  if (!existsSync(script)) {
    return missing('daemon');
  }
  const packageFile = resolveFrom(script, 'onnxruntime-node/package.json');
  // ONNX Runtime's packages hold one folder per platform; a package of ours holds only its own.
  const binding =
    packageFile === undefined
      ? undefined
      : path.join(path.dirname(packageFile), 'bin', 'napi-v6', platform, arch, 'onnxruntime_binding.node');
  return binding !== undefined && existsSync(binding) ? { kind: 'found', script } : missing('onnxruntime');
}

function resolveFrom(file: string, request: string): string | undefined {
  try {
    return createRequire(file).resolve(request);
  } catch {
    return undefined;
  }
}

/** The command that starts `script`. */
export function daemonLaunch(script: string, options: DaemonOptions): Launch {
  const port = (value: number): string => (value === 0 ? 'auto' : String(value));
  return {
    program: process.execPath,
    args: [
      script,
      'serve',
      '--ready_json',
      ...modelFlags(options.models),
      `--port=${port(options.grpcPort)}`,
      `--rest_api_port=${port(options.restPort)}`,
      '--log_format=json',
      ...options.more,
    ],
    env: daemonEnvironment(process.env),
    cwd: path.dirname(script),
  };
}

function modelFlags({ from, path: place }: ServedModels): readonly string[] {
  return from === 'directory'
    ? [`--models_directory=${place}`]
    : // Followed, as a models directory is: who edits it here expects to see it served.
      [`--model_config_file=${place}`, '--model_config_file_poll_wait_seconds=2'];
}

/**
 * The environment for the daemon: `execPath` is the editor's Electron binary, which runs scripts only when told so;
 * NODE_OPTIONS, VSCODE_* and ELECTRON_* are meant for the editor and would change how the daemon runs.
 */
export function daemonEnvironment(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => !/^(?:NODE_OPTIONS$|VSCODE_|ELECTRON_)/i.test(name));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
