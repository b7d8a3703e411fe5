"""Reductions, running sums, sorting, segments, counting."""

import ml_dtypes
import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops


def reductions():
    f = Family('reductions')
    r = f.rng('reductions')
    kinds = ['float32', 'float64', 'half', 'bfloat16', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64']
    as_type = lambda name: ml_dtypes.bfloat16 if name == 'bfloat16' else np.float16 if name == 'half' else np.dtype(name)
    for op in ['Sum', 'Prod', 'Max', 'Min', 'Mean']:
        for name in kinds:
            values = np.array([[1, 2, 3], [4, 0, 5]]) if name not in ('float32', 'float64') else np.array([[1.5, -2, 3], [4, 0.25, 5]])
            f.case(f'{op}/{name}', lambda x, op=op: getattr(R, op)(input=x, axis=[1]), x=values.astype(as_type(name)))
        for k, (axis, keep) in enumerate([([0], True), ([-1], False), ([0, 2], False), ([0, 1, 2], True), ([], False)]):
            f.case(f'{op}/axis{axis}{keep}'.replace(' ', ''), lambda x, op=op, a=axis, k=keep: getattr(R, op)(input=x, axis=np.int32(a), keep_dims=k),
                   x=np.float32(r.normal(size=(2, 3, 2))))
        f.case(f'{op}/nan', lambda x, op=op: getattr(R, op)(input=x, axis=[1]), x=np.float32([[1, np.nan, 2], [np.inf, 1, 2], [-np.inf, np.nan, np.inf]]))
        f.case(f'{op}/empty', lambda x, op=op: getattr(R, op)(input=x, axis=[1]), x=np.zeros([2, 0], np.float32))
        f.case(f'{op}/scalarAxis', lambda x, op=op: getattr(R, op)(input=x, axis=-1), x=np.int32([[1, 2], [3, 4]]))
    f.case('Sum/fedAxis', lambda x, a: R.Sum(input=x, axis=a), x=np.float32([[1, 2], [3, 5]]), a=np.int32([0]))
    f.case('Sum/badAxis', lambda x, a: R.Sum(input=x, axis=a), known='none', x=np.float32([[1, 2], [3, 5]]), a=np.int32([2]))
    for op in ['Any', 'All']:
        f.case(op, lambda x, op=op: getattr(R, op)(input=x, axis=[1]), x=np.array([[True, False], [True, True], [False, False]]))
        f.case(f'{op}/all', lambda x, op=op: getattr(R, op)(input=x, axis=[0, 1], keep_dims=True), x=np.array([[True, False]]))
    f.case('EuclideanNorm', lambda x: R.EuclideanNorm(input=x, axis=[1]), x=np.float32([[3, 4], [5, 12]]))
    f.case('ReduceLogSumExp', lambda x: tf.reduce_logsumexp(x, axis=1), x=np.float32([[3, 4], [500, 12], [-np.inf, -np.inf]]))
    f.case('ReduceVariance', lambda x: {'v': tf.math.reduce_variance(x, axis=1), 's': tf.math.reduce_std(x)}, x=np.float32([[3, 4], [5, 12]]))
    f.case('Moments', lambda x: dict(zip(['mean', 'variance'], tf.nn.moments(x, [0, 1]))), x=np.float32(r.normal(size=(3, 2, 2))))
    for op in ['ArgMax', 'ArgMin']:
        for name in ['float32', 'float64', 'half', 'bfloat16', 'int8', 'uint8', 'int32', 'int64']:
            values = np.array([[1, 5, 5], [7, 0, 0]]).astype(as_type(name))
            f.case(f'{op}/{name}', lambda x, op=op: getattr(R, op)(input=x, dimension=1, output_type=tf.int64), x=values)
        f.case(f'{op}/int32out', lambda x, op=op: getattr(R, op)(input=x, dimension=-2, output_type=tf.int32), x=np.float32(r.normal(size=(2, 3, 2))))
        f.case(f'{op}/bool', lambda x, op=op: getattr(R, op)(input=x, dimension=0), x=np.array([False, True, True]))
    return f


def scans():
    f = Family('scans')
    r = f.rng('scans')
    for op in ['Cumsum', 'Cumprod']:
        for ex in [False, True]:
            for rev in [False, True]:
                f.case(f'{op}/{ex}{rev}', lambda x, op=op, ex=ex, rev=rev: getattr(R, op)(x=x, axis=1, exclusive=ex, reverse=rev),
                       x=np.float32(r.normal(size=(2, 4))))
        for name in ['int32', 'int64', 'float64', 'half', 'uint8', 'int16']:
            f.case(f'{op}/{name}', lambda x, op=op: getattr(R, op)(x=x, axis=-1), x=np.array([[1, 2, 3], [3, 1, 2]]).astype('float16' if name == 'half' else name))
    f.case('CumulativeLogsumexp', lambda x: R.CumulativeLogsumexp(x=x, axis=0), x=np.float32([0, 1, 2]))
    for name in ['float32', 'float64', 'half', 'int32', 'int64', 'uint8', 'int8', 'int16']:
        x = np.array([[3, 1, 3, 7], [0, 9, 9, 2]]).astype('float16' if name == 'half' else name)
        f.case(f'TopKV2/{name}', lambda x: dict(zip(['values', 'indices'], R.TopKV2(input=x, k=2))), x=x)
    f.case('TopKV2/fedK', lambda x, k: dict(zip(['values', 'indices'], R.TopKV2(input=x, k=k))), x=np.float32([[3, 1, 3, 7]]), k=np.int32(3))
    f.case('TopKV2/unsorted', lambda x: tf.sort(R.TopKV2(input=x, k=2, sorted=False)[0]), x=np.float32([[3, 1, 4, 7]]))
    f.case('TopKV2/tooMany', lambda x: R.TopKV2(input=x, k=5), known='none', x=np.float32([[3, 1, 3, 7]]))
    f.case('Sort', lambda x: {'a': tf.sort(x), 'd': tf.sort(x, direction='DESCENDING'), 'i': tf.argsort(x, stable=True)}, x=np.float32([[3, 1, 2, 7, -1]]))
    f.case('Sort/axis0', lambda x: tf.sort(x, axis=0), x=np.int32([[3, 1], [2, 7], [-1, 0]]))
    for name in ['float32', 'int32', 'int64']:
        f.case(f'InTopKV2/{name}' if name != 'float32' else 'InTopKV2', lambda p, t: R.InTopKV2(predictions=p, targets=t, k=1),
               p=np.float32([[0.1, 0.9], [0.8, 0.2]]), t=np.array([1, 1]).astype('int64' if name == 'int64' else 'int32'))
    f.case('NthElement', lambda x: R.NthElement(input=x, n=1), x=np.float32([[3, 1, 2], [9, 8, 7]]))
    for name, data in {'float32': np.float32([3, 1, 3, 2, 1]), 'int32': np.int32([3, 1, 3, 2, 1]), 'int64': np.int64([3, 2**60, 3]),
                       'string': np.array([b'b', b'a', b'b'])}.items():
        f.case(f'Unique/{name}', lambda x: R.Unique(x=x), known='rank', x=data)
        f.case(f'UniqueWithCounts/{name}', lambda x: list(R.UniqueWithCounts(x=x)), known='rank', x=data)
    f.case('Unique/int64idx', lambda x: R.Unique(x=x, out_idx=tf.int64), x=np.int32([1, 1, 2]))
    f.case('UniqueV2', lambda x: list(R.UniqueV2(x=x, axis=[0])), x=np.int32([[1, 2], [3, 4], [1, 2]]))
    f.case('ListDiff', lambda x, y: R.ListDiff(x=x, y=y), x=np.int32([1, 2, 3, 4, 2]), y=np.int32([2, 4]))
    f.case('SearchSorted/upper', lambda x, v: R.UpperBound(sorted_inputs=x, values=v), x=np.float32([[1, 2, 2, 5]]), v=np.float32([[2, 0, 6]]))
    f.case('SearchSorted/lower', lambda x, v: R.LowerBound(sorted_inputs=x, values=v, out_type=tf.int64), x=np.float32([[1, 2, 2, 5]]), v=np.float32([[2, 0, 6]]))
    f.case('Bucketize/float32', lambda x: R.Bucketize(input=x, boundaries=[0.0, 1.0, 2.5]), x=np.float32([[-1, 0, 0.5], [1, 2.5, 99]]))
    f.case('Bucketize/int32', lambda x: R.Bucketize(input=x, boundaries=[0.0, 1.0, 2.5]), x=np.int32([-1, 0, 1, 2, 3]))
    f.case('Bucketize/int64', lambda x: R.Bucketize(input=x, boundaries=[0.0, 10.0]), x=np.int64([-1, 0, 10, 2]))
    f.case('Bucketize/nan', lambda x: R.Bucketize(input=x, boundaries=[0.0, 10.0]), x=np.float64([np.nan, np.inf, -np.inf]))
    f.case('Bincount', lambda x: R.Bincount(arr=x, size=6, weights=np.float32([])), x=np.int32([1, 1, 3, 9]))
    f.case('Bincount/weights', lambda x, w: R.Bincount(arr=x, size=4, weights=w), x=np.int32([1, 1, 3]), w=np.float32([0.5, 2, 1]))
    for binary in [False, True]:
        f.case(f'DenseBincount/{binary}', lambda x, b=binary: R.DenseBincount(input=x, size=5, weights=np.int32([]), binary_output=b), x=np.int32([[1, 1, 3], [0, 4, 9]]))
    f.case('DenseBincount/weights', lambda x, w: R.DenseBincount(input=x, size=np.int64(4), weights=w), x=np.int64([[1, 1, 3]]), w=np.float32([[0.5, 2, 1]]))
    f.case('DenseBincount/negative', lambda x: R.DenseBincount(input=x, size=5, weights=np.int32([])), x=np.int32([1, -1]))
    f.case('HistogramFixedWidth', lambda x: R.HistogramFixedWidth(values=x, value_range=np.float32([0, 5]), nbins=5), x=np.float32([-1, 0, 1.5, 2, 5, 15]))
    return f


def segments():
    f = Family('segments')
    r = f.rng('segments')
    data = np.float32(r.normal(size=(5, 2)))
    for op in ['SegmentSum', 'SegmentMean', 'SegmentMax', 'SegmentMin', 'SegmentProd']:
        f.case(op, lambda x, s, op=op: getattr(R, op)(data=x, segment_ids=s), x=data, s=np.int32([0, 0, 1, 3, 3]))
        f.case(f'{op}/int32', lambda x, s, op=op: getattr(R, op)(data=x, segment_ids=s), x=np.int32([4, 2, 7]), s=np.int64([0, 0, 2]))
    f.case('SegmentSum/unsorted', lambda x, s: R.SegmentSum(data=x, segment_ids=s), x=np.float32([1, 2]), s=np.int32([1, 0]))
    for op in ['UnsortedSegmentSum', 'UnsortedSegmentMax', 'UnsortedSegmentMin', 'UnsortedSegmentProd']:
        f.case(op, lambda x, s, op=op: getattr(R, op)(data=x, segment_ids=s, num_segments=4), x=data, s=np.int32([2, 0, 2, -1, 3]))
        f.case(f'{op}/int32', lambda x, s, op=op: getattr(R, op)(data=x, segment_ids=s, num_segments=4), x=np.int32([4, 2, 7]), s=np.int64([0, 2, 0]))
    f.case('UnsortedSegmentSum/2d', lambda x, s: R.UnsortedSegmentSum(data=x, segment_ids=s, num_segments=3), x=np.float32(r.normal(size=(2, 3, 2))), s=np.int32([[0, 1, 0], [2, 2, 1]]))
    f.case('UnsortedSegmentSum/outside', lambda x, s: R.UnsortedSegmentSum(data=x, segment_ids=s, num_segments=2), x=np.float32([1, 2]), s=np.int32([0, 5]))
    for op in ['SparseSegmentSum', 'SparseSegmentMean', 'SparseSegmentSqrtN']:
        f.case(op, lambda x, i, s, op=op: getattr(R, op)(data=x, indices=i, segment_ids=s), x=data, i=np.int32([4, 0, 2]), s=np.int32([0, 0, 2]))
        f.case(f'{op}/rows', lambda x, i, s, op=op: getattr(R, op + 'WithNumSegments')(data=x, indices=i, segment_ids=s, num_segments=4), x=data, i=np.int64([4, 0, 2]), s=np.int32([0, 0, 2]))
    return f


FAMILIES = [reductions, scans, segments]
