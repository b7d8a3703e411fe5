// The manifest, its texts and the code agree.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const root = path.join(import.meta.dirname, '..', '..', '..');

interface Manifest {
  readonly icon: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: string[] } };
  readonly contributes: {
    readonly commands: { readonly command: string; readonly title: string }[];
    readonly configuration: { readonly properties: Record<string, unknown> };
    readonly menus: Record<string, { readonly command: string; readonly when?: string }[]>;
    readonly views: Record<string, { readonly id: string; readonly icon: string }[]>;
    readonly viewsWelcome: { readonly view: string; readonly contents: string; readonly when: string }[];
  };
}

function text(...steps: string[]): string {
  return readFileSync(path.join(root, ...steps), 'utf8');
}

const manifest = JSON.parse(text('package.json')) as Manifest;
const texts = JSON.parse(text('package.nls.json')) as Record<string, string>;
const sources = readdirSync(path.join(root, 'extension'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => text('extension', file));

function keys(object: object): string[] {
  return Object.keys(object);
}

describe('package.json', () => {
  const commands = manifest.contributes.commands.map(({ command }) => command);

  it('has its contributions and commands in alphabetical order', () => {
    assert.deepEqual(keys(manifest.contributes), keys(manifest.contributes).sort());
    assert.deepEqual(commands, [...commands].sort());
  });

  it('declares exactly the commands that the code registers', () => {
    const table = [...text('extension', 'commands', 'table.ts').matchAll(/^ {2}'(perch\.[\w.]+)':/gm)];
    assert.deepEqual(table.map(([, id]) => id).sort(), commands);
  });

  it('puts only declared commands into menus, and none twice into the same place', () => {
    for (const [menu, items] of Object.entries(manifest.contributes.menus)) {
      for (const { command } of items) {
        assert.ok(commands.includes(command), `${menu}: ${command}`);
      }
    }
  });

  it('restricts every setting in untrusted workspaces', () => {
    assert.deepEqual(
      manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.sort(),
      keys(manifest.contributes.configuration.properties).sort(),
    );
  });

  it('names pictures that are there', () => {
    for (const file of [
      manifest.icon,
      ...Object.values(manifest.contributes.views)
        .flat()
        .map((v) => v.icon),
    ]) {
      assert.ok(existsSync(path.join(root, file)), file);
    }
  });

  it('welcomes only in states that the code knows', () => {
    const controller = text('extension', 'server-controller.ts');
    for (const { when } of manifest.contributes.viewsWelcome) {
      const state = /^perch\.state == (\w+)/.exec(when)?.[1];
      assert.ok(state !== undefined && controller.includes(`'${state}'`), when);
    }
  });

  it('links only declared or built-in commands in its welcome texts', () => {
    for (const { contents } of manifest.contributes.viewsWelcome) {
      const welcome = texts[contents.slice(1, -1)] ?? '';
      for (const [, command] of welcome.matchAll(/\(command:(perch\.[\w.]+)/g)) {
        assert.ok(commands.includes(command ?? ''), command);
      }
    }
  });
});

describe('texts', () => {
  it('has every text of the manifest in package.nls.json, and no other', () => {
    const used = [...text('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(used)].sort(), keys(texts).sort());
  });

  it('has every text of the code in the bundle for translators, and no other', () => {
    const used = sources.flatMap((source) =>
      [...source.matchAll(/\b(?:t|translate)\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, message]) =>
        (message ?? '').replace(/\\(.)/g, '$1'),
      ),
    );
    assert.deepEqual(
      keys(JSON.parse(text('l10n', 'bundle.l10n.json')) as object).sort(),
      [...new Set(used)].sort(),
    );
  });
});
