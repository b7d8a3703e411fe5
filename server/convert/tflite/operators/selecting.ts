// Reductions, and operators that choose elements by index, by rank or by a condition.
import { Unsupported } from '../../savedmodel/unsupported.ts';
import { flag, int, type } from '../attribute-values.ts';
import type { Translate, Translations } from '../operation.ts';

const reduction =
  (op: string): Translate =>
  (operation) => [
    operation.build.node(op, operation.refs, { attributes: { keep_dims: flag(operation.flag(0)) } }),
  ];

const extreme =
  (op: string): Translate =>
  (operation) => {
    const { type: out } = operation.output();
    return [operation.build.node(op, operation.refs, { type: out, attributes: { output_type: type(out) } })];
  };

const gather: Translate = (operation) => {
  const { build } = operation;
  const [x = '', indices = ''] = operation.refs;
  return [
    build.node('GatherV2', [x, indices, build.int32(operation.int(0))], {
      attributes: { batch_dims: int(operation.int(1)), Tparams: type(build.typeOf(x)) },
    }),
  ];
};

const gatherNd: Translate = ({ build, refs }) => [
  build.node('GatherNd', refs, { attributes: { Tparams: type(build.typeOf(refs[0] ?? '')) } }),
];

/** Rows of a table, which is the second operand. */
const embedding: Translate = ({ build, refs: [indices = '', table = ''] }) => [
  build.node('GatherV2', [table, indices, build.int32(0)], {
    type: build.typeOf(table),
    attributes: { Tparams: type(build.typeOf(table)) },
  }),
];

const oneHot: Translate = (operation) => {
  const { type: out } = operation.output();
  return [
    operation.build.node('OneHot', operation.refs, {
      type: out,
      attributes: { axis: int(operation.int(0)), T: type(out) },
    }),
  ];
};

const top: Translate = (operation) => {
  const { type: index } = operation.output(1);
  const values = operation.build.node('TopKV2', operation.refs, { attributes: { index_type: type(index) } });
  return [values, operation.build.output(values, 1, index)];
};

const where: Translate = (operation) => {
  if (operation.parts.inputs.length !== 1) {
    throw new Unsupported('three operands');
  }
  return [operation.build.node('Where', operation.refs, { type: 'int64' })];
};

const unique: Translate = (operation) => {
  const { type: index } = operation.output(1);
  const first = operation.build.node('Unique', operation.refs, { attributes: { out_idx: type(index) } });
  return [first, operation.build.output(first, 1, index)];
};

const scatter: Translate = (operation) => [
  operation.build.node('ScatterNd', operation.refs, { type: operation.output().type }),
];

const same =
  (op: string): Translate =>
  (operation) => [operation.build.node(op, operation.refs)];

/** Reductions and choices. */
export const selectingTranslations: Translations = new Map<string, Translate>([
  ['MEAN', reduction('Mean')],
  ['SUM', reduction('Sum')],
  ['REDUCE_PROD', reduction('Prod')],
  ['REDUCE_MAX', reduction('Max')],
  ['REDUCE_MIN', reduction('Min')],
  ['REDUCE_ANY', reduction('Any')],
  ['REDUCE_ALL', reduction('All')],
  ['ARG_MAX', extreme('ArgMax')],
  ['ARG_MIN', extreme('ArgMin')],
  ['GATHER', gather],
  ['GATHER_ND', gatherNd],
  ['EMBEDDING_LOOKUP', embedding],
  ['ONE_HOT', oneHot],
  ['TOPK_V2', top],
  ['WHERE', where],
  ['UNIQUE', unique],
  ['SCATTER_ND', scatter],
  ['SEGMENT_SUM', same('SegmentSum')],
  ['UNSORTED_SEGMENT_SUM', same('UnsortedSegmentSum')],
  ['UNSORTED_SEGMENT_MAX', same('UnsortedSegmentMax')],
  ['UNSORTED_SEGMENT_MIN', same('UnsortedSegmentMin')],
  ['UNSORTED_SEGMENT_PROD', same('UnsortedSegmentProd')],
]);
