// The rows below a version.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { signatureOfDetail, versionDetails } from '../../../extension/explorer/version-details.ts';
import { versionFiles } from '../../../extension/explorer/version-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { labelShare, model, signature as named, version } from './models.ts';
import { plain } from './plain.ts';

const signature = {
  inputs: [{ name: 'image', dtype: 'DT_FLOAT', shape: ['-1', '784'] }],
  outputs: [{ name: 'label', dtype: 'DT_INT64', shape: [] }],
};

function rows(...given: Parameters<typeof versionDetails> extends [unknown, ...infer Rest] ? Rest : never) {
  return versionDetails(plain, ...given).map(({ key, label, description }) => [key, label, description]);
}

describe('versionDetails', () => {
  it('lists labels, the share, the signature and the files, in this order', () => {
    const two = version('2', { signature, labels: ['stable'], pendingLabels: ['next'] });
    const served = { ...model('digits', [two]), traffic: [labelShare('stable', 95, '2')] };
    assert.deepEqual(
      rows(served, two, [
        { name: 'model.onnx', size: 2_500_000 },
        { name: 'assets', size: undefined },
      ]),
      [
        ['label:stable', 'stable', 'label'],
        ['label:next', 'next', 'label, waits for this version'],
        ['share', '95 %', 'of the requests that name no version'],
        ['input:image', 'image', 'input · float ? × 784'],
        ['output:label', 'label', 'output · int64 ()'],
        ['file:model.onnx', 'model.onnx', '2.5 MB'],
        ['file:assets', 'assets', 'directory'],
      ],
    );
  });

  it('lists the signatures of a converted model, each with what it takes and gives', () => {
    const signatures = [
      named('serving_default'),
      named('grow', {
        methodName: 'tensorflow/serving/regress',
        optionalInputs: ['rate', 'x'],
        isStateful: true,
      }),
      named('odd', { methodName: '' }),
    ];
    const one = version('1', { convertedFrom: 'saved_model', signature: signatures[0], signatures });
    const details = versionDetails(plain, model('m', [one]), one, []);
    assert.deepEqual(
      details.map(({ key, label, description, spoken }) => [key, label, description, spoken]),
      [
        ['signature:serving_default', 'serving_default', 'predict', 'Signature serving_default, predict'],
        ['signature:grow', 'grow', 'regress', 'Signature grow, regress'],
        ['signature:odd', 'odd', 'signature', 'Signature odd'],
      ],
    );
    assert.deepEqual(
      details[1]?.children?.map(({ key, description }) => [key, description]),
      [
        ['signature:grow/input:x', 'input · float ? × 1'],
        ['signature:grow/output:y', 'output · float …'],
      ],
    );
    assert.equal(details[1].children[1]?.tooltip, 'y: float, of any number of dimensions');
    assert.equal(
      details[1].tooltip,
      'grow, made for tensorflow/serving/regress\nMay be left out: rate, x\nA request changes what the next one gets.',
    );
    assert.deepEqual(
      details.map(({ key }) => signatureOfDetail(key)),
      ['serving_default', 'grow', 'odd'],
    );
    assert.equal(signatureOfDetail('input:x'), undefined);
    assert.deepEqual(
      details.map(({ isOpen }) => isOpen),
      [false, false, false],
    );
    const alone = { ...one, signatures: signatures.slice(0, 1) };
    assert.equal(versionDetails(plain, model('m', [alone]), alone, [])[0]?.isOpen, true);
  });

  it('begins with what is wrong', () => {
    const failed = version('1', {
      phase: 'failed',
      error: 'It is no model.',
      errorCode: 'MODEL_FILE_INVALID',
    });
    assert.deepEqual(rows(model('m', [failed]), failed, []), [
      ['problem', 'It is no model.', 'MODEL_FILE_INVALID'],
    ]);
  });

  it('says in words what the rows are', () => {
    const two = version('2', { signature, labels: ['stable'] });
    assert.deepEqual(
      versionDetails(plain, model('m', [two]), two, [{ name: 'a', size: 1 }]).map(({ spoken }) => spoken),
      ['Label stable', 'Input image, float ? × 784', 'Output label, int64 ()', 'File a'],
    );
  });
});

describe('versionFiles', () => {
  it('gives names and sizes, sorted, and nothing for a directory that is gone', async () => {
    using directory = tempDir();
    writeFileSync(path.join(directory.path, 'model.onnx'), 'abc');
    mkdirSync(path.join(directory.path, 'assets'));
    assert.deepEqual(await versionFiles(directory.path), [
      { name: 'assets', size: undefined },
      { name: 'model.onnx', size: 3 },
    ]);
    assert.deepEqual(await versionFiles(path.join(directory.path, 'gone')), []);
    assert.deepEqual(await versionFiles(''), []);
  });
});
