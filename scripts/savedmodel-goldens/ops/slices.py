"""StridedSlice over its masks, by chance with a fixed seed."""

import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops


def strided_slice():
    f = Family('strided-slice')
    r = f.rng('slices')
    made = 0
    while made < 80:
        rank = int(r.integers(1, 5))
        shape = [int(s) for s in r.integers(1, 5, rank)]
        length = int(r.integers(1, rank + 2))
        begin = [int(x) for x in r.integers(-6, 7, length)]
        end = [int(x) for x in r.integers(-6, 7, length)]
        strides = [int(x) for x in r.choice([1, 1, 1, 2, -1, -2, 3], length)]
        masks = {name: int(r.integers(0, 1 << length)) & int(r.integers(0, 1 << length))
                 for name in ['begin_mask', 'end_mask', 'new_axis_mask', 'shrink_axis_mask']}
        masks['ellipsis_mask'] = 1 << int(r.integers(0, length)) if r.random() < 0.4 else 0
        dtype = ['float32', 'int32', 'int64', 'float32'][made % 4]
        x = np.arange(int(np.prod(shape))).astype(dtype).reshape(shape)
        known = ['batch', 'all', 'rank'][made % 3]
        try:
            with tf.Graph().as_default():
                tf.compat.v1.Session(config=tf.compat.v1.ConfigProto(intra_op_parallelism_threads=1)).run(
                    R.StridedSlice(input=x, begin=begin, end=end, strides=strides, **masks))
        except (ValueError, tf.errors.OpError):
            continue
        made += 1
        if made % 8 == 0:
            f.case(f'{made}/fedBounds', lambda x, b, e, m=masks, s=strides: R.StridedSlice(input=x, begin=b, end=e, strides=s, **m), known=known,
                   x=x, b=np.int32(begin), e=np.int32(end))
        else:
            f.case(str(made), lambda x, m=masks, b=begin, e=end, s=strides: R.StridedSlice(input=x, begin=b, end=e, strides=s, **m), known=known, x=x)
    f.case('string', lambda x: x[::-1, 1], x=np.array([[b'a', b'b'], [b'c', b'd']]))
    f.case('bool', lambda x: x[..., tf.newaxis, 0:1], x=np.array([[True, False], [False, True]]))
    f.case('outside', lambda x, i: x[i], known='none', x=np.float32([1, 2]), i=np.int32(5))
    f.case('scalarOfShape', lambda x: tf.shape(x)[1:], known='rank', x=np.zeros([2, 3, 4], np.float32))
    f.case('Slice/fed', lambda x, b, s: R.Slice(input=x, begin=b, size=s), x=np.arange(6, dtype=np.float32).reshape(2, 3), b=np.int32([0, 1]), s=np.int32([2, -1]))
    f.case('Slice/int64', lambda x: R.Slice(input=x, begin=np.int64([1, 0]), size=np.int64([1, 2])), x=np.arange(6, dtype=np.float32).reshape(2, 3))
    f.case('Slice/refused', lambda x, b: R.Slice(input=x, begin=b, size=[3]), known='none', x=np.float32([1, 2, 3]), b=np.int32([2]))
    f.case('TensorStridedSliceUpdate', lambda x, v: R.TensorStridedSliceUpdate(input=x, begin=[1], end=[3], strides=[1], value=v), x=np.float32([1, 2, 3, 4]), v=np.float32([9, 8]))
    return f


FAMILIES = [strided_slice]
