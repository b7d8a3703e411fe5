// Lookup tables: filling from tensors and files, asking, TensorFlow's refusals.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableKernels } from '../../../../../../../server/convert/savedmodel/evaluate/kernels/tables.ts';
import { emptyContext, nodeFrom, valueFrom } from './oracle-cases.ts';
import type { OracleCase } from './oracle-cases.ts';
import type {
  KernelContext,
  Operand,
} from '../../../../../../../server/convert/savedmodel/evaluate/contract.ts';

const types = { string: 7, int64: 9, float32: 1 } as const;

function run(
  op: string,
  attrs: OracleCase['attrs'],
  operands: readonly Operand[],
  context: KernelContext,
): readonly Operand[] {
  const kernel = tableKernels.get(op);
  assert.ok(kernel !== undefined);
  return kernel(operands, nodeFrom(op, attrs), context);
}

function strings(...data: string[]): Operand {
  return valueFrom({ dtype: 'string', shape: [data.length], data });
}

function int64s(...data: number[]): Operand {
  return valueFrom({ dtype: 'int64', shape: [data.length], data });
}

const missing = valueFrom({ dtype: 'int64', shape: [], data: [-1] });

function newTable(context: KernelContext, key: keyof typeof types, value: keyof typeof types): Operand {
  const [handle] = run(
    'HashTableV2',
    { key_dtype: ['type', types[key]], value_dtype: ['type', types[value]] },
    [],
    context,
  );
  assert.ok(handle !== undefined);
  return handle;
}

/** Loads a vocabulary and looks keys up in it. */
function load(
  text: string,
  attrs: Record<string, number | string>,
  value: 'int64' | 'string' = 'int64',
): { context: KernelContext; handle: Operand } {
  const context = { ...emptyContext(), readAsset: () => Buffer.from(text) };
  const handle = newTable(context, value === 'int64' ? 'string' : 'int64', value);
  const stored = Object.fromEntries(
    Object.entries({ key_index: -2, value_index: -1, ...attrs }).map(([name, attr]) => [
      name,
      typeof attr === 'number' ? (['int', String(attr)] as const) : (['bytes', attr] as const),
    ]),
  );
  run(
    'InitializeTableFromTextFileV2',
    stored,
    [handle, valueFrom({ dtype: 'string', shape: [], data: ['v.txt'] })],
    context,
  );
  return { context, handle };
}

describe('tables', () => {
  it('find values and defaults', () => {
    const { context, handle } = load('a\r\nb\n\nc', {});
    const found = run('LookupTableFindV2', {}, [handle, strings('c', 'a', 'zz', ''), missing], context);
    assert.deepEqual(found, [int64s(3, 0, -1, 2)]);
    assert.deepEqual(run('LookupTableSizeV2', {}, [handle], context), [
      { ...missing, data: BigInt64Array.of(4n) },
    ]);
  });

  it('read columns, an offset, and so many lines only', () => {
    const { context, handle } = load('x,7\ny,8\n', { key_index: 0, value_index: 1, delimiter: ',' });
    assert.deepEqual(run('LookupTableFindV2', {}, [handle, strings('y'), missing], context), [int64s(8)]);
    const two = load('a\nb\nc\n', { vocab_size: 2, offset: 10 });
    assert.deepEqual(run('LookupTableFindV2', {}, [two.handle, strings('b', 'c'), missing], two.context), [
      int64s(11, -1),
    ]);
    const reversed = load('a\nb\n', { key_index: -1, value_index: -2 }, 'string');
    const unknown = valueFrom({ dtype: 'string', shape: [], data: ['?'] });
    assert.deepEqual(
      run('LookupTableFindV2', {}, [reversed.handle, int64s(1, 5), unknown], reversed.context),
      [strings('b', '?')],
    );
  });

  it('refuse files that do not fit', () => {
    assert.throws(() => load('a\nb\na\n', {}), {
      message: 'HashTable has different value for same key. Key a has 0 and trying to add value 2',
    });
    assert.throws(() => load('a\n', { vocab_size: 3 }), {
      message: 'Invalid vocab_size in v.txt: expected 3 but got 1',
    });
    assert.throws(() => load('a\n', { key_index: 0, value_index: 1 }), { code: 'INFERENCE_FAILED' });
    assert.throws(() => load('a,b\n', { key_index: 0, value_index: 1, delimiter: ',' }), {
      code: 'INFERENCE_FAILED',
    });
  });

  it('insert, import, export, remove', () => {
    const context = emptyContext();
    const handle = newTable(context, 'int64', 'string');
    run('LookupTableInsertV2', {}, [handle, int64s(1, 2), strings('a', 'b')], context);
    run('LookupTableInsertV2', {}, [handle, int64s(2), strings('c')], context);
    assert.deepEqual(run('LookupTableExportV2', {}, [handle], context), [int64s(1, 2), strings('a', 'c')]);
    run('LookupTableRemoveV2', {}, [handle, int64s(1)], context);
    run('LookupTableImportV2', {}, [handle, int64s(9), strings('z')], context);
    assert.deepEqual(run('LookupTableExportV2', {}, [handle], context), [int64s(9), strings('z')]);
  });

  it('load a million lines', () => {
    const { context, handle } = load(Array.from({ length: 1_000_000 }, (_, i) => `word${i}\n`).join(''), {});
    assert.deepEqual(run('LookupTableFindV2', {}, [handle, strings('word999999'), missing], context), [
      int64s(999_999),
    ]);
  });
});
