// `perch validate`: which files it looks at, what it prints, and its exit codes.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { tempDir } from '../../../support/temp-dir.ts';
import { runIn, write } from './support.ts';

const good = 'name: "digits"\nmax_batch_size: 8\n';
const misspelt = 'nmae: "digits"\n';
const lint = 'dynamic_batching { }\n';
const served = 'model_config_list { config { name: "digits" base_path: "/models/digits" } }\n';

describe('perch validate', () => {
  it('is one of two commands', async () => {
    assert.equal((await runIn('/', ['serve'])).code, undefined);
    assert.equal((await runIn('/', [])).code, undefined);
    const help = await runIn('/', ['validate', '--help']);
    assert.equal(help.code, 0);
    assert.match(help.out, /--against_model/);
  });

  it('prints findings as compilers do, and ends with 1', async () => {
    using directory = tempDir();
    write(directory.path, { 'config.pbtxt': `# a model\n\t${misspelt}` });
    const { code, out, err } = await runIn(directory.path, ['validate', 'config.pbtxt']);
    assert.equal(code, 1);
    assert.equal(err, '');
    assert.equal(
      out,
      [
        'config.pbtxt:2:2: error: ModelConfig has no field "nmae"; did you mean name? [textproto/unknown-field]',
        '   2 | \tnmae: "digits"',
        '     | \t^~~~',
        '    = fix: Change to name',
        '1 file checked: 1 error.',
        '',
      ].join('\n'),
    );
  });

  it('takes warnings, but not with --strict', async () => {
    using directory = tempDir();
    write(directory.path, { 'config.pbtxt': lint });
    const { code, out } = await runIn(directory.path, ['validate', 'config.pbtxt']);
    assert.equal(code, 0);
    assert.match(out, /^config\.pbtxt:1:1: warning: .*\n[^]*1 file checked: 1 warning\.\n$/);
    assert.equal((await runIn(directory.path, ['validate', 'config.pbtxt', '--strict'])).code, 1);
  });

  it('finds the configs of a model repository, each once', async () => {
    using directory = tempDir();
    write(directory.path, {
      'models.config': served,
      'notes.txt': 'no config',
      'digits/config.pbtxt': good,
      'digits/1/batching_params.pbtxt': 'max_batch_size { value: 8 }',
      'digits/1/assets/config.pbtxt': 'not looked at',
      'digits/.git/config.pbtxt': 'not looked at',
      'digits/sub/config.pbtxt': 'not looked at',
      'node_modules/x/config.pbtxt': 'not looked at',
      'caffe/config.pbtxt': '# proto-message: caffe.NetParameter\nlayer {}',
    });
    mkdirSync(path.join(directory.path, 'empty'));
    symlinkSync(path.join(directory.path, 'digits'), path.join(directory.path, 'linked'));
    const { code, out } = await runIn(directory.path, ['validate', '--json']);
    const { files } = JSON.parse(out) as { readonly files: readonly { path: string; kind: string }[] };
    assert.deepEqual(
      files.map(({ path: shown, kind }) => [shown.split(path.sep).join('/'), kind]),
      [
        ['digits/1/batching_params.pbtxt', 'batching'],
        ['digits/config.pbtxt', 'model'],
        ['linked/1/batching_params.pbtxt', 'batching'],
        ['linked/config.pbtxt', 'model'],
        ['models.config', 'model-server'],
      ],
    );
    assert.equal(code, 0);
    const twice = await runIn(directory.path, ['validate', '.', 'digits/config.pbtxt', './models.config']);
    assert.match(twice.out, /^5 files checked: nothing found\.\n$/);
  });

  it('goes by the header, and by --kind before it', async () => {
    using directory = tempDir();
    write(directory.path, {
      a: `# proto-message: ModelServerConfig\n${served}`,
      b: served,
      c: '# proto-message: x.Y\n',
    });
    assert.equal((await runIn(directory.path, ['validate', 'a'])).code, 0);
    assert.equal((await runIn(directory.path, ['validate', 'a', '--kind=model'])).code, 1);
    assert.equal((await runIn(directory.path, ['validate', 'b', '--kind=model-server'])).code, 0);
    const unknown = await runIn(directory.path, ['validate', 'b']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /^b: the name does not say .*--kind=.*# proto-message: /);
    const header = await runIn(directory.path, ['validate', 'c']);
    assert.equal(header.code, 2);
    assert.match(
      header.err,
      /^c: its header names the message x\.Y; the messages are inference\.ModelConfig, /,
    );
  });

  it('reads stdin under a name', async () => {
    const stdin = async (...args: string[]): Promise<number | undefined> =>
      (await runIn('/', ['validate', '-', ...args], misspelt)).code;
    assert.equal(await stdin('--kind=model'), 1);
    assert.equal(await stdin('--stdin_filename=digits/config.pbtxt'), 1);
    assert.equal(await stdin(), 2);
    const { out } = await runIn('/', ['validate', '-', '--stdin_filename=digits/config.pbtxt'], misspelt);
    assert.match(out, /^digits\/config\.pbtxt:1:1: error: /);
    assert.match(
      (await runIn('/', ['validate', '-', '--kind=model'], misspelt)).out,
      /^<stdin>:1:1: error: /,
    );
  });

  it('ends with 2 for arguments that cannot be', async () => {
    using directory = tempDir();
    write(directory.path, { 'config.pbtxt': good });
    for (const [args, words] of [
      [['nothing'], /^There is no nothing\./],
      [['--wrong'], /'--wrong'[^]*perch validate \[path…\]/],
      [['--json', '--sarif'], /exclude each other/],
      [['--kind=triton'], /^There is no kind "triton"; the kinds are model, /],
      [['--stdin_filename=x', '.'], /only with the path -/],
    ] as const) {
      const { code, out, err } = await runIn(directory.path, ['validate', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.equal(out, '');
      assert.match(err, words);
    }
  });

  it('says of a file that is no text that it is none', async () => {
    using directory = tempDir();
    write(directory.path, { 'config.pbtxt': Buffer.from('\ufeffname: "x"', 'utf16le') });
    const { code, out } = await runIn(directory.path, ['validate', '.']);
    assert.equal(code, 1);
    assert.match(out, /^config\.pbtxt:1:1: error: The config file .* is UTF-16; .* \[file\/unreadable\]\n/);
  });

  it('shows a long line in part, and no control characters', async () => {
    using directory = tempDir();
    const long = `name: "${'é'.repeat(1000)}\u001b[31m" nmae: 1 # ${'x'.repeat(1000)}`;
    write(directory.path, { 'config.pbtxt': long });
    const { out } = await runIn(directory.path, ['validate', '.']);
    assert.ok(out.split('\n').every((line) => line.length < 200));
    assert.ok(!out.includes('\u001b'));
    const [, shown = '', mark = ''] = out.split('\n');
    assert.equal(shown.slice(mark.indexOf('^'), mark.lastIndexOf('~') + 1), 'nmae');
  });

  it('has colours where they are wanted', async () => {
    const { out } = await runIn('/', ['validate', '-', '--kind=model'], misspelt, { inColour: true });
    assert.ok(out.includes('\u001b[1;31merror:\u001b[0m'), out);
  });

  it('takes keys over several lines, and prints nothing of them', async () => {
    const key = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
    const pem = (label: string): string => `-----BEGIN ${label}-----\n${key}\n-----END ${label}-----\n`;
    const text = `server_key: "${pem('PRIVATE KEY')}"\nserver_cert: '${pem('CERTIFICATE')}'\n`;
    const fine = await runIn('/', ['validate', '-', '--kind=ssl'], text);
    assert.equal(fine.out, '1 file checked: nothing found.\n');
    for (const form of ['--strict', '--json', '--sarif']) {
      const { code, out } = await runIn(
        '/',
        ['validate', '-', '--kind=ssl', form],
        `${text}${key}\n"${key}"`,
      );
      assert.equal(code, 1);
      assert.ok(!out.includes(key.slice(0, 8)), out);
    }
  });

  it('can be cancelled', async () => {
    using directory = tempDir();
    write(directory.path, { 'config.pbtxt': good });
    const { code, err } = await runIn(directory.path, ['validate', '.'], '', { signal: AbortSignal.abort() });
    assert.equal(code, 1);
    assert.equal(err, 'Cancelled.\n');
  });
});
