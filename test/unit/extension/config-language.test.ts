// The parts of the config language that need no editor: what is checked when, and what is read from disk when.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Configs, longestChecked, type ConfigDocument } from '../../../extension/config-language/configs.ts';
import { isInside, modelConfigFiles, readConfig } from '../../../extension/config-language/disk.ts';
import { documentedLine, headingLines } from '../../../extension/config-language/documentation-links.ts';
import { fixEverything } from '../../../extension/config-language/fix-everything.ts';
import { Debouncer } from '../../../extension/config-language/pace.ts';
import {
  SurroundingsCache,
  type ReadSurroundings,
} from '../../../extension/config-language/surroundings-cache.ts';
import { checkConfig } from '../../../server/config/check-config.ts';
import { decodeMessage } from '../../../server/textproto/decode.ts';
import { parseDocument } from '../../../server/textproto/document.ts';
import type { PlainMessage } from '../../../server/textproto/plain-message.ts';
import { applyEdits } from '../../../server/textproto/text-edit.ts';
import { configSchema } from '../../../server/config/config-schema.ts';
import type { ConfigKind } from '../../../server/config/config-kind.ts';
import type { Surroundings } from '../../../server/config/surroundings.ts';
import { mistakenConfig } from '../../support/mistaken-config.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** A document as the editor has it. */
function documentOf(text: string, { version = 1, file = '/models/m/config.pbtxt' } = {}): ConfigDocument {
  return {
    fileName: file,
    languageId: 'textproto',
    version,
    getText: () => text,
    uri: { fsPath: file, toString: () => `file://${file}` },
  };
}

function messageOf(kind: ConfigKind, text: string): PlainMessage {
  return decodeMessage(parseDocument(text), configSchema(kind)).value;
}

const list = (base: string): PlainMessage =>
  messageOf('model-server', `model_config_list { config { name: "a" base_path: "${base}" } }`);

describe('the configs that are open', () => {
  it('are checked once for a version of the text', () => {
    let reads = 0;
    const around: Surroundings = {};
    const configs = new Configs(() => around);
    const document = documentOf('name: "m"');
    const counted = { ...document, getText: () => (reads++, 'name: "m"') };
    const first = configs.get(counted);
    assert.equal(configs.get(counted), first);
    assert.equal(reads, 1);
    assert.equal(first?.kind, 'model');
    assert.notEqual(configs.get(documentOf('name: "n"', { version: 2 })), first);
  });

  it('are checked again when what lies around them was read', () => {
    let around: Surroundings = {};
    const configs = new Configs(() => around);
    const document = documentOf('name: "m"');
    const first = configs.get(document);
    around = {};
    const second = configs.get(document);
    assert.notEqual(second, first);
    assert.equal(second?.around, around);
  });

  it('are checked again after they were closed', () => {
    const around: Surroundings = {};
    const configs = new Configs(() => around);
    const document = documentOf('name: "m"');
    const first = configs.get(document);
    configs.forget(document);
    assert.notEqual(configs.get(document), first);
  });

  it('are not checked where they are too long', () => {
    const around: Surroundings = {};
    const configs = new Configs(() => around);
    const open = configs.get(documentOf(`name: "m"\n${'#'.repeat(longestChecked)}`));
    assert.equal(open?.kind, 'model');
    assert.equal(open.checked, undefined);
  });

  it('are none where the file is of another kind', () => {
    const around: Surroundings = {};
    const configs = new Configs(() => around);
    assert.equal(configs.get(documentOf('node {}', { file: '/a/graph.pbtxt' })), undefined);
  });
});

describe('"Fix all"', () => {
  function fixed(text: string): string {
    const checked = checkConfig(text, 'model');
    return applyEdits(text, fixEverything(checked, {}));
  }

  it('makes the mends that leave no choice, and those that they uncover', () => {
    const after = fixed('name = "m"\nplatform: \u201Connxruntime_onnx\u201D\nmax_batch_sise: 8\n');
    assert.equal(after, 'name : "m"\nplatform: "onnxruntime_onnx"\nmax_batch_size: 8\n');
  });

  it('changes nothing where there is nothing to mend', () => {
    const checked = checkConfig('name: "m"\nbackend: "onnxruntime"\n', 'model');
    assert.deepEqual(fixEverything(checked, {}), []);
  });

  it('mends the ten mistakes of the sample', () => {
    const errors = checkConfig(fixed(mistakenConfig), 'model').findings.filter(
      ({ severity }) => severity === 'error',
    );
    assert.deepEqual(errors, []);
  });
});

describe('what lies around a config', () => {
  const file = '/w/models.config';

  function cacheOf(read: ReadSurroundings): SurroundingsCache {
    return new SurroundingsCache(read);
  }

  it('is nothing before it was read, and read once', async () => {
    const around: Surroundings = {};
    let reads = 0;
    const cache = cacheOf(() => Promise.resolve((reads++, around)));
    assert.notEqual(cache.get(file), around);
    assert.equal(cache.get(file), cache.get(file));
    assert.equal(await cache.refresh('model-server', file, list('/a')), true);
    assert.equal(cache.get(file), around);
    assert.equal(await cache.refresh('model-server', file, list('/a')), false);
    assert.equal(reads, 1);
  });

  it('is read again when it may have changed, and when the file leads elsewhere', async () => {
    let reads = 0;
    const cache = cacheOf(() => Promise.resolve((reads++, {})));
    await cache.refresh('model-server', file, list('/a'));
    await cache.refresh('model-server', file, list('/b'));
    assert.equal(reads, 2);
    assert.deepEqual(
      cache.invalidate(({ kind }) => kind === 'model'),
      [],
    );
    assert.deepEqual(
      cache.invalidate(({ kind }) => kind === 'model-server'),
      [file],
    );
    assert.equal(await cache.refresh('model-server', file, list('/b')), true);
    assert.equal(reads, 3);
  });

  it('is that of the last reading, whichever ends first', async () => {
    const gates = new Map<string, () => void>();
    const answers = new Map<string, Surroundings>([
      ['/a', {}],
      ['/b', {}],
    ]);
    const cache = cacheOf(async (_kind, _file, message) => {
      const base = JSON.stringify(message).includes('/a') ? '/a' : '/b';
      await new Promise<void>((resolve) => void gates.set(base, resolve));
      return answers.get(base) ?? {};
    });
    const first = cache.refresh('model-server', file, list('/a'));
    const second = cache.refresh('model-server', file, list('/b'));
    gates.get('/b')?.();
    assert.equal(await second, true);
    gates.get('/a')?.();
    assert.equal(await first, false);
    assert.equal(cache.get(file), answers.get('/b'));
  });

  it('stays as it was where it cannot be read', async () => {
    const cache = cacheOf(() => Promise.reject(new Error('no disk')));
    assert.equal(await cache.refresh('model', '/m/config.pbtxt', {}), false);
    assert.deepEqual(cache.get('/m/config.pbtxt'), {});
  });

  it('ends its readings when it is forgotten', async () => {
    let signal: AbortSignal | undefined;
    const cache = cacheOf((_kind, _file, _message, given) => {
      signal = given;
      return new Promise<Surroundings>((resolve) => given.addEventListener('abort', () => resolve({})));
    });
    const reading = cache.refresh('model', '/m/config.pbtxt', {});
    cache.dispose();
    assert.equal(await reading, false);
    assert.equal(signal?.aborted, true);
  });

  it('knows which configs look at others', async () => {
    const cache = cacheOf(() => Promise.resolve({}));
    const ensemble = messageOf('model', 'ensemble_scheduling { step { model_name: "a" } }');
    await cache.refresh('model', '/e/config.pbtxt', ensemble);
    await cache.refresh('model', '/m/config.pbtxt', messageOf('model', 'name: "m"'));
    assert.deepEqual(
      cache.invalidate(({ isEnsemble }) => isEnsemble),
      ['/e/config.pbtxt'],
    );
  });
});

describe('configs on disk', () => {
  it('are looked for in each directory of the models directory', async () => {
    using directory = tempDir();
    mkdirSync(path.join(directory.path, 'b'));
    mkdirSync(path.join(directory.path, 'a'));
    symlinkSync(path.join(directory.path, 'a'), path.join(directory.path, 'link'));
    writeFileSync(path.join(directory.path, 'file'), '');
    const files = await modelConfigFiles(directory.path);
    assert.deepEqual(
      files.map((file) => path.relative(directory.path, file)),
      ['a/config.pbtxt', 'b/config.pbtxt', 'link/config.pbtxt'],
    );
    assert.deepEqual(await modelConfigFiles(path.join(directory.path, 'missing')), []);
  });

  it('are read where they are there and not too long', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'config.pbtxt');
    assert.equal(await readConfig(file), undefined);
    writeFileSync(file, '\uFEFFname: "ä"');
    assert.deepEqual(await readConfig(file), { text: '\uFEFFname: "ä"' });
    writeFileSync(file, '#'.repeat(longestChecked + 1));
    assert.deepEqual(await readConfig(file), { text: undefined });
    writeFileSync(file, '#'.repeat(3 * longestChecked + 1));
    assert.deepEqual(await readConfig(file), { text: undefined });
    assert.equal(await readConfig(directory.path), undefined);
  });

  it('lie inside of a directory or not', () => {
    assert.ok(isInside('/models/a', '/models/a'));
    assert.ok(isInside('/models/a', '/models/a/1/model.onnx'));
    assert.ok(isInside('/models/a', '/models/a/..b'));
    assert.ok(!isInside('/models/a', '/models/ab'));
    assert.ok(!isInside('/models/a', '/models'));
  });
});

describe('the documentation of a code', () => {
  it('is the line of its heading', () => {
    const lines = headingLines(
      '# Diagnostics\n\n## `textproto/oneof`\n\ntext\n\n<a id="triton-name"></a>\n### Name\n',
    );
    assert.equal(documentedLine(lines, 'textproto/oneof'), 3);
    assert.equal(documentedLine(lines, 'triton/name'), 7);
    assert.equal(documentedLine(lines, 'triton/other'), undefined);
  });
});

describe('the debouncer', () => {
  it('runs the last action of a key, once', async () => {
    const ran: string[] = [];
    const debouncer = new Debouncer(5);
    debouncer.schedule('a', () => ran.push('first'));
    debouncer.schedule('a', () => ran.push('second'));
    debouncer.schedule('b', () => ran.push('other'));
    debouncer.schedule('c', () => ran.push('never'));
    debouncer.cancel('c');
    while (ran.length < 2) {
      await sleep(1);
    }
    assert.deepEqual(ran, ['second', 'other']);
    debouncer.schedule('a', () => ran.push('disposed'));
    debouncer.dispose();
    await sleep(20);
    assert.equal(ran.length, 2);
  });
});
