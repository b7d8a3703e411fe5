// The notices of the packages that the extension is built from, read from the packages themselves.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './processes.mjs';

/** Bundled into the pages, although it is no dependency of the daemon. */
const bundledDevelopmentPackages = ['@vscode/webview-ui-toolkit'];

/** Types. What ONNX Runtime's install script needs is bundled with it. */
const isNotShipped = (name) => name.startsWith('@types/');

/** The text of NOTICE.txt: name, version and licence of each package, and its licence's own text. */
export function notices() {
  const own = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const found = new Map();
  const visit = (name, from) => {
    const directory = packageDirectory(name, from);
    if (directory === undefined || found.has(directory) || isNotShipped(name)) {
      return;
    }
    const manifest = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
    found.set(directory, manifest);
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      visit(dependency, directory);
    }
  };
  for (const name of [...Object.keys(own.dependencies), ...bundledDevelopmentPackages]) {
    visit(name, root);
  }
  const entries = [...found]
    .map(([directory, { name, version, license }]) => ({
      title: `${name} ${version} (${license})`,
      text: licenceText(directory),
    }))
    .sort((a, b) => (a.title < b.title ? -1 : 1));
  const rule = '-'.repeat(80);
  return [
    `Perch is built from these packages:\n\n${entries.map(({ title }) => `- ${title}`).join('\n')}`,
    ...entries
      .filter(({ text }) => text !== '')
      .map(({ title, text }) => `${rule}\n${title}\n${rule}\n${text}`),
  ].join('\n\n');
}

/** As Node resolves it: the nearest node_modules from `from` upwards. Undefined for an optional package left out. */
function packageDirectory(name, from) {
  const candidate = path.join(from, 'node_modules', name);
  if (existsSync(path.join(candidate, 'package.json'))) {
    return candidate;
  }
  const parent = path.dirname(from);
  return from === root || parent === from ? undefined : packageDirectory(name, parent);
}

function licenceText(directory) {
  const file = readdirSync(directory).find((name) => /^(licen[cs]e|copying)(\.|$)/i.test(name));
  return file === undefined ? '' : readFileSync(path.join(directory, file), 'utf8').trim();
}
