"""Shapes, gathering and scattering, joining and splitting, padding."""

import ml_dtypes
import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops
TYPES = {'float32': np.float32, 'float64': np.float64, 'half': np.float16, 'bfloat16': ml_dtypes.bfloat16, 'int8': np.int8, 'int16': np.int16,
         'int32': np.int32, 'int64': np.int64, 'uint8': np.uint8, 'uint16': np.uint16, 'uint32': np.uint32, 'uint64': np.uint64, 'bool': np.bool_}


def sample(name, *shape):
    count = int(np.prod(shape))
    if name == 'string':
        return np.array([b'%d\xff' % i for i in range(count)], dtype=object).reshape(shape)
    if name == 'complex64':
        return (np.arange(count) + 1j * np.arange(count)[::-1]).astype(np.complex64).reshape(shape)
    return (np.arange(count) % (2 if name == 'bool' else 100)).astype(TYPES[name]).reshape(shape)


def shaping():
    f = Family('shaping')
    every = [*TYPES, 'string', 'complex64']
    for name in every:
        x = sample(name, 2, 3)
        f.case(f'moves/{name}', lambda x: {
            'reshape': tf.reshape(x, [3, 2]), 'transpose': tf.transpose(x), 'expand': tf.expand_dims(x, 1), 'squeeze': tf.squeeze(x[:, :1], 1),
            'slice': R.Slice(input=x, begin=[0, 1], size=[-1, 2]), 'concat': tf.concat([x, x], 0), 'identity': tf.identity(x)}, x=x)
        f.case(f'shares/{name}', lambda x: {
            'stack': tf.stack([x, x], 1), 'unstack': tf.unstack(x, num=3, axis=1)[1], 'split': R.Split(axis=1, value=x, num_split=3)[2],
            **({} if name == 'uint16' else {'tile': tf.tile(x, [1, 2])}), 'broadcast': tf.broadcast_to(x, [2, 2, 3]), 'gather': tf.gather(x, [1, 0, 1])}, known='all', x=x)
        if name != 'complex64':
            f.case(f'pad/{name}', lambda x: tf.pad(x, [[1, 0], [0, 2]]), x=x)
            f.case(f'reverse/{name}', lambda x: tf.reverse(x, [1]), x=x)
            f.case(f'where/{name}', lambda c, x: tf.where(c, x, tf.roll(x, 1, 0) if name != 'string' else tf.reverse(x, [0])), c=np.array([[True, False, True], [False, False, True]]), x=x)
            f.case(f'gatherNd/{name}', lambda x: tf.gather_nd(x, [[0, 2], [1, 1]]), x=x)
    for i, (name, dtype) in enumerate([('int32', tf.int32), ('int64', tf.int64)]):
        f.case(f'Shape/{name}', lambda x, d=dtype: {'shape': R.Shape(input=x, out_type=d), 'size': R.Size(input=x, out_type=d), 'rank': R.Rank(input=x),
                                                  'n': R.ShapeN(input=[x, x], out_type=d)[1]}, known='rank', x=np.zeros([2, 0, 3], np.float32))
    for k, shape in enumerate([[-1], [3, -1], [2, 1, -1], [6, 1], [1, -1, 1, 2]]):
        f.case(f'Reshape/{shape}'.replace(' ', ''), lambda x, s=shape: tf.reshape(x, s), known=['batch', 'all', 'none'][k % 3], x=sample('float32', 2, 3))
    f.case('Reshape/fed', lambda x, s: R.Reshape(tensor=x, shape=s), x=sample('float32', 2, 3), s=np.int32([3, -1]))
    f.case('Reshape/fed64', lambda x, s: R.Reshape(tensor=x, shape=s), x=sample('int32', 2, 3), s=np.int64([1, 6]))
    f.case('Reshape/computed', lambda x: tf.reshape(x, [tf.shape(x)[0], tf.reduce_prod(tf.shape(x)[1:])]), known='rank', x=sample('float32', 2, 3, 2))
    f.case('Reshape/zero', lambda x: tf.reshape(x, [0, 5]), x=np.zeros([2, 0], np.float32))
    f.case('Reshape/refused', lambda x, s: R.Reshape(tensor=x, shape=s), known='none', x=sample('float32', 2, 3), s=np.int32([4, -1]))
    f.case('Reshape/scalar', lambda x: tf.reshape(x, []), x=sample('float32', 1, 1))
    for axis in [0, 1, -1, 2]:
        f.case(f'ExpandDims/{axis}', lambda x, a=axis: R.ExpandDims(input=x, axis=a), x=sample('float32', 2, 3))
    f.case('ExpandDims/unknownRank', lambda x: R.ExpandDims(input=x, axis=-1), known='none', x=sample('float32', 2, 3))
    for dims in [[], [0], [-1], [0, 2]]:
        f.case(f'Squeeze/{dims}'.replace(' ', ''), lambda x, d=dims: R.Squeeze(input=x, axis=d), known='all', x=sample('float32', 1, 3, 1))
    f.case('Squeeze/unknownSizes', lambda x: R.Squeeze(input=x), known='rank', x=sample('float32', 1, 3, 1))
    f.case('Squeeze/refused', lambda x: R.Squeeze(input=x, axis=[0]), known='none', x=sample('float32', 2, 3))
    for k, perm in enumerate([[0, 2, 1], [2, 0, 1], [1, 0, 2]]):
        f.case(f'Transpose/{perm}'.replace(' ', ''), lambda x, p=perm: tf.transpose(x, p), x=sample('float32', 2, 3, 4))
    f.case('Transpose/fed', lambda x, p: R.Transpose(x=x, perm=p), x=sample('float32', 2, 3, 4), p=np.int32([2, 0, 1]))
    f.case('Transpose/complex', lambda x: tf.transpose(x, conjugate=True), x=sample('complex64', 2, 3))
    f.case('Fill', lambda n: {'f': R.Fill(dims=n, value=2.5), 's': R.Fill(dims=n, value=b'x'), 'i': R.Fill(dims=n, value=np.int64(2**60))}, n=np.int32([2, 2]))
    f.case('Fill/fedValue', lambda v: R.Fill(dims=[3], value=v), v=np.float32(1.5))
    f.case('ZerosLike', lambda x: {'z': tf.zeros_like(x), 'o': tf.ones_like(x)}, x=sample('int64', 2, 2))
    f.case('ZerosLike/bool', lambda x: {'z': tf.zeros_like(x), 'o': tf.ones_like(x)}, x=sample('bool', 2, 2))
    for name in ['int32', 'int64', 'float32', 'float64']:
        f.case(f'Range/{name}', lambda a, b, d: R.Range(start=a, limit=b, delta=d), a=np.array(1).astype(name), b=np.array(8).astype(name), d=np.array(3).astype(name))
    f.case('Range/down', lambda n: tf.range(n, 0, -2), n=np.int32(5))
    f.case('Range/fraction', lambda n: tf.range(0.0, n, 0.3), n=np.float32(1.5))
    f.case('Range/refused', lambda a, b, d: R.Range(start=a, limit=b, delta=d), a=np.int32(1), b=np.int32(8), d=np.int32(-1))
    f.case('LinSpace', lambda a, b: R.LinSpace(start=a, stop=b, num=5), a=np.float32(1), b=np.float32(3))
    f.case('LinSpace/one', lambda a, b: R.LinSpace(start=a, stop=b, num=1), a=np.float32(1), b=np.float32(3))
    f.case('BroadcastTo/fed', lambda x, s: R.BroadcastTo(input=x, shape=s), x=sample('float32', 1, 3), s=np.int32([2, 2, 3]))
    f.case('BroadcastTo/refused', lambda x, s: R.BroadcastTo(input=x, shape=s), known='none', x=sample('float32', 2, 3), s=np.int32([2, 2]))
    f.case('BroadcastArgs', lambda a, b: R.BroadcastArgs(s0=a, s1=b), a=np.int32([2, 1]), b=np.int32([3, 1, 4]))
    f.case('BroadcastGradientArgs', lambda a, b: R.BroadcastGradientArgs(s0=a, s1=b), a=np.int32([2, 1]), b=np.int32([3, 1, 4]))
    f.case('Tile/fed', lambda x, m: R.Tile(input=x, multiples=m), x=sample('float32', 2, 3), m=np.int32([2, 1]))
    f.case('Tile/zero', lambda x: tf.tile(x, [0, 1]), x=sample('float32', 2, 3))
    f.case('Roll', lambda x: R.Roll(input=x, shift=[1, -2], axis=[0, 1]), x=sample('float32', 2, 3))
    f.case('ReverseV2/two', lambda x: R.ReverseV2(tensor=x, axis=[0, -1]), x=sample('float32', 2, 3, 2))
    f.case('ReverseV2/none', lambda x: R.ReverseV2(tensor=x, axis=np.int32([])), x=sample('float32', 2, 3))
    f.case('ReverseSequence', lambda x, n: R.ReverseSequence(input=x, seq_lengths=n, seq_dim=1, batch_dim=0), x=sample('float32', 3, 4), n=np.int32([4, 2, 1]))
    f.case('ReverseSequence/axes', lambda x, n: R.ReverseSequence(input=x, seq_lengths=n, seq_dim=0, batch_dim=2), x=sample('int32', 4, 2, 3), n=np.int64([4, 2, 0]))
    for mode in ['REFLECT', 'SYMMETRIC']:
        for name in ['float32', 'int32', 'float64', 'uint8']:
            f.case(f'MirrorPad/{mode}/{name}', lambda x, m=mode: R.MirrorPad(input=x, paddings=[[1, 1], [2, 0]], mode=m), x=sample(name, 2, 3))
    f.case('PadV2', lambda x: R.PadV2(input=x, paddings=[[1, 1], [0, 2]], constant_values=7.5), x=sample('float32', 2, 3))
    f.case('PadV2/fedValue', lambda x, v: R.PadV2(input=x, paddings=np.int64([[1, 1], [0, 2]]), constant_values=v), x=sample('int32', 2, 3), v=np.int32(-1))
    f.case('Pad/fed', lambda x, p: R.Pad(input=x, paddings=p), x=sample('float32', 2, 3), p=np.int32([[0, 1], [2, 0]]))
    for name in ['float32', 'int64', 'string']:
        f.case(f'ConcatV2/{name}', lambda x, y: R.ConcatV2(values=[x, y, x], axis=-1), x=sample(name, 2, 2), y=sample(name, 2, 1))
    f.case('Concat', lambda x, y: R.Concat(concat_dim=0, values=[x, y]), x=sample('float32', 2, 2), y=sample('float32', 1, 2))
    f.case('ConcatV2/empty', lambda x, y: R.ConcatV2(values=[x, y], axis=0), x=np.zeros([0, 2], np.float32), y=sample('float32', 1, 2))
    f.case('ConcatV2/refused', lambda x, y: R.ConcatV2(values=[x, y], axis=0), known='none', x=sample('float32', 2, 3), y=sample('float32', 1, 2))
    f.case('Pack/scalars', lambda x, y: R.Pack(values=[x, y]), x=np.int32(1), y=np.int32(2))
    f.case('Pack/axis-1', lambda x, y: R.Pack(values=[x, y], axis=-1), x=sample('float32', 2, 3), y=sample('float32', 2, 3))
    f.case('Unpack', lambda x: R.Unpack(value=x, num=3, axis=-2), known='all', x=sample('float32', 2, 3, 2))
    f.case('SplitV', lambda x: R.SplitV(value=x, size_splits=[1, -1, 2], axis=1, num_split=3), x=sample('float32', 2, 6))
    f.case('SplitV/int64', lambda x: R.SplitV(value=x, size_splits=np.int64([1, 2]), axis=0, num_split=2), x=sample('string', 3, 2))
    f.case('SplitV/zero', lambda x: R.SplitV(value=x, size_splits=[0, 3], axis=0, num_split=2), x=sample('float32', 3, 2))
    f.case('InvertPermutation', lambda x: R.InvertPermutation(x=x), x=np.int32([2, 0, 1]))
    f.case('UnravelIndex', lambda x: R.UnravelIndex(indices=x, dims=[3, 4]), x=np.int32([0, 5, 11]))
    f.case('Meshgrid', lambda x, y: list(tf.meshgrid(x, y)), x=np.float32([1, 2]), y=np.float32([3, 4, 5]))
    f.case('SequenceMask', lambda n: tf.sequence_mask(n, 4), n=np.int32([1, 3, 0]))
    f.case('SequenceMask/own', lambda n: tf.sequence_mask(n, dtype=tf.float32), n=np.int32([1, 3, 0]))
    f.case('EnsureShape', lambda x: R.EnsureShape(input=x, shape=[None, 3]), x=sample('float32', 2, 3))
    f.case('EnsureShape/refused', lambda x: R.EnsureShape(input=x, shape=[None, 4]), known='none', x=sample('float32', 2, 3))
    f.case('PassThrough', lambda x: {'a': R.StopGradient(input=x), 'b': R.PreventGradient(input=x), 'c': R.Snapshot(input=x),
                                     'd': R.IdentityN(input=[x, x])[1], 'e': tf.compat.v1.placeholder_with_default(x, [None, 3]), 'f': R.CheckNumerics(tensor=x, message='m')}, x=sample('float32', 2, 3))
    f.case('CheckNumerics/refused', lambda x: R.CheckNumerics(tensor=x, message='what it is'), x=np.float32([1, np.nan]))
    for block in [2, 3]:
        f.case(f'SpaceToDepth/{block}', lambda x, b=block: R.SpaceToDepth(input=x, block_size=b), x=sample('float32', 1, 6, 6, 2))
        f.case(f'DepthToSpace/{block}', lambda x, b=block: R.DepthToSpace(input=x, block_size=b), x=sample('float32', 1, 2, 3, block * block * 2))
    f.case('SpaceToBatchND', lambda x: R.SpaceToBatchND(input=x, block_shape=[2, 3], paddings=[[0, 1], [1, 1]]), x=sample('float32', 2, 3, 4, 2))
    f.case('BatchToSpaceND', lambda x: R.BatchToSpaceND(input=x, block_shape=[2, 3], crops=[[0, 1], [1, 1]]), x=sample('float32', 12, 2, 2, 2))
    f.case('SpaceToBatchND/1d', lambda x: R.SpaceToBatchND(input=x, block_shape=[2], paddings=[[1, 0]]), x=sample('int32', 2, 3, 2))
    f.case('BatchToSpaceND/1d', lambda x: R.BatchToSpaceND(input=x, block_shape=[2], crops=[[0, 1]]), x=sample('int32', 4, 2, 2))
    f.case('SpaceToBatch', lambda x: R.SpaceToBatch(input=x, block_size=2, paddings=[[0, 0], [0, 0]]), x=sample('float32', 1, 2, 4, 2))
    f.case('BatchToSpace', lambda x: R.BatchToSpace(input=x, block_size=2, crops=[[0, 0], [1, 0]]), x=sample('float32', 4, 1, 2, 2))
    f.case('ExtractImagePatches', lambda x: R.ExtractImagePatches(images=x, ksizes=[1, 2, 2, 1], strides=[1, 2, 1, 1], rates=[1, 1, 1, 1], padding='SAME'), x=sample('float32', 1, 3, 4, 2))
    return f


def gathers():
    f = Family('gathers')
    for name in ['float32', 'string', 'int64', 'bool', 'half']:
        f.case(f'GatherV2/{name}', lambda x, i: R.GatherV2(params=x, indices=i, axis=0), x=sample(name, 4, 3), i=np.int32([[3, 0], [1, 1]]))
    for axis in [1, -1, 2]:
        f.case(f'GatherV2/axis{axis}', lambda x, i, a=axis: R.GatherV2(params=x, indices=i, axis=a), x=sample('float32', 2, 3, 4), i=np.int64([2, 0]))
    f.case('GatherV2/batch1', lambda x, i: tf.gather(x, i, batch_dims=1), x=sample('float32', 2, 3, 4), i=np.int32([[2, 0], [1, 1]]))
    f.case('GatherV2/batch1axis2', lambda x, i: tf.gather(x, i, axis=2, batch_dims=1), x=sample('float32', 2, 3, 4), i=np.int32([[2, 0], [1, 3]]))
    f.case('GatherV2/batch2', lambda x, i: tf.gather(x, i, axis=2, batch_dims=2), x=sample('float32', 2, 3, 4), i=np.int32([[2, 0, 1], [1, 3, 3]]))
    f.case('GatherV2/scalar', lambda x, i: R.GatherV2(params=x, indices=i, axis=0), x=sample('float32', 4, 3), i=np.int32(2))
    f.case('GatherV2/outside', lambda x, i: R.GatherV2(params=x, indices=i, axis=0), x=sample('float32', 4, 3), i=np.int32([4]))
    f.case('GatherV2/negative', lambda x, i: R.GatherV2(params=x, indices=i, axis=0), x=sample('float32', 4, 3), i=np.int32([0, -1]))
    f.case('Gather', lambda x, i: R.Gather(params=x, indices=i), x=sample('float32', 4, 3), i=np.int32([2]))
    f.case('GatherNd/rows', lambda x, i: R.GatherNd(params=x, indices=i), x=sample('float32', 2, 3, 2), i=np.int32([[1, 2], [0, 0]]))
    f.case('GatherNd/batch', lambda x, i: tf.gather_nd(x, i, batch_dims=1), x=sample('float32', 2, 3, 2), i=np.int32([[[2], [0]], [[1], [1]]]))
    f.case('GatherNd/empty', lambda x, i: R.GatherNd(params=x, indices=i), known='all', x=sample('float32', 2, 3), i=np.zeros([2, 0], np.int32))
    f.case('GatherNd/outside', lambda x, i: R.GatherNd(params=x, indices=i), x=sample('float32', 2, 3), i=np.int32([[1, 3]]))
    for name in ['float32', 'int32', 'int64', 'string', 'bool']:
        if name not in ('bool', 'string'):
            f.case(f'ScatterNd/{name}', lambda i, u: R.ScatterNd(indices=i, updates=u, shape=[4, 2]), i=np.int32([[1], [3], [1]]), u=sample(name, 3, 2))
        f.case(f'TensorScatterUpdate/{name}', lambda x, i, u: R.TensorScatterUpdate(tensor=x, indices=i, updates=u), x=sample(name, 4, 2), i=np.int32([[1], [3]]), u=sample(name, 2, 2))
    f.case('ScatterNd/elements', lambda i, u: R.ScatterNd(indices=i, updates=u, shape=np.int64([3, 3])), i=np.int64([[0, 2], [2, 1]]), u=np.float32([5, 6]))
    f.case('ScatterNd/outside', lambda i, u: R.ScatterNd(indices=i, updates=u, shape=[3]), i=np.int32([[5]]), u=np.float32([5]))
    for op in ['TensorScatterAdd', 'TensorScatterSub', 'TensorScatterMax', 'TensorScatterMin']:
        for name in ['float32', 'int32']:
            f.case(f'{op}/{name}', lambda x, i, u, op=op: getattr(R, op)(tensor=x, indices=i, updates=u), x=sample(name, 4, 2), i=np.int32([[1], [3], [1]]), u=sample(name, 3, 2))
    for name in ['float32', 'float64', 'int32', 'int64', 'bool', 'string', 'half', 'uint8']:
        on, off = (b'y', b'n') if name == 'string' else (sample(name, 2)[1], sample(name, 2)[0])
        f.case(f'OneHot/{name}', lambda i, on=on, off=off: R.OneHot(indices=i, depth=3, on_value=on, off_value=off), i=np.int32([[0, 2], [3, -1]]))
    f.case('OneHot/axis0', lambda i: R.OneHot(indices=i, depth=3, on_value=5.0, off_value=-1.0, axis=0), i=np.int64([[0, 2], [1, 1]]))
    f.case('OneHot/axis1', lambda i: R.OneHot(indices=i, depth=3, on_value=5.0, off_value=-1.0, axis=1), i=np.int64([[0, 2], [1, 1]]))
    f.case('OneHot/uint8indices', lambda i: R.OneHot(indices=i, depth=3, on_value=1.0, off_value=0.0), i=np.uint8([2, 255]))
    for name in ['bool', 'float32', 'int32', 'int64', 'float64', 'uint8']:
        f.case(f'Where/{name}', lambda x: R.Where(condition=x), x=np.array([[1, 0, 2], [0, 0, 3]]).astype(TYPES.get(name, bool)))
    f.case('Select/rows', lambda c, x, y: R.Select(condition=c, x=x, y=y), c=np.array([True, False]), x=sample('float32', 2, 3), y=-sample('float32', 2, 3))
    f.case('Select/scalar', lambda c, x, y: R.Select(condition=c, x=x, y=y), c=np.array(False), x=sample('float32', 2, 3), y=-sample('float32', 2, 3))
    f.case('SelectV2/broadcast', lambda c, x, y: R.SelectV2(condition=c, t=x, e=y), c=np.array([[True], [False]]), x=sample('float32', 3), y=np.float32(-1))
    f.case('SelectV2/string', lambda c, x, y: R.SelectV2(condition=c, t=x, e=y), c=np.array([True, False]), x=np.array([b'a', b'b']), y=np.array([b'', b'c']))
    f.case('BooleanMask', lambda x, m: tf.boolean_mask(x, m), known='batch', x=sample('float32', 3, 2), m=np.array([True, False, True]))
    f.case('DynamicStitch', lambda x, y: R.DynamicStitch(indices=[[0, 2], [1, 3]], data=[x, y]), x=sample('float32', 2, 2), y=-sample('float32', 2, 2))
    f.case('DynamicStitch/fed', lambda i, j, x, y: R.DynamicStitch(indices=[i, j], data=[x, y]), i=np.int32([0, 2]), j=np.int32([1, 0]), x=sample('float32', 2), y=-1 - sample('float32', 2))
    f.case('ParallelDynamicStitch', lambda x, y: R.ParallelDynamicStitch(indices=[[0, 2], [1]], data=[x, y]), x=sample('float32', 2, 2), y=-sample('float32', 1, 2))
    f.case('DynamicPartition', lambda x, p: R.DynamicPartition(data=x, partitions=p, num_partitions=3), x=sample('float32', 4, 2), p=np.int32([0, 2, 0, 2]))
    f.case('DynamicPartition/string', lambda x, p: R.DynamicPartition(data=x, partitions=p, num_partitions=2), x=sample('string', 4), p=np.int32([0, 1, 0, 1]))
    f.case('Partition+Stitch', lambda x, p: tf.dynamic_stitch(tf.dynamic_partition(tf.range(4), p, 2), [a * 2.0 for a in tf.dynamic_partition(x, p, 2)]), x=sample('float32', 4), p=np.int32([0, 1, 1, 0]))
    x = np.float32(np.arange(12).reshape(3, 4) + 1)
    for lower, upper in [(0, 0), (-1, 0), (0, -1), (1, 1), (1, 0)]:
        f.case(f'MatrixBandPart/{lower},{upper}', lambda x, l=lower, u=upper: R.MatrixBandPart(input=x, num_lower=l, num_upper=u), x=x)
    f.case('MatrixBandPart/bool', lambda x: R.MatrixBandPart(input=x, num_lower=-1, num_upper=0), x=np.ones([3, 3], bool))
    f.case('MatrixDiag', lambda x: R.MatrixDiag(diagonal=x), x=sample('float32', 2, 3))
    f.case('MatrixDiagPart', lambda x: R.MatrixDiagPart(input=x), x=sample('float32', 2, 3, 4))
    f.case('MatrixSetDiag', lambda x, d: R.MatrixSetDiag(input=x, diagonal=d), x=sample('float32', 2, 3, 3), d=-sample('float32', 2, 3))
    f.case('MatrixDiagV3', lambda x: tf.linalg.diag(x, k=1, padding_value=9.0), x=sample('float32', 2, 3))
    f.case('MatrixDiagPartV3', lambda x: tf.linalg.diag_part(x, k=(-1, 0), padding_value=9.0), x=sample('float32', 2, 3, 4))
    f.case('MatrixSetDiagV3', lambda x, d: tf.linalg.set_diag(x, d, k=1), x=sample('float32', 3, 3), d=np.float32([-1, -2]))
    f.case('Diag', lambda x: R.Diag(diagonal=x), x=sample('float32', 3))
    f.case('DiagPart', lambda x: R.DiagPart(input=x), x=sample('float32', 3, 3))
    f.case('Eye', lambda n: tf.eye(n), n=np.int32(3))
    f.case('Tril', lambda x: tf.linalg.band_part(x, -1, 0), known='rank', x=x)
    f.case('EmbeddingLookup', lambda i: tf.nn.embedding_lookup(tf.constant(np.arange(8, dtype=np.float32).reshape(4, 2)), i), i=np.int64([[3, 0], [1, 1]]))
    return f


FAMILIES = [shaping, gathers]
