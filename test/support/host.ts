// Starts VS Code (code-server) on a workspace of its own in a temporary folder, offline and with a quiet workbench.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeServerEntry, node24 } from './host-paths.ts';
import { tempDir, type TempDir } from './temp-dir.ts';
import { until } from './until.ts';

/** User settings that keep the workbench quiet, offline and the same on every run. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.settings.enableNaturalLanguageSearch': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'typescript.tsc.autoDetect': 'off',
  'gulp.autoDetect': 'off',
  'grunt.autoDetect': 'off',
  'jake.autoDetect': 'off',
  'editor.accessibilitySupport': 'off',
  'files.autoSave': 'off',
  'window.confirmBeforeClose': 'never',
  // No dialog and no banner: a workspace that is not trusted simply opens in restricted mode.
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/** What a host is started with. */
export interface HostOptions {
  /** Fills the empty workspace directory before VS Code opens it. */
  readonly prepare: (workspace: string) => void;
  /** The packaged extension to install; without it none is. */
  readonly vsix?: string;
  /** User settings beside the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether the workspace is trusted; true unless given. */
  readonly trusted?: boolean;
  /** Whether the host obeys extensionDevelopmentPath and extensionTestsPath; a built VS Code ignores them otherwise. */
  readonly inHostTests?: boolean;
  /** Environment variables beside this process's own; the extension host inherits them. */
  readonly env?: Readonly<Record<string, string>>;
  /** The file that takes what the server writes. */
  readonly logFile: string;
}

/** A VS Code server that runs. */
export interface Host {
  /** The process id of the server; the extension host and the daemon descend from it. */
  readonly pid: number;
  /** The directory that is open, absolute. */
  readonly workspace: string;
  /** The page with the workspace open; `payload` is VS Code's own, pairs of name and value. */
  folderUrl(payload?: readonly (readonly [string, string])[]): string;
  /** The page with a workspace of several folders open; `file`: the .code-workspace file, absolute. */
  workspaceUrl(file: string): string;
  /** The URI by which the page names a file of the server's machine. */
  remoteUri(file: string): string;
  /** Ends the server and all that it started, and removes its files. */
  stop(): Promise<void>;
}

/** Starts a host; resolves once it answers. Rejects, with nothing left behind, if it does not come up. */
export async function startHost(options: HostOptions): Promise<Host> {
  const root = tempDir();
  try {
    return await startIn(root, options);
  } catch (error) {
    root.remove();
    throw error;
  }
}

async function startIn(root: TempDir, options: HostOptions): Promise<Host> {
  const directory = (name: string): string => {
    const made = path.join(root.path, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const userData = directory('udd');
  const extensions = directory('ext');
  const workspace = directory('demo');
  const settings = { ...quietSettings, ...options.settings };
  writeFileSync(path.join(directory('udd/User'), 'settings.json'), JSON.stringify(settings));
  // Without a configuration file code-server writes one into the home directory, with a password.
  const port = await freePort();
  const configuration = path.join(root.path, 'config.yaml');
  writeFileSync(configuration, `bind-addr: 127.0.0.1:${port}\nauth: none\ncert: false\n`);
  options.prepare(workspace);

  const env = hostEnvironment(root.path, directory('xdg'), options.env);
  const program = [codeServerEntry, '--config', configuration];
  const storage = ['--user-data-dir', userData, '--extensions-dir', extensions];
  if (options.vsix !== undefined) {
    const install = [...program, ...storage, '--install-extension', options.vsix, '--force'];
    execFileSync(node24, install, { env, stdio: 'pipe' });
  }
  const child = spawn(
    node24,
    [
      ...program,
      ...storage,
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
      '--ignore-last-opened',
      ...(options.trusted === false ? [] : ['--disable-workspace-trust']),
      ...(options.inHostTests === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
      workspace,
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  mkdirSync(path.dirname(options.logFile), { recursive: true });
  const log = createWriteStream(options.logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const stop = async (): Promise<void> => {
    await end(child);
    log.end();
    root.remove();
  };

  const url = `http://127.0.0.1:${port}/`;
  try {
    await until('code-server to answer', async () => {
      const response = await fetch(`${url}healthz`).catch(() => undefined);
      return response?.ok === true || child.exitCode !== null;
    });
    if (child.exitCode !== null) {
      throw new Error(`code-server exited with ${child.exitCode}; see ${options.logFile}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    workspace,
    folderUrl: (payload) => {
      const query = new URLSearchParams({ folder: workspace });
      if (payload !== undefined) {
        query.set('payload', JSON.stringify(payload));
      }
      return `${url}?${query.toString()}`;
    },
    workspaceUrl: (file) => `${url}?${new URLSearchParams({ workspace: file }).toString()}`,
    remoteUri: (file) => `vscode-remote://127.0.0.1:${port}${file}`,
    stop,
  };
}

function hostEnvironment(root: string, xdg: string, extra: HostOptions['env']): NodeJS.ProcessEnv {
  const own = { ...process.env, ...extra };
  // A host inside a VS Code terminal or under node:test must not take itself for a part of it.
  const foreign = /^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|npm_)/;
  return {
    ...Object.fromEntries(Object.entries(own).filter(([name]) => !foreign.test(name))),
    PATH: `${path.dirname(node24)}${path.delimiter}${process.env.PATH ?? ''}`,
    XDG_CONFIG_HOME: xdg,
    XDG_DATA_HOME: xdg,
    XDG_CACHE_HOME: xdg,
    // Its sockets, which would be left behind in the system's temporary directory.
    XDG_RUNTIME_DIR: root,
    // No marketplace, so nothing to look up.
    EXTENSIONS_GALLERY: '{}',
  };
}

/** Asks the server to end, and makes it end if it does not. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([gone, sleep(10_000, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await gone;
}

/** A port that was free a moment ago; code-server cannot choose one itself and say which. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') {
    throw new Error('a TCP server without a port');
  }
  return address.port;
}
