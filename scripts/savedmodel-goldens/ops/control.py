"""Branches, loops, lists of tensors; their values by the control flow of TF2 and of TF1."""

import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops


def control():
    f = Family('control', known='batch')
    r = f.rng('control')
    x = np.float32(r.normal(size=(2, 3)))
    for taken in [True, False]:
        f.case(f'If/{taken}', lambda c, x: tf.cond(c, lambda: x * 2.0, lambda: x - 1.0), c=np.array(taken), x=x)
        f.case(f'If/shapes/{taken}', lambda c, x: tf.cond(c, lambda: tf.concat([x, x], 0), lambda: x), c=np.array(taken), x=x)
        f.case(f'If/string/{taken}', lambda c, s: tf.cond(c, lambda: tf.strings.upper(s), lambda: s), c=np.array(taken), s=np.array([b'a', b'b'], dtype=object))
        f.case(f'If/two/{taken}', lambda c, x: list(tf.cond(c, lambda: (x, tf.reduce_sum(x)), lambda: (x + 1.0, tf.constant(0.0)))), c=np.array(taken), x=x)
    f.case('If/nested', lambda a, b, x: tf.cond(a, lambda: tf.cond(b, lambda: x, lambda: -x), lambda: x * 3.0), a=np.array(True), b=np.array(False), x=x)
    f.case('If/computed', lambda x: tf.cond(tf.reduce_sum(x) > 0.0, lambda: x, lambda: -x), x=x)
    for which in [0, 2, 7, -1]:
        f.case(f'Case/{which}', lambda i, x: tf.switch_case(i, [lambda: x, lambda: x * 2.0, lambda: x * 3.0]), i=np.int32(which), x=x)
    f.case('While', lambda n, x: tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, x * 1.5), [0, x])[1], n=np.int32(4), x=x)
    f.case('While/none', lambda n, x: tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, x * 1.5), [0, x])[1], n=np.int32(0), x=x)
    f.case('While/constant', lambda x: tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x + 1.0), [0, x])[1], x=x)
    f.case('While/grows', lambda n, x: tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, tf.concat([x, x[:1]], 0)), [0, x], shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 3])])[1], n=np.int32(2), x=x)
    f.case('While/byValue', lambda x: tf.while_loop(lambda x: tf.reduce_sum(tf.abs(x)) > 0.5, lambda x: x * 0.5, [x])[0], x=x)
    f.case('While/nested', lambda n, x: tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, tf.while_loop(lambda j, y: j < i, lambda j, y: (j + 1, y + 1.0), [0, x])[1]), [0, x])[1], n=np.int32(3), x=x)
    f.case('While/captures', lambda n, x, w: tf.while_loop(lambda i, h: i < n, lambda i, h: (i + 1, tf.tanh(h @ w)), [0, x])[1], n=np.int32(3), x=x, w=np.float32(r.normal(size=(3, 3))), tolerance='recurrent')

    def over_time(x, w):
        steps = tf.shape(x)[0]
        out = tf.TensorArray(tf.float32, steps, element_shape=[2, 3])
        inputs = tf.TensorArray(tf.float32, steps).unstack(x)
        return tf.while_loop(lambda t, h, o: t < steps, lambda t, h, o: (lambda g: (t + 1, g, o.write(t, g)))(tf.sigmoid(inputs.read(t) + h @ w)), [0, tf.zeros([2, 3]), out])[2].stack()

    f.case('TensorArray/loop', over_time, x=np.float32(r.normal(size=(4, 2, 3))), w=np.float32(r.normal(size=(3, 3))), tolerance='recurrent')
    f.case('map_fn', lambda x: tf.map_fn(lambda row: tf.reduce_sum(row) * row, x), x=x)
    f.case('scan', lambda x: tf.scan(lambda a, b: a * 0.5 + b, x), x=np.float32(r.normal(size=(4, 2))))
    f.case('foldl', lambda x: tf.foldl(lambda a, b: a * 0.5 + b, x), x=np.float32(r.normal(size=(4, 2))))
    f.case('vectorized_map', lambda x: tf.vectorized_map(lambda row: tf.reduce_max(row) - row, x), x=x)
    f.case('map_fn/string', lambda s: tf.map_fn(lambda t: tf.strings.join([t, t]), s), s=np.array([b'a', b'b'], dtype=object))
    inner = tf.function(lambda a, b: a * 2.0 + b, input_signature=[tf.TensorSpec(None), tf.TensorSpec(None)])
    f.case('PartitionedCall', lambda x: inner(x, inner(x, x)), x=x)
    f.case('Identity/control', lambda x: _after(x), x=x)
    f.case('TensorList', lambda x: tf.raw_ops.TensorListStack(input_handle=tf.raw_ops.TensorListSetItem(input_handle=tf.raw_ops.TensorListFromTensor(tensor=x, element_shape=[3]), index=1, item=[7.0, 8.0, 9.0]), element_shape=[3], element_dtype=tf.float32, num_elements=-1), x=x)
    f.case('TensorListConcat', lambda x: tf.concat(tf.raw_ops.TensorListGather(input_handle=tf.raw_ops.TensorListFromTensor(tensor=x, element_shape=[3]), indices=[1, 0, 1], element_shape=[3], element_dtype=tf.float32), 0), x=x)
    with_v1(f, x, r)
    return f


def _after(x):
    with tf.control_dependencies([tf.no_op()]):
        return tf.identity(x) + 1.0


def with_v1(f, x, r):
    tf.compat.v1.disable_control_flow_v2()
    try:
        for taken in [True, False]:
            f.case(f'v1/cond/{taken}', lambda c, x: tf.cond(c, lambda: x * 2.0, lambda: x - 1.0), c=np.array(taken), x=x)
        f.case('v1/while', lambda n, x: tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, x * 1.5), [0, x])[1], n=np.int32(4), x=x)
        f.case('v1/while/captures', lambda n, x, w: tf.while_loop(lambda i, h: i < n, lambda i, h: (i + 1, tf.tanh(h @ w)), [0, x])[1], n=np.int32(3), x=x, w=np.float32(r.normal(size=(3, 3))), tolerance='recurrent')

        def over_time(x):
            steps = tf.shape(x)[0]
            out = tf.compat.v1.TensorArray(tf.float32, steps)
            inputs = tf.compat.v1.TensorArray(tf.float32, steps).unstack(x)
            return tf.while_loop(lambda t, h, o: t < steps, lambda t, h, o: (lambda g: (t + 1, g, o.write(t, g)))(tf.sigmoid(inputs.read(t) + h)), [0, tf.zeros([3]), out])[2].stack()

        f.case('v1/TensorArray/loop', over_time, x=np.float32(r.normal(size=(4, 3))), tolerance='recurrent')
        f.case('v1/map_fn', lambda x: tf.map_fn(lambda row: tf.reduce_sum(row) * row, x), x=x)
        f.case('v1/cond/computed', lambda x: tf.cond(tf.reduce_sum(x) > 0.0, lambda: x, lambda: -x), x=x)
    finally:
        tf.compat.v1.enable_control_flow_v2()


FAMILIES = [control]
