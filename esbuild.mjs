// Bundles the three programs into dist/: the daemon with its engine worker, the extension, the webview pages.
// Types are checked by tsc (npm run typecheck); this only bundles. `--watch` builds again at every change.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

const root = import.meta.dirname;
const production = process.argv.includes('--production');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);

const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: !production,
  minify: production,
  logLevel: 'warning',
  legalComments: 'none',
};
const nodeProgram = { ...common, platform: 'node', target: 'node20.18', format: 'cjs' };

const pagesDirectory = path.join(root, 'webview', 'ui', 'pages');
const pages = existsSync(pagesDirectory)
  ? readdirSync(pagesDirectory)
      .filter((file) => file.endsWith('.ts') || file.endsWith('.css'))
      .map((file) => path.join('webview', 'ui', 'pages', file))
  : [];

const programs = {
  daemon: {
    ...nodeProgram,
    entryPoints: {
      daemon: 'server/main.ts',
      validate: 'server/validate/main.ts',
      convert: 'server/offline-conversion.ts',
      'engine-worker': 'server/engine/worker/main.ts',
      'network-thread': 'server/net/threads/thread-program.ts',
      'provider-probe': 'server/engine/worker/provider-probe.ts',
      'process-watch': 'server/engine/worker/process-watch.ts',
    },
    outExtension: { '.js': '.cjs' },
    outdir: 'dist',
    external: ['onnxruntime-node'],
  },
  extension: {
    ...nodeProgram,
    entryPoints: { extension: 'extension/extension.ts' },
    outExtension: { '.js': '.cjs' },
    outdir: 'dist',
    external: ['vscode'],
  },
  webview: {
    ...common,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    entryPoints: pages,
    outdir: 'dist/webview',
  },
};

const chosen = Object.entries(programs).filter(([name]) => only === undefined || name === only);
if (only === undefined) {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
}
if (process.argv.includes('--watch')) {
  for (const [, options] of chosen) {
    await (await esbuild.context(options)).watch();
  }
} else {
  await Promise.all(chosen.map(([, options]) => esbuild.build(options)));
}
