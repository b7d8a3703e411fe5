// What the mouse is told of fields, values and what the model has in their place.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConfigKind } from '../../../../../server/config/config-kind.ts';
import { hoverAt, type HoverHelp } from '../../../../../server/config/language/hover.ts';
import { code } from '../../../../../server/config/language/markdown.ts';
import { digits, marked, modelDirectory, repository, served } from './marker.ts';

function hover(text: string, help: HoverHelp = {}, kind: ConfigKind = 'model'): string {
  const { document, offset } = marked(text);
  return hoverAt(document, kind, offset, help)?.contents ?? '';
}

const docs = (name: string): string | undefined =>
  new Map([
    ['inference.ModelConfig.max_batch_size', 'The largest batch. Default 0.'],
    ['inference.ModelConfig.parameters', 'Settings for the backend.'],
    ['inference.ModelInstanceGroup.Kind.KIND_GPU', 'On each of the listed GPUs.'],
  ]).get(name);

describe('hover on a field', () => {
  it('says type, meaning, range and where to read on', () => {
    const said = hover('max_b|atch_size: 8', { docs });
    assert.match(said, /^\*\*max_batch_size\*\*: int32\n\nThe largest batch\. Default 0\.\n\n/);
    assert.match(said, /Range: -2147483648 to 2147483647\./);
    assert.match(said, /\[Documentation\]\(https:\/\/github\.com\/.*#maximum-batch-size\)$/);
  });
  it('says the default where its comment does not', () => {
    assert.match(
      hover('dynamic_batching { priority_lev|els: 1 }'),
      /Range: 0 to 18446744073709551615\. Default: `0`\./,
    );
  });
  it('says what cannot be set beside it', () => {
    assert.match(
      hover('dynamic_bat|ching {}'),
      /Not together with `sequence_batching`, `ensemble_scheduling`\./,
    );
  });
  it('says that it is deprecated', () => {
    assert.match(
      hover('model_config_list { config { model_t|ype: OTHER } }', {}, 'model-server'),
      /\*\*Deprecated\.\*\*/,
    );
  });
  it('lists the values of enums', () => {
    assert.match(
      hover('instance_group { ki|nd: KIND_GPU }'),
      /Values: `KIND_AUTO`, `KIND_GPU`, `KIND_CPU`, `KIND_MODEL`\./,
    );
  });
  it('takes the words of the map for the parts of its entries', () => {
    assert.match(hover('parameters { ke|y: "a" }', { docs }), /Settings for the backend\./);
  });
  it('says nothing of what it does not know', () => {
    assert.equal(hover('nons|ense: 8'), '');
    assert.equal(hover('max_batch_size: |8'), '');
    assert.equal(hover('name: "x"\n|\nplatform: "y"'), '');
  });
});

describe('hover on a value', () => {
  it('of an enum says what it means', () => {
    assert.equal(
      hover('instance_group { kind: KIND|_GPU }', { docs }),
      '**KIND_GPU** = 1, of Kind\n\nOn each of the listed GPUs.',
    );
  });
  it('is about the value', () => {
    const { document, offset } = marked('instance_group { kind: KIND|_GPU }');
    const span = hoverAt(document, 'model', offset)?.span;
    assert.equal(document.text.slice(span?.start, span?.end), 'KIND_GPU');
  });
});

describe('hover on what the model has', () => {
  const help = { around: repository };
  const cases: readonly [text: string, said: RegExp, kind?: ConfigKind][] = [
    ['in|put []', /The model, version 3, has\s+- `x`: `TYPE_FP32 \[N, 784\]`/],
    ['out|put []', /- `probabilities`: `TYPE_FP32 \[N, 10\]`\n- `label`: `TYPE_INT64 \[N\]`/],
    ['input { name: "|x" }', /^The model, version 3, has `x`: `TYPE_FP32 \[N, 784\]`\.$/],
    [
      'output { name: "lab|l" }',
      /^The model, version 3, has no output `labl`, but `probabilities`, `label`\.$/,
    ],
    ['output { name: "label" di|ms: 1 }', /has `label`: `TYPE_INT64 \[N\]`\./],
    [
      'ensemble_scheduling { step { model_name: "res|ize" } }',
      /`resize` has\s+- input `image`: `TYPE_UINT8 \[-1\]`\n- output `pixels`/,
    ],
    [
      'model_config_list { config { base_path: "/models/|digits" } }',
      /^Versions on disk: 1, 3\.$/,
      'model-server',
    ],
    [
      'model_config_list { config { base_path: "/models/|gone" } }',
      /^There is no such directory\.$/,
      'model-server',
    ],
  ];
  for (const [text, said, kind] of cases) {
    it(text, () => {
      assert.match(hover(text, kind === 'model-server' ? { around: served } : help, kind), said);
    });
  }
  it('leaves out what is not known', () => {
    assert.equal(hover('input { name: "|x" }'), '');
    assert.equal(
      hover('input { name: "|x" }', { around: { directory: { ...modelDirectory('a'), versions: [] } } }),
      '',
    );
  });
  it('shows names as they are, whatever they look like in Markdown', () => {
    const [input] = digits.inputs;
    const odd = { ...digits, inputs: [{ ...input!, name: '*a* `b` [c](command:x)' }] };
    const said = hover('in|put []', { around: { directory: modelDirectory('a', odd) } });
    assert.match(said, /- ``\*a\* `b` \[c\]\(command:x\)``: /);
    assert.equal(code('`'), '`` ` ``');
  });
});
