// Writes l10n/bundle.l10n.json: every text that the extension translates, and no other. test/unit/extension compares.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const bundle = path.join(root, 'l10n', 'bundle.l10n.json');

const pattern = /(?:l10n\.t|translate|\bt)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;
const texts = readdirSync(path.join(root, 'extension'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [...readFileSync(path.join(root, 'extension', file), 'utf8').matchAll(pattern)])
  .map(([, single, double]) => (single ?? double).replace(/\\(.)/g, '$1'));
const sorted = [...new Set(texts)].sort();
writeFileSync(
  bundle,
  `${JSON.stringify(Object.fromEntries(sorted.map((text) => [text, text])), undefined, 2)}\n`,
);
console.log(`${path.relative(root, bundle)}: ${sorted.length} texts`);
