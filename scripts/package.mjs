// npm run package [-- --target linux-x64]: makes perch-<target>-<version>.vsix with the daemon and ONNX Runtime inside.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import esbuild from 'esbuild';
import { notices } from './lib/notices.mjs';
import { root, runNode } from './lib/processes.mjs';
import { packageFile, platformTarget, targets } from './lib/targets.mjs';

const { values } = parseArgs({ options: { target: { type: 'string', default: platformTarget() } } });
const target = values.target;
const platform = targets.get(target);
if (platform === undefined) {
  console.error(`No such target: ${target}. There are: ${[...targets.keys()].join(', ')}.`);
  process.exit(2);
}

const stage = mkdtempSync(path.join(tmpdir(), 'perch-package-'));
try {
  const { code } = await runNode(['esbuild.mjs', '--production']);
  if (code !== 0) {
    process.exit(1);
  }
  stageExtension();
  if (platform.binaries !== undefined) {
    stageOnnxRuntime(platform.binaries);
    if (target === 'linux-x64') {
      await stageInstallScript();
    }
  }
  const file = path.join(root, packageFile(target));
  await createVSIX({
    cwd: stage,
    packagePath: file,
    dependencies: false,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
    ...(target === 'universal' ? {} : { target }),
  });
  const { size } = statSync(file);
  console.log(`${path.basename(file)}: ${(size / 1024 / 1024).toFixed(1)} MB`);
  if (size > platform.maxBytes) {
    console.error(
      `That is more than the ${platform.maxBytes / 1024 / 1024} MB that a ${target} package may have.`,
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** Copies all but ONNX Runtime; .vscodeignore has the last word on what is packed. */
function stageExtension() {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  // The bundles hold the dependencies, and nothing of the repository is run from the package.
  for (const key of ['scripts', 'bin', 'dependencies', 'devDependencies', 'private']) {
    delete manifest[key];
  }
  writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(path.join(stage, 'NOTICE.txt'), notices());
  const shipped = [
    '.vscodeignore',
    'package.nls.json',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'language-configuration.json',
    'dist',
    path.join('docs', 'config-diagnostics.md'),
    path.join('docs', 'errors.md'),
    'l10n',
    'media',
    'schemas',
    'syntaxes',
  ];
  for (const name of shipped.filter((entry) => existsSync(path.join(root, entry)))) {
    cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
  }
}

/**
 * Copies what onnxruntime-node needs at run time for one platform. It lies in dist/node_modules, where Node finds it
 * from dist/*.cjs: vsce leaves a node_modules beside package.json out.
 */
function stageOnnxRuntime(binaries) {
  const copy = (name, isWanted) => {
    const from = path.join(root, 'node_modules', name);
    cpSync(from, path.join(stage, 'dist', 'node_modules', name), {
      recursive: true,
      filter: (source) => isWanted(path.relative(from, source).split(path.sep).join('/')),
    });
  };
  const binaryDirectory = `bin/napi-v6/${binaries}`;
  copy(
    'onnxruntime-node',
    (file) =>
      ['', 'package.json', 'dist'].includes(file) ||
      (file.startsWith('dist/') && file.endsWith('.js')) ||
      `${binaryDirectory}/`.startsWith(`${file}/`) ||
      // macOS: the same 44 MB a second time, under a name that nothing asks for.
      (file.startsWith(`${binaryDirectory}/`) && !/\.\d+\.\d+\.\d+\.dylib$/.test(file)),
  );
  copy(
    'onnxruntime-common',
    (file) =>
      ['', 'package.json', 'dist', 'dist/cjs', 'dist/cjs/package.json'].includes(file) ||
      (file.startsWith('dist/cjs/') && file.endsWith('.js')),
  );
}

/**
 * ONNX Runtime's own install script, which `perch gpu install` runs when it is asked to; only Linux x64 has something to
 * install. It is bundled with what it needs, and finds its metadata and the package beside it as in node_modules.
 */
async function stageInstallScript() {
  const from = path.join(root, 'node_modules', 'onnxruntime-node', 'script');
  const to = path.join(stage, 'dist', 'node_modules', 'onnxruntime-node', 'script');
  await esbuild.build({
    entryPoints: [path.join(from, 'install.js')],
    outfile: path.join(to, 'install.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20.18',
    format: 'cjs',
    external: ['./install-metadata.js'],
    logLevel: 'warning',
  });
  for (const name of ['install-metadata.js', 'install-metadata-versions.js']) {
    cpSync(path.join(from, name), path.join(to, name));
  }
}
