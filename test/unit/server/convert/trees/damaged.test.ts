// Tree models that are damaged, hostile or beyond us: a named error each, and no more than that.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readLightgbm } from '../../../../../server/convert/trees/lightgbm.ts';
import { readXgboost } from '../../../../../server/convert/trees/xgboost.ts';
import { PerchError } from '../../../../../server/errors.ts';

const fixtures = path.join(import.meta.dirname, '../../../../fixtures/trees');

function model(name: string): string {
  const golden = JSON.parse(readFileSync(path.join(fixtures, `${name}.json`), 'utf8')) as { model: string };
  return golden.model;
}

const xgboost = model('xgboost-squared-error');
const lightgbm = model('lightgbm-regression');

/** The model with the first match replaced, which must be there. */
function changed(text: string, from: RegExp | string, to: string): string {
  const result = text.replace(from, to);
  assert.notEqual(result, text);
  return result;
}

const cases: readonly (readonly [string, (text: string) => unknown, string, PerchError['code'], RegExp])[] = [
  ['no JSON', readXgboost, '{"learner":', 'MODEL_FILE_INVALID', /no JSON/],
  ['JSON of something else', readXgboost, '{"a": 1}', 'MODEL_FILE_INVALID', /has no "learner"/],
  ['an array', readXgboost, '[]', 'MODEL_FILE_INVALID', /is no object/],
  [
    'a circle',
    readXgboost,
    changed(xgboost, /"left_children":\[1/, '"left_children":[0'),
    'MODEL_FILE_INVALID',
    /reached twice/,
  ],
  [
    'a child outside of the tree',
    readXgboost,
    changed(xgboost, /"left_children":\[1/, '"left_children":[999'),
    'MODEL_FILE_INVALID',
    /no node 999/,
  ],
  [
    'a feature that is not there',
    readXgboost,
    changed(xgboost, '"num_feature":"6","num_target"', '"num_feature":"1","num_target"'),
    'MODEL_FILE_INVALID',
    /splits feature/,
  ],
  [
    'a linear booster',
    readXgboost,
    changed(xgboost, '"name":"gbtree"', '"name":"gblinear"'),
    'OPERATORS_UNSUPPORTED',
    /gblinear/,
  ],
  [
    'an unknown objective',
    readXgboost,
    changed(xgboost, 'reg:squarederror', 'reg:mine'),
    'OPERATORS_UNSUPPORTED',
    /reg:mine/,
  ],
  ['an empty text', readLightgbm, '', 'MODEL_FILE_INVALID', /end of trees/],
  [
    'a text that was cut off',
    readLightgbm,
    lightgbm.slice(0, lightgbm.length / 2),
    'MODEL_FILE_INVALID',
    /end of trees/,
  ],
  [
    'a circle of splits',
    readLightgbm,
    changed(lightgbm, /left_child=\S+/, 'left_child=0'),
    'MODEL_FILE_INVALID',
    /reached twice/,
  ],
  [
    'more leaves than values',
    readLightgbm,
    changed(lightgbm, /num_leaves=\d+/, 'num_leaves=4000000000'),
    'MODEL_FILE_INVALID',
    /leaves/,
  ],
  [
    'linear trees',
    readLightgbm,
    changed(lightgbm, 'is_linear=0', 'is_linear=1'),
    'OPERATORS_UNSUPPORTED',
    /linear/,
  ],
  [
    'an objective of the future',
    readLightgbm,
    changed(lightgbm, 'objective=regression', 'objective=tomorrow'),
    'OPERATORS_UNSUPPORTED',
    /tomorrow/,
  ],
];

describe('a damaged tree model is refused with its fault', () => {
  for (const [name, read, text, code, message] of cases) {
    it(name, () => {
      assert.throws(
        () => read(text),
        (reason) => reason instanceof PerchError && reason.code === code && message.test(reason.message),
      );
    });
  }

  it('whatever byte is changed', () => {
    // A small generator with a fixed seed: the same mutations at every run.
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state % below;
    };
    for (const [read, text] of [
      [readXgboost, xgboost],
      [readLightgbm, lightgbm],
    ] as const) {
      for (let round = 0; round < 300; round++) {
        const at = random(text.length);
        const mutated = text.slice(0, at) + String.fromCharCode(32 + random(95)) + text.slice(at + 1);
        try {
          read(mutated);
        } catch (reason) {
          assert.ok(reason instanceof PerchError, `${String(reason)} at ${at}`);
        }
      }
    }
  });
});
