// What completion offers, and what is written when it is taken.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { completeAt, directoryWantedAt } from '../../../../../server/config/language/completion.ts';
import type { CompletionHelp } from '../../../../../server/config/language/completion-item.ts';
import type { ConfigKind } from '../../../../../server/config/config-kind.ts';
import { configSchema } from '../../../../../server/config/config-schema.ts';
import { decodeMessage } from '../../../../../server/textproto/decode.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import { applyEdits } from '../../../../../server/textproto/text-edit.ts';
import { marked, repository, served } from './marker.ts';

function complete(
  text: string,
  kind: ConfigKind = 'model',
  help: CompletionHelp = {},
): ReturnType<typeof completeAt> {
  const { document, offset } = marked(text);
  return completeAt(document, kind, offset, help);
}

const labels = (text: string, kind?: ConfigKind, help?: CompletionHelp): readonly string[] =>
  complete(text, kind, help).map(({ label }) => label);

/** The text after `label` was taken. */
function taken(text: string, label: string, kind: ConfigKind = 'model', help: CompletionHelp = {}): string {
  const { document, offset } = marked(text);
  const item = completeAt(document, kind, offset, help).find((known) => known.label === label);
  assert.ok(item, `${label} is not offered`);
  return applyEdits(document.text, [{ ...item.replace, text: item.insertText }]);
}

const here: CompletionHelp = { around: repository };
const there: CompletionHelp = { around: served };

describe('field names', () => {
  const places: readonly [
    what: string,
    text: string,
    has: readonly string[],
    lacks: readonly string[],
    kind?: ConfigKind,
  ][] = [
    ['in an empty file', '|', ['name', 'max_batch_size', 'input', 'instance_group'], ['dims']],
    ['half a name', 'na|', ['name', 'max_batch_size'], []],
    ['half a name before a field', 'na|\nmax_batch_size: 4\n', ['name'], ['max_batch_size']],
    ['half a name after a field', 'max_batch_size: 4\nna|', ['name'], ['max_batch_size']],
    ['in a message', 'input [ { | } ]', ['name', 'data_type', 'dims'], ['max_batch_size']],
    [
      'in a message that is not closed',
      'input [\n  {\n    name: "x"\n    |',
      ['data_type', 'dims'],
      ['name', 'max_batch_size'],
    ],
    ['in a new block', 'dynamic_batching {\n|\n}', ['preferred_batch_size'], ['name']],
    ['in a block that is just opened', 'dynamic_batching {\n  |', ['preferred_batch_size'], ['name']],
    [
      'behind a block that is not closed',
      'dynamic_batching {\n  preserve_ordering: true\n\nma|',
      ['max_batch_size'],
      ['preferred_batch_size'],
    ],
    ['between fields on one line', 'input { name: "x" | dims: 1 }', ['data_type', 'dims'], ['name']],
    ['above a value that is missing', 'max_batch_size:\n|', ['name'], ['max_batch_size']],
    ['set fields that take several values', 'input { name: "x" dims: 1 }\n|', ['input'], []],
    [
      'not beside another of a oneof',
      'dynamic_batching {}\n|',
      ['name'],
      ['sequence_batching', 'ensemble_scheduling', 'dynamic_batching'],
    ],
    ['not beside a later one of a oneof', '|\nensemble_scheduling {}', ['name'], ['dynamic_batching']],
    ['in a map entry', 'parameters { | }', ['key', 'value'], ['name']],
    ['in the value of a map entry', 'parameters { key: "a" value { | } }', ['string_value'], ['key']],
    [
      'in a models file',
      'model_config_list { config { | } }',
      ['base_path', 'version_labels'],
      ['input'],
      'model-server',
    ],
    [
      'in angle brackets',
      'model_config_list < config: < name: "a" | > >',
      ['base_path'],
      ['name'],
      'model-server',
    ],
    [
      'in an Any',
      'custom_model_config { [type.googleapis.com/tensorflow.serving.ModelConfig] { | } }',
      ['base_path'],
      ['type_url'],
      'model-server',
    ],
    ['in braces around the file', '{\n  "name": "x",\n  |\n}', ['max_batch_size'], ['name']],
    ['in an unknown field', 'inputs { | }', [], ['name']],
    ['right behind a string', 'name: "x"|', [], ['max_batch_size']],
    ['right behind a brace', 'dynamic_batching {}|', [], ['name']],
    ['right behind a typographic quote', 'name: “|', [], ['max_batch_size']],
    ['before a word', '|max_batch_size: 1', ['name'], ['max_batch_size']],
    ['in a comment', 'name: "x"\n# max|', [], ['max_batch_size']],
  ];
  for (const [what, text, has, lacks, kind] of places) {
    it(`${what}: ${JSON.stringify(text)}`, () => {
      const offered = labels(text, kind);
      assert.deepEqual(
        has.filter((label) => !offered.includes(label)),
        [],
      );
      assert.deepEqual(
        lacks.filter((label) => offered.includes(label)),
        [],
      );
    });
  }

  it('are written with a place for the value', () => {
    assert.equal(taken('na|', 'name'), 'name: "$1"');
    assert.equal(taken('max|', 'max_batch_size'), 'max_batch_size: $1');
    assert.equal(taken('|', 'dynamic_batching'), 'dynamic_batching {\n  $0\n}');
    assert.equal(taken('|', 'input'), 'input [\n  {\n    $0\n  }\n]');
    assert.equal(taken('input { dims: 1 }\n|', 'input'), 'input { dims: 1 }\ninput {\n  $0\n}');
    assert.equal(taken('input { |', 'dims'), 'input { dims: [$1]');
    assert.equal(taken('input { opt|', 'optional'), 'input { optional: ${1|true,false|}');
    assert.match(
      taken('input { |', 'data_type'),
      /^input \{ data_type: \$\{1\|TYPE_BOOL,TYPE_UINT8,.*TYPE_BF16\|\}$/,
    );
    assert.equal(
      taken('model_config_list { config { | } }', 'version_labels', 'model-server'),
      'model_config_list { config { version_labels {\n  key: "$1"\n  value: $2\n} } }',
    );
    assert.equal(taken('|', 'max_batch_size', 'batching'), 'max_batch_size { value: $1 }');
  });

  it('follow the indentation of the file', () => {
    assert.equal(
      taken('input {\n    name: "x"\n}\n|', 'dynamic_batching'),
      'input {\n    name: "x"\n}\ndynamic_batching {\n    $0\n}',
    );
  });

  it('replace only the name where a value follows', () => {
    assert.equal(taken('max_|batch: 4', 'max_batch_size'), 'max_batch_size: 4');
    assert.equal(taken('in| [ { } ]', 'input'), 'input [ { } ]');
  });

  it('come deprecated ones last', () => {
    const items = complete('model_config_list { config { | } }', 'model-server');
    const fields = items
      .filter(({ kind }) => kind !== 'snippet')
      .toSorted((a, b) => (a.sortText < b.sortText ? -1 : 1));
    assert.equal(fields.at(-1)?.label, 'model_type');
    assert.equal(fields.at(-1)?.isDeprecated, true);
  });

  it('have their documentation', () => {
    const docs = (name: string): string | undefined =>
      name === 'inference.ModelConfig.name' ? 'What it is called.' : undefined;
    const name = complete('|', 'model', { docs }).find(({ label }) => label === 'name');
    assert.equal(name?.documentation, 'What it is called.');
    assert.equal(name.detail, 'string');
  });
});

describe('values', () => {
  const places: readonly [what: string, text: string, first: readonly string[], kind?: ConfigKind][] = [
    ['of an enum', 'input { data_type: TYPE_F|', ['TYPE_BOOL', 'TYPE_UINT8']],
    [
      'right behind the colon',
      'instance_group { kind:|',
      ['KIND_AUTO', 'KIND_GPU', 'KIND_CPU', 'KIND_MODEL'],
    ],
    ['of a truth value', 'input { optional: |', ['true', 'false']],
    ['inputs of the model', 'input { name: "|', ['x']],
    ['inputs of the model, without a quote', 'input { name: |', ['x']],
    ['outputs of the model', 'output [ { name: "|" } ]', ['probabilities', 'label']],
    ['outputs that are left', 'output [ { name: "label" }, { name: "|', ['probabilities']],
    ['the type that the model has', 'output { name: "label" data_type: |', ['TYPE_INT64', 'TYPE_BOOL']],
    ['the dims that the model has', 'input { name: "x" dims: |', ['[-1, 784]', '-1']],
    ['the dims without the batch dimension', 'max_batch_size: 8 input { name: "x" dims: |', ['[784]', '-1']],
    ['versions', 'version_policy { specific { versions: [|', ['3', '1']],
    ['versions that are left', 'version_policy { specific { versions: [3, |] } }', ['1']],
    ['label files', 'output { label_filename: "|', ['labels.txt']],
    ['warm-up files', 'model_warmup { inputs { key: "x" value { input_data_file: "|', ['first.bin']],
    ['inputs in warm-up', 'model_warmup { inputs { key: "|', ['x']],
    ['model files', 'default_model_filename: "|"', ['model.onnx', 'model_int8.onnx']],
    ['models of a step', 'ensemble_scheduling { step [ { model_name: "re|', ['resize']],
    ['inputs of a step', 'ensemble_scheduling { step { model_name: "resize" input_map { key: "|', ['image']],
    [
      'outputs of a step',
      'ensemble_scheduling { step { output_map { key: "|" } model_name: "resize" } }',
      ['pixels'],
    ],
    [
      'tensors of an ensemble',
      'input { name: "raw" } ensemble_scheduling { step { output_map { key: "a" value: "t" } input_map { key: "b" value: "|',
      ['raw', 't'],
    ],
    ['settings', 'parameters { key: "|', ['intra_op_thread_count', 'inter_op_thread_count']],
    ['the name of the directory', 'name: "|"', ['digits']],
    [
      'versions of an entry',
      'model_config_list { config { base_path: "/models/digits" model_version_policy { specific { versions: |',
      ['3', '1'],
      'model-server',
    ],
    [
      'versions for labels',
      'model_config_list { config { base_path: "/models/digits" version_labels { key: "stable" value: |',
      ['3', '1'],
      'model-server',
    ],
    [
      'labels',
      'model_config_list { config { version_labels { key: "stable" value: 1 } version_labels { key: "|',
      ['canary'],
      'model-server',
    ],
    [
      'labels of other entries',
      'model_config_list { config { version_labels { key: "next" } } config { version_labels { key: "|',
      ['stable', 'canary', 'next'],
      'model-server',
    ],
    [
      'the name that a base_path suggests',
      'model_config_list { config { base_path: "/models/cats/" name: "|"',
      ['cats'],
      'model-server',
    ],
  ];
  for (const [what, text, first, kind] of places) {
    it(`${what}: ${JSON.stringify(text)}`, () => {
      const offered = labels(text, kind, kind === 'model-server' ? there : here);
      assert.deepEqual(offered.slice(0, first.length), first);
    });
  }

  it('are quoted as far as they have to be', () => {
    assert.equal(taken('input { name: |', 'x', 'model', here), 'input { name: "x"');
    assert.equal(taken('input { name: "|', 'x', 'model', here), 'input { name: "x"');
    assert.equal(taken('input { name: "|" }', 'x', 'model', here), 'input { name: "x" }');
    assert.equal(taken("input { name: '|' }", 'x', 'model', here), "input { name: 'x' }");
    assert.equal(
      taken('output { name: "pro|bab"', 'probabilities', 'model', here),
      'output { name: "probabilities"',
    );
    assert.equal(
      taken('output { name: "pro|, dims: [1] name: "y"', 'probabilities', 'model', here),
      'output { name: "probabilities", dims: [1] name: "y"',
    );
    assert.equal(taken('input { data_type: TY|PE_X }', 'TYPE_FP32'), 'input { data_type: TYPE_FP32 }');
  });

  it('of messages are brackets', () => {
    assert.equal(taken('dynamic_batching: |', '{…}'), 'dynamic_batching: {\n  $0\n}');
    assert.match(
      taken('input [ | ]', '{…} a complete input'),
      /^input \[ \{\n {2}name: "\$1"\n {2}data_type: /,
    );
  });

  it('are none where only another type fits', () => {
    assert.deepEqual(labels('max_batch_size: "|"'), []);
    assert.deepEqual(labels('nonsense: |'), []);
    assert.deepEqual(labels('name: "x" # TYPE|'), []);
  });

  it('are directories for a base_path', () => {
    const text = 'model_config_list { config { base_path: "/models/d|" } }';
    const { document, offset } = marked(text);
    assert.equal(directoryWantedAt(document, 'model-server', offset), '/models/');
    const entries = (): readonly { name: string; isDirectory: boolean }[] => [
      { name: 'dogs', isDirectory: true },
      { name: 'README.md', isDirectory: false },
    ];
    assert.deepEqual(labels(text, 'model-server', { entries }), ['/models/dogs']);
    assert.equal(
      directoryWantedAt(marked('model_config_list { config { name: "/a|" } }').document, 'model-server', 35),
      undefined,
    );
  });
});

describe('blocks', () => {
  it('are whole inputs of the model', () => {
    assert.equal(
      taken('max_batch_size: 4\n|', 'input "x"', 'model', here),
      'max_batch_size: 4\ninput [\n  {\n    name: "x"\n    data_type: TYPE_FP32\n    dims: [784]\n  }\n]',
    );
    assert.ok(!labels('input { name: "x" }\n|', 'model', here).includes('input "x"'));
  });

  it('are the ways to choose versions', () => {
    const offered = labels('|').filter((label) => label.startsWith('version_policy:'));
    assert.deepEqual(offered, ['version_policy: latest', 'version_policy: all', 'version_policy: specific']);
    assert.equal(taken('|', 'version_policy: all'), 'version_policy { all {} }');
    assert.deepEqual(
      labels('version_policy { all {} }\n|').filter((label) => label.startsWith('version_policy')),
      [],
    );
  });

  it('are entries of a models file', () => {
    assert.match(
      taken('model_config_list {\n  |\n}', 'config {…}', 'model-server'),
      /config \{\n {2}name: "\$\{1:model\}"\n {2}base_path/,
    );
  });
});

describe('every field name and block', () => {
  const places: readonly [text: string, kind: ConfigKind][] = [
    ['|', 'model'],
    ['|', 'model-server'],
    ['|', 'batching'],
    ['|', 'monitoring'],
    ['|', 'ssl'],
    ['input { | }', 'model'],
    ['instance_group { | }', 'model'],
    ['dynamic_batching { | }', 'model'],
    ['sequence_batching { | }', 'model'],
    ['optimization { cuda { | } }', 'model'],
    ['model_config_list { | }', 'model-server'],
    ['model_config_list { config { | } }', 'model-server'],
  ];
  for (const [text, kind] of places) {
    it(`of ${kind}, in ${text}, makes a good file`, () => {
      const { document, offset } = marked(text);
      for (const { replace, insertText } of completeAt(document, kind, offset, here)) {
        const filled = insertText
          .replaceAll(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
          .replaceAll(/\$\{\d+:([^}]*)\}/g, '$1')
          .replaceAll('$0', '')
          .replaceAll(/\$\d+/g, '1');
        const good = parseDocument(applyEdits(document.text, [{ ...replace, text: filled }]));
        const errors = [...good.diagnostics, ...decodeMessage(good, configSchema(kind)).diagnostics].filter(
          ({ severity }) => severity === 'error',
        );
        assert.deepEqual(errors, [], insertText);
      }
    });
  }
});

describe('headers', () => {
  it('say what the file is', () => {
    assert.equal(
      taken('# proto-m|\nname: "x"\n', '# proto-message: inference.ModelConfig'),
      '# proto-message: inference.ModelConfig\nname: "x"\n',
    );
    assert.deepEqual(labels('# proto-message: |', 'ssl').slice(0, 1), [
      '# proto-message: tensorflow.serving.SSLConfig',
    ]);
    assert.deepEqual(labels('# about|'), []);
    assert.deepEqual(labels('name: "x"\n# |'), []);
  });
});
