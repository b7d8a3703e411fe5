// SavedModels and trees that are damaged, or made to hurt when they are converted.
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ErrorCode } from '../../../server/errors.ts';
import { attr, constant, functionDef, node, placeholder } from '../../support/savedmodel/nodes.ts';
import { tensor } from '../../support/savedmodel/tensors.ts';
import { writeSavedModel, type TestSavedModel } from '../../support/savedmodel/write-saved-model.ts';
import { linearModel } from '../../server/support/saved-models.ts';
import type { HostileModel } from './broken-models.ts';

const float = { T: attr.type('float32') };
const good = linearModel(2, 1);
const shard = 'variables/variables.data-00000-of-00001';

type Damage = (directory: string, outside: string) => void;

/** A SavedModel, what is done to its files, and how its version ends. */
function savedModel(
  name: string,
  outcome: ErrorCode | 'served',
  model: TestSavedModel,
  damage?: Damage,
): HostileModel {
  return {
    name: `saved_model_${name}`,
    prepare: (directory, outside) => {
      writeSavedModel(directory, model);
      damage?.(directory, outside);
    },
    outcome: [outcome],
  };
}

/** The good one with this done to its files. */
const damaged = (name: string, damage: Damage): HostileModel =>
  savedModel(name, 'SAVED_MODEL_INVALID', good, damage);

const cut =
  (file: string, bytes: number): Damage =>
  (directory) => {
    const place = path.join(directory, file);
    truncateSync(place, readFileSync(place).length - bytes);
  };

const flip =
  (file: string, at: number): Damage =>
  (directory) => {
    const place = path.join(directory, file);
    const bytes = readFileSync(place);
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    writeFileSync(place, bytes);
  };

/** The good one with more nodes, the last of which is its output. */
const withNodes = (nodes: TestSavedModel['graph'], output: string, rest: Partial<TestSavedModel> = {}) => ({
  ...good,
  graph: [...good.graph, ...nodes],
  signatures: {
    serving_default: {
      inputs: { x: { name: 'x:0', dtype: 'float32', shape: [-1] } },
      outputs: { y: { name: `${output}:0`, dtype: 'float32', shape: [-1] } },
    },
  } as const,
  ...rest,
});

const argument = (name: string) => ({ name, type: 'float32' }) as const;

/** A function that calls the other one. */
const calling = (name: string, other: string) =>
  functionDef(
    name,
    [argument('a')],
    [argument('b')],
    [
      node('call', 'StatefulPartitionedCall', ['a'], {
        Tin: attr.types(['float32']),
        Tout: attr.types(['float32']),
        f: attr.func(other),
      }),
    ],
    { b: 'call:output:0' },
  );

const call = (name: string) =>
  node('called', 'StatefulPartitionedCall', ['x'], {
    Tin: attr.types(['float32']),
    Tout: attr.types(['float32']),
    f: attr.func(name),
  });

/** Names add up with each call: the limit of characters is reached long before that of nodes. */
const long = '_'.repeat(400);

/** 2^20 nodes by functions that call the next one twice. */
const doubling = Array.from({ length: 20 }, (_, i) =>
  functionDef(
    `f${i}`,
    [argument('a')],
    [argument('b')],
    i === 19
      ? [node(`one${long}`, 'Neg', ['a'], float), node(`sum${long}`, 'Neg', [`one${long}:y:0`], float)]
      : [`one${long}`, `sum${long}`].map((name, at) =>
          node(name, 'PartitionedCall', [at === 0 ? 'a' : `one${long}:output:0`], {
            Tin: attr.types(['float32']),
            Tout: attr.types(['float32']),
            f: attr.func(`f${i + 1}`),
          }),
        ),
    { b: i === 19 ? `sum${long}:y:0` : `sum${long}:output:0` },
  ),
);

const fill = (size: bigint) => [
  constant('size', tensor('int64', [size], [1])),
  constant('nought', tensor('float32', 0)),
  node('filled', 'Fill', ['size', 'nought'], { T: attr.type('float32'), index_type: attr.type('int64') }),
  node('added', 'AddV2', ['x', 'filled'], float),
];

/** An init op that turns for ever. */
const endless = withNodes(
  [
    constant('start', tensor('int32', 0)),
    node('turns', 'StatelessWhile', ['start'], {
      T: attr.types(['int32']),
      cond: attr.func('always'),
      body: attr.func('same'),
    }),
  ],
  'sum',
  {
    functions: [
      ...(good.functions ?? []),
      functionDef(
        'always',
        [{ name: 'n', type: 'int32' }],
        [{ name: 'on', type: 'bool' }],
        [constant('yes', tensor('bool', 1))],
        { on: 'yes:output:0' },
      ),
      functionDef(
        'same',
        [{ name: 'n', type: 'int32' }],
        [{ name: 'm', type: 'int32' }],
        [node('copy', 'Identity', ['n'], { T: attr.type('int32') })],
        { m: 'copy:output:0' },
      ),
    ],
    initOp: { name: 'turns', in: '__saved_model_init_op' },
  },
);

/** A table filled from an asset that is said to lie elsewhere. */
const leaving = (filename: string): TestSavedModel =>
  withNodes(
    [
      constant('file', tensor('string', '')),
      node('table', 'HashTableV2', [], {
        key_dtype: attr.type('string'),
        value_dtype: attr.type('int64'),
        shared_name: attr.string('words'),
        container: attr.string(''),
        use_node_name_sharing: attr.bool(false),
      }),
      node('fill_table', 'InitializeTableFromTextFileV2', ['table', 'file'], {
        key_index: attr.int(-2),
        value_index: attr.int(-1),
        vocab_size: attr.int(-1),
        delimiter: attr.string('\t'),
      }),
    ],
    'sum',
    {
      assets: [{ tensorName: 'file:0', filename }],
      initOp: { name: 'fill_table', in: 'saved_model_main_op' },
    },
  );

const cyclic = withNodes(
  [node('left', 'AddV2', ['x', 'right'], float), node('right', 'AddV2', ['x', 'left'], float)],
  'left',
);

/** In this order; the last one is as it should be. */
export const savedModels: readonly HostileModel[] = [
  damaged('cut', cut('saved_model.pb', 10)),
  damaged('empty', (directory) => truncateSync(path.join(directory, 'saved_model.pb'), 0)),
  damaged('zeros', (directory) =>
    writeFileSync(path.join(directory, 'saved_model.pb'), Buffer.alloc(100_000)),
  ),
  damaged('wrong_crc', flip(shard, 0)),
  damaged('wrong_index', flip('variables/variables.index', 5)),
  damaged('cut_index', cut('variables/variables.index', 3)),
  damaged('cut_shard', cut(shard, 1)),
  damaged('no_shard', (directory) => rmSync(path.join(directory, shard))),
  savedModel('no_variables', 'OPERATORS_UNSUPPORTED', good, (directory) =>
    rmSync(path.join(directory, 'variables'), { recursive: true }),
  ),
  damaged('other_tags', (directory) => writeSavedModel(directory, { ...good, tags: ['train'] })),
  savedModel('asset_above', 'SAVED_MODEL_INVALID', leaving('../../words.txt')),
  savedModel('asset_absolute', 'SAVED_MODEL_INVALID', leaving('/words.txt')),
  savedModel('asset_link', 'SAVED_MODEL_INVALID', leaving('words.txt'), (directory, outside) => {
    writeFileSync(path.join(outside, 'secret'), 'secret\t1\n');
    mkdirSync(path.join(directory, 'assets'));
    symlinkSync(path.join(outside, 'secret'), path.join(directory, 'assets', 'words.txt'));
  }),
  savedModel(
    'recursive',
    'SAVED_MODEL_INVALID',
    withNodes([call('ping')], 'called', {
      functions: [...(good.functions ?? []), calling('ping', 'pong'), calling('pong', 'ping')],
    }),
  ),
  savedModel(
    'doubling',
    'SAVED_MODEL_INVALID',
    withNodes([call('f0')], 'called', { functions: [...(good.functions ?? []), ...doubling] }),
  ),
  savedModel('cyclic', 'SAVED_MODEL_INVALID', cyclic),
  savedModel('huge_fill', 'SAVED_MODEL_INVALID', withNodes(fill(2n ** 40n), 'added')),
  savedModel('negative_fill', 'served', withNodes(fill(-1n), 'added')),
  savedModel('endless_init', 'SAVED_MODEL_INVALID', endless),
  savedModel(
    'unknown_op',
    'OPERATORS_UNSUPPORTED',
    withNodes([node('odd', 'NoSuchOp', ['x'], float)], 'odd'),
  ),
  savedModel(
    'no_such_node',
    'SAVED_MODEL_INVALID',
    withNodes([node('lost', 'Neg', ['nobody'], float)], 'lost'),
  ),
  {
    name: 'xgboost_damaged',
    prepare: (directory) => writeFileSync(path.join(directory, 'model.json'), '{"learner":{}}'),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'lightgbm_damaged',
    prepare: (directory) => writeFileSync(path.join(directory, 'model.txt'), 'tree\nversion=v4\n'),
    outcome: ['MODEL_FILE_INVALID'],
  },
  savedModel('as_it_should_be', 'served', {
    ...good,
    graph: [...good.graph, placeholder('unused', 'string')],
  }),
];
