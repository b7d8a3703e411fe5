// Colours by meaning.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ConfigKind } from '../../../../../server/config/config-kind.ts';
import { semanticTokens } from '../../../../../server/config/language/semantic-tokens.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';

function colours(text: string, kind: ConfigKind = 'model'): readonly string[] {
  return semanticTokens(parseDocument(text), kind).map(
    ({ start, end, type, isDeprecated }) =>
      `${text.slice(start, end)}: ${type}${isDeprecated ? ' deprecated' : ''}`,
  );
}

it('tells fields, enum values, truth values and the rest apart', () => {
  assert.deepEqual(
    colours('# c\ninput { name: "a" "b" data_type: TYPE_FP32 dims: [-1, 0x2] optional: true }'),
    [
      '# c: comment',
      'input: property',
      'name: property',
      '"a": string',
      '"b": string',
      'data_type: property',
      'TYPE_FP32: enumMember',
      'dims: property',
      '-1: number',
      '0x2: number',
      'optional: property',
      'true: keyword',
    ],
  );
});

it('leaves unknown names to the grammar', () => {
  assert.deepEqual(colours('inputs { name: 1 } input { data_type: FP32 }'), [
    '1: number',
    'input: property',
    'data_type: property',
  ]);
});

it('shows deprecated fields and names in brackets', () => {
  assert.deepEqual(colours('model_config_list { config { model_type: 1 } }', 'model-server').slice(2, 3), [
    'model_type: property deprecated',
  ]);
  const any = 'custom_model_config { [type.googleapis.com/tensorflow.serving.ModelConfig] { name: "x" } }';
  assert.deepEqual(colours(any, 'model-server').slice(1, 3), [
    '[type.googleapis.com/tensorflow.serving.ModelConfig]: namespace',
    'name: property',
  ]);
});

it('gives each line of a long comment a token of its own', () => {
  assert.deepEqual(colours('/* a\r\n\r\n b */'), ['/* a: comment', ' b */: comment']);
});
