// Operators that move elements about, and those that say shapes.
import { flag, int, ints, text, type } from '../attribute-values.ts';
import type { Attribute } from '../../savedmodel/proto/messages.ts';
import { activated } from './activation.ts';
import type { Operation, Translate, Translations } from '../operation.ts';

/** One of TensorFlow's ops on the same operands. */
const same =
  (op: string): Translate =>
  ({ build, refs }) => [build.node(op, refs)];

/** The new shape is an operand, or in the options of old files. */
const reshape: Translate = (operation) => {
  const { build } = operation;
  const shape = operation.optional(1)?.ref ?? build.int32(operation.ints(0));
  return [build.node('Reshape', [operation.ref(0), shape])];
};

const squeeze: Translate = (operation) => [
  operation.build.node('Squeeze', [operation.ref(0)], {
    attributes: { squeeze_dims: ints(operation.ints(0)) },
  }),
];

const concatenation: Translate = (operation) => {
  const { build, refs } = operation;
  const joined = build.node('ConcatV2', [...refs, build.int32(operation.int(0))], {
    attributes: { N: int(refs.length) },
  });
  return [activated(build, joined, operation.byte(1))];
};

const pack: Translate = (operation) => [
  operation.build.node('Pack', operation.refs, {
    attributes: { axis: int(operation.int(1)), N: int(operation.refs.length) },
  }),
];

/** The refs of all outputs of one node. */
function outputs(operation: Operation, first: string): readonly string[] {
  return operation.parts.outputs.map((output, index) => operation.build.output(first, index, output.type));
}

const unpack: Translate = (operation) =>
  outputs(
    operation,
    operation.build.node('Unpack', [operation.ref(0)], {
      attributes: { num: int(operation.int(0)), axis: int(operation.int(1)) },
    }),
  );

const split: Translate = (operation) =>
  outputs(
    operation,
    operation.build.node('Split', operation.refs, {
      type: operation.output().type,
      attributes: { num_split: int(operation.int(0)), T: type(operation.output().type) },
    }),
  );

const splitByLength: Translate = (operation) =>
  outputs(
    operation,
    operation.build.node('SplitV', operation.refs, { attributes: { num_split: int(operation.int(0)) } }),
  );

const stridedSlice: Translate = (operation) => [
  operation.build.node('StridedSlice', operation.refs, {
    attributes: {
      begin_mask: int(operation.int(0)),
      end_mask: int(operation.int(1)),
      ellipsis_mask: int(operation.int(2)),
      new_axis_mask: int(operation.int(3)),
      shrink_axis_mask: int(operation.int(4)),
    },
  }),
];

const mirrorPad: Translate = (operation) => [
  operation.build.node('MirrorPad', operation.refs, {
    attributes: { mode: text(operation.byte(0) === 0 ? 'REFLECT' : 'SYMMETRIC') },
  }),
];

const blocks =
  (op: string): Translate =>
  (operation) => [
    operation.build.node(op, [operation.ref(0)], { attributes: { block_size: int(operation.int(0)) } }),
  ];

const shape: Translate = (operation) => {
  const { type: out } = operation.output();
  return [
    operation.build.node('Shape', [operation.ref(0)], { type: out, attributes: { out_type: type(out) } }),
  ];
};

const rank: Translate = ({ build, refs: [x = ''] }) => [build.node('Rank', [x], { type: 'int32' })];

const fill: Translate = ({ build, refs: [sizes = '', value = ''] }) => [
  build.node('Fill', [sizes, value], { type: build.typeOf(value), attributes: { T: typeOf(build, value) } }),
];

function typeOf(build: Operation['build'], ref: string): Attribute {
  return type(build.typeOf(ref));
}

const reverseSequence: Translate = (operation) => [
  operation.build.node('ReverseSequence', operation.refs, {
    attributes: { seq_dim: int(operation.int(0)), batch_dim: int(operation.int(1)) },
  }),
];

const bitcast: Translate = (operation) => [
  operation.build.node('Bitcast', [operation.ref(0)], {
    type: operation.output().type,
    attributes: { type: type(operation.output().type) },
  }),
];

const reverse: Translate = ({ build, refs: [x = '', axes = ''] }) => [build.node('ReverseV2', [x, axes])];

const range: Translate = ({ build, refs }) => [
  build.node('Range', refs, { attributes: { Tidx: typeOf(build, refs[0] ?? '') } }),
];

const cumulated: Translate = (operation) => [
  operation.build.node('Cumsum', operation.refs, {
    attributes: { exclusive: flag(operation.flag(0)), reverse: flag(operation.flag(1)) },
  }),
];

/** Operators whose results are elements of their operands, moved: quantised ones too. */
export const shapingTranslations: Translations = new Map<string, Translate>([
  ['RESHAPE', reshape],
  ['SQUEEZE', squeeze],
  ['CONCATENATION', concatenation],
  ['PACK', pack],
  ['UNPACK', unpack],
  ['SPLIT', split],
  ['SPLIT_V', splitByLength],
  ['STRIDED_SLICE', stridedSlice],
  ['MIRROR_PAD', mirrorPad],
  ['SPACE_TO_DEPTH', blocks('SpaceToDepth')],
  ['DEPTH_TO_SPACE', blocks('DepthToSpace')],
  ['SPACE_TO_BATCH_ND', same('SpaceToBatchND')],
  ['BATCH_TO_SPACE_ND', same('BatchToSpaceND')],
  ['SHAPE', shape],
  ['RANK', rank],
  ['FILL', fill],
  ['RANGE', range],
  ['REVERSE_V2', reverse],
  ['REVERSE_SEQUENCE', reverseSequence],
  ['BITCAST', bitcast],
  ['CUMSUM', cumulated],
  ['PAD', same('Pad')],
  ['PADV2', same('PadV2')],
  ['SLICE', same('Slice')],
  ['TRANSPOSE', same('Transpose')],
  ['TILE', same('Tile')],
  ['EXPAND_DIMS', same('ExpandDims')],
  ['BROADCAST_TO', same('BroadcastTo')],
  ['BROADCAST_ARGS', same('BroadcastArgs')],
]);
