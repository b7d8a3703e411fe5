"""Convolutions, pools, normalisation, quantisation."""

import ml_dtypes
import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops


def convolutions():
    f = Family('convolutions', known='batch', weights='wpb')
    r = f.rng('convolutions')
    n = lambda *s: np.float32(r.normal(size=s).round(2))
    for padding in ['SAME', 'VALID']:
        for size in [(7, 6), (5, 4)]:
            for kernel in [1, 2, 3]:
                for stride in [1, 2, 3]:
                    if kernel > 1 or stride < 3 or padding == 'SAME':
                        f.case(f'Conv2D/{padding}/{size[0]}x{size[1]}/k{kernel}s{stride}', lambda x, w, p=padding, s=stride:
                               R.Conv2D(input=x, filter=w, strides=[1, s, s, 1], padding=p), x=n(1, *size, 1), w=n(kernel, kernel, 1, 2))
    f.case('Conv2D/oblong', lambda x, w: R.Conv2D(input=x, filter=w, strides=[1, 3, 2, 1], padding='SAME'), x=n(2, 7, 8, 1), w=n(2, 5, 1, 3))
    for d in [2, 3]:
        for padding in ['SAME', 'VALID']:
            f.case(f'Conv2D/dilated{d}/{padding}', lambda x, w, p=padding, d=d: R.Conv2D(input=x, filter=w, strides=[1, 1, 1, 1], padding=p, dilations=[1, d, d, 1]),
                   x=n(1, 8, 9, 1), w=n(3, 2, 1, 2))
    f.case('Conv2D/explicit', lambda x, w: R.Conv2D(input=x, filter=w, strides=[1, 2, 1, 1], padding='EXPLICIT', explicit_paddings=[0, 0, 1, 2, 0, 3, 0, 0]), x=n(1, 5, 4, 2), w=n(3, 3, 2, 1))
    f.case('Conv2D/grouped', lambda x, w: R.Conv2D(input=x, filter=w, strides=[1, 1, 1, 1], padding='SAME'), x=n(1, 4, 4, 4), w=n(3, 3, 2, 4))
    f.case('Conv2D/unknownSizes', lambda x, w: R.Conv2D(input=x, filter=w, strides=[1, 2, 2, 1], padding='SAME'), known='rank', x=n(1, 5, 6, 2), w=n(3, 3, 2, 2))
    f.case('Conv2D/unknownSizes/constFilter', lambda x, w=n(2, 2, 2, 2): R.Conv2D(input=x, filter=tf.constant(w), strides=[1, 3, 3, 1], padding='SAME'), known='rank', x=n(1, 7, 6, 2))
    for name, dtype in {'half': np.float16, 'bfloat16': ml_dtypes.bfloat16, 'float64': np.float64}.items():
        f.case(f'Conv2D/{name}', lambda x, w: R.Conv2D(input=x, filter=w, strides=[1, 1, 1, 1], padding='SAME'), x=n(1, 4, 4, 1).astype(dtype), w=n(3, 3, 1, 1).astype(dtype))
    for padding in ['SAME', 'VALID']:
        for stride in [1, 2]:
            for multiplier in [1, 2]:
                f.case(f'Depthwise/{padding}/s{stride}m{multiplier}', lambda x, w, p=padding, s=stride:
                       R.DepthwiseConv2dNative(input=x, filter=w, strides=[1, s, s, 1], padding=p), x=n(1, 7, 6, 3), w=n(3, 3, 3, multiplier))
    f.case('Depthwise/dilated', lambda x, w: tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], 'SAME', dilations=[2, 2]), known='all', x=n(1, 7, 6, 2), w=n(3, 3, 2, 1))
    f.case('Depthwise/stride>kernel', lambda x, w: R.DepthwiseConv2dNative(input=x, filter=w, strides=[1, 3, 3, 1], padding='SAME'), x=n(1, 7, 8, 2), w=n(2, 2, 2, 1))
    f.case('Separable', lambda x, w, p: tf.nn.separable_conv2d(x, w, p, [1, 2, 2, 1], 'SAME'), x=n(1, 5, 6, 2), w=n(3, 3, 2, 1), p=n(1, 1, 2, 3))
    for padding in ['SAME', 'VALID']:
        for kernel, stride, size in [(3, 2, 5), (2, 2, 4), (4, 2, 6), (3, 1, 4), (2, 3, 7), (5, 3, 8)]:
            x_size = -(-size // stride) if padding == 'SAME' else (size - kernel) // stride + 1
            f.case(f'Conv2DBackpropInput/{padding}/k{kernel}s{stride}o{size}', lambda g, w, p=padding, k=kernel, s=stride, o=size:
                   R.Conv2DBackpropInput(input_sizes=[1, o, o, 2], filter=w, out_backprop=g, strides=[1, s, s, 1], padding=p), known='all', g=n(1, x_size, x_size, 3), w=n(kernel, kernel, 2, 3))
    f.case('Conv2DBackpropInput/batch', lambda g, w: R.Conv2DBackpropInput(input_sizes=tf.stack([tf.shape(g)[0], 6, 6, 1]), filter=w, out_backprop=g, strides=[1, 2, 2, 1], padding='SAME'), g=n(2, 3, 3, 2), w=n(3, 3, 1, 2))
    for padding in ['SAME', 'VALID']:
        for stride in [1, 2]:
            f.case(f'Conv3D/{padding}/s{stride}', lambda x, w, p=padding, s=stride: R.Conv3D(input=x, filter=w, strides=[1, s, s, s, 1], padding=p), x=n(1, 4, 5, 4, 1), w=n(2, 3, 2, 1, 2))
    f.case('Conv3D/stride>kernel', lambda x, w: R.Conv3D(input=x, filter=w, strides=[1, 3, 2, 2, 1], padding='SAME'), x=n(1, 7, 4, 5, 1), w=n(1, 1, 2, 1, 1))
    f.case('Conv3DBackpropInputV2', lambda g, w: R.Conv3DBackpropInputV2(input_sizes=[1, 4, 4, 4, 1], filter=w, out_backprop=g, strides=[1, 2, 2, 2, 1], padding='SAME'), known='all', g=n(1, 2, 2, 2, 2), w=n(3, 3, 3, 1, 2))
    f.case('Conv1D', lambda x, w: tf.nn.conv1d(x, w, 2, 'SAME'), x=n(2, 7, 2), w=n(3, 2, 3))
    f.case('Conv1D/dilated', lambda x, w: tf.nn.conv1d(x, w, 1, 'VALID', dilations=2), x=n(1, 7, 2), w=n(3, 2, 3))
    f.case('Atrous', lambda x, w: tf.nn.atrous_conv2d(x, w, 2, 'SAME'), known='all', x=n(1, 7, 6, 2), w=n(3, 3, 2, 1))
    f.case('Conv2D+Bias+Relu+Pool', lambda x, w, b: tf.nn.max_pool2d(tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, w, 1, 'SAME'), b)), 2, 2, 'VALID'), x=n(1, 5, 6, 2), w=n(3, 3, 2, 4), b=n(4))
    f.case('Dilation2D', lambda x, w: R.Dilation2D(input=x, filter=w, strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], padding='SAME'), x=n(1, 4, 4, 2), w=n(2, 2, 2))
    return f


def pools():
    f = Family('pools', known='batch')
    r = f.rng('pools')
    n = lambda *s: np.float32((r.normal(size=s) + 1).round(2))
    for op in ['MaxPool', 'AvgPool']:
        key = 'input' if op == 'MaxPool' else 'value'
        for padding in ['SAME', 'VALID']:
            for kernel, stride in [(2, 2), (3, 2), (3, 1), (2, 3), (1, 2)]:
                f.case(f'{op}/{padding}/k{kernel}s{stride}', lambda x, op=op, key=key, p=padding, k=kernel, s=stride:
                       getattr(R, op)(**{key: x}, ksize=[1, k, k, 1], strides=[1, s, s, 1], padding=p), x=n(1, 5, 6, 2))
            f.case(f'{op}3D/{padding}', lambda x, op=op, p=padding: getattr(R, op + '3D')(input=x, ksize=[1, 2, 3, 2, 1], strides=[1, 2, 2, 1, 1], padding=p), x=n(1, 3, 5, 3, 2))
        f.case(f'{op}/unknownSizes', lambda x, op=op, key=key: getattr(R, op)(**{key: x}, ksize=[1, 3, 2, 1], strides=[1, 2, 2, 1], padding='SAME'), known='rank', x=n(2, 5, 6, 2))
        for name, dtype in {'half': np.float16, 'float64': np.float64, 'bfloat16': ml_dtypes.bfloat16}.items():
            f.case(f'{op}/{name}', lambda x, op=op, key=key: getattr(R, op)(**{key: x}, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='SAME'), x=n(1, 3, 3, 1).astype(dtype))
    f.case('MaxPool/negative', lambda x: R.MaxPool(input=x, ksize=[1, 3, 3, 1], strides=[1, 2, 2, 1], padding='SAME'), x=-n(1, 4, 4, 1) - 5)
    f.case('MaxPool/nan', lambda x: R.MaxPool(input=x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='VALID'), x=np.float32([1, 2, 3, -1]).reshape(1, 2, 2, 1))
    f.case('MaxPool/int32', lambda x: R.MaxPool(input=x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='VALID'), x=np.arange(16, dtype=np.int32).reshape(1, 4, 4, 1))
    f.case('MaxPoolV2', lambda x: R.MaxPoolV2(input=x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='SAME'), x=n(1, 5, 6, 2))
    f.case('MaxPoolWithArgmax', lambda x: list(R.MaxPoolWithArgmax(input=x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='VALID')), x=n(1, 4, 4, 1))
    f.case('GlobalAverage', lambda x: tf.reduce_mean(x, [1, 2]), x=n(2, 3, 3, 2))
    return f


def normalisation():
    f = Family('normalisation', known='batch', weights=('scale', 'offset', 'mean', 'variance'))
    r = f.rng('normalisation')
    n = lambda *s: np.float32(r.normal(size=s).round(2))
    stats = lambda c=3: dict(scale=n(c), offset=n(c), mean=n(c), variance=np.abs(n(c)) + 0.1)
    for op in ['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3']:
        f.case(op, lambda x, scale, offset, mean, variance, op=op: getattr(R, op)(x=x, scale=scale, offset=offset, mean=mean, variance=variance, epsilon=0.001, is_training=False)[0], x=n(2, 3, 3, 3), **stats())
    f.case('FusedBatchNormV3/nchw', lambda x, scale, offset, mean, variance: R.FusedBatchNormV3(x=x, scale=scale, offset=offset, mean=mean, variance=variance, epsilon=0.01, is_training=False, data_format='NCHW')[0], x=n(2, 3, 2, 2), **stats())
    f.case('FusedBatchNormV3/training', lambda x, scale, offset: R.FusedBatchNormV3(x=x, scale=scale, offset=offset, mean=np.float32([]), variance=np.float32([]), epsilon=0.001, is_training=True)[:3], x=n(2, 3, 3, 3), scale=n(3), offset=n(3))
    f.case('FusedBatchNormV3/half', lambda x, scale, offset, mean, variance: R.FusedBatchNormV3(x=x, scale=scale, offset=offset, mean=mean, variance=variance, epsilon=0.001, is_training=False)[0], x=n(1, 2, 2, 3).astype(np.float16), **stats())
    f.case('batch_normalization', lambda x, scale, offset, mean, variance: tf.nn.batch_normalization(x, mean, variance, offset, scale, 0.001), x=n(2, 3), **stats())
    for radius in [1, 5]:
        f.case(f'LRN/{radius}', lambda x, d=radius: R.LRN(input=x, depth_radius=d, bias=1.5, alpha=0.3, beta=0.6), x=n(1, 2, 2, 7))
    f.case('LayerNorm', lambda x: (lambda m, v: (x - m) * tf.math.rsqrt(v + 1e-3))(*tf.nn.moments(x, [-1], keepdims=True)), x=n(2, 3, 4))
    for bits in [8, 4]:
        for narrow in [False, True]:
            f.case(f'FakeQuantWithMinMaxArgs/{bits}{narrow}', lambda x, b=bits, w=narrow: R.FakeQuantWithMinMaxArgs(inputs=x, min=-1.0, max=2.0, num_bits=b, narrow_range=w), x=np.float32([-3, -1, -0.5, 0, 0.013, 1.234, 1.99, 5]))
            f.case(f'FakeQuantWithMinMaxVars/{bits}{narrow}', lambda x, a, b, n=bits, w=narrow: R.FakeQuantWithMinMaxVars(inputs=x, min=a, max=b, num_bits=n, narrow_range=w),
                   x=np.float32([-3, -1, -0.5, 0, 0.013, 1.234, 1.99, 5]), a=np.float32(-0.7), b=np.float32(1.3))
    f.case('FakeQuantWithMinMaxVars/positive', lambda x: R.FakeQuantWithMinMaxVars(inputs=x, min=0.5, max=1.3), x=np.float32([-3, 0, 0.6, 1, 5]))
    f.case('FakeQuantWithMinMaxVarsPerChannel', lambda x: R.FakeQuantWithMinMaxVarsPerChannel(inputs=x, min=np.float32([-1, -0.5]), max=np.float32([1, 2])), x=np.float32([[-3, 0.33], [0.77, 5]]))
    for mode in ['HALF_TO_EVEN', 'HALF_UP']:
        f.case(f'QuantizeAndDequantizeV2/{mode}', lambda x, m=mode: R.QuantizeAndDequantizeV2(input=x, input_min=-1.0, input_max=2.0, range_given=True, round_mode=m), x=np.float32([-3, -0.5, 0, 0.013, 1.234, 5]))
    f.case('QuantizeAndDequantizeV2/own', lambda x: R.QuantizeAndDequantizeV2(input=x, input_min=0.0, input_max=0.0, range_given=False), x=np.float32([-3, -0.5, 0, 0.013, 1.234, 2.5]))
    f.case('QuantizeAndDequantizeV3', lambda x: R.QuantizeAndDequantizeV3(input=x, input_min=-1.0, input_max=2.0, num_bits=8, signed_input=False, range_given=True), x=np.float32([-3, 0.5, 1.234, 5]))
    f.case('QuantizeAndDequantizeV4', lambda x: R.QuantizeAndDequantizeV4(input=x, input_min=-1.0, input_max=2.0, range_given=True), x=np.float32([[-3, 0.33], [0.77, 5]]))
    f.case('QuantizeV2+Dequantize', lambda x: (lambda q: R.Dequantize(input=q[0], min_range=q[1], max_range=q[2], mode='MIN_FIRST'))(R.QuantizeV2(input=x, min_range=-1.0, max_range=2.0, T=tf.quint8, mode='MIN_FIRST')), x=np.float32([-3, 0.5, 1.234, 5]))
    f.case('SoftmaxCrossEntropy', lambda x, y: list(R.SoftmaxCrossEntropyWithLogits(features=x, labels=y)), x=n(2, 3), y=np.float32([[0, 1, 0], [0.5, 0.5, 0]]))
    f.case('SparseSoftmaxCrossEntropy', lambda x, y: R.SparseSoftmaxCrossEntropyWithLogits(features=x, labels=y)[0], x=n(2, 3), y=np.int32([1, 2]))
    return f


FAMILIES = [convolutions, pools, normalisation]
