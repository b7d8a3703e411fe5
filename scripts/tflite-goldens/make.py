"""Makes the goldens of test/fixtures/tflite: small .tflite models and what TensorFlow Lite's interpreter answers.

Needs TensorFlow (2.21 made the committed ones; the requirements are those of ../savedmodel-goldens). Run it in this folder:
    python make.py ../../test/fixtures/tflite [name ...]

Integer models are answered by the interpreter's reference kernels (BUILTIN_REF): the optimised ones, and those of
XNNPACK, round some sums otherwise, and differ from build to build.
"""

import base64
import json
import os
import pathlib
import sys
import tempfile

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

import keras
import numpy as np
import tensorflow as tf

L = keras.layers
REFERENCE = tf.lite.experimental.OpResolverType.BUILTIN_REF
OPTIMISED = tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
SEED = 11
models = {}


def model(make):
    models[make.__name__.replace('_', '-')] = make
    return make


def f32(rng, *shape):
    return np.float32(rng.normal(size=shape).round(3))


def keras_function(net, batch=None):
    specs = [tf.TensorSpec([batch, *i.shape[1:]], i.dtype, name=i.name) for i in net.inputs]
    return tf.function(lambda *xs: net(list(xs) if len(xs) > 1 else xs[0]), input_signature=specs)


def convert(function, configure=None):
    module = tf.Module()
    module.f = function
    concrete = [function.get_concrete_function()]
    converter = tf.lite.TFLiteConverter.from_concrete_functions(concrete, module)
    if configure:
        configure(converter)
    return converter.convert()


def net_inputs(rng, net, batch):
    return [f32(rng, batch, *i.shape[1:]) for i in net.inputs]


def randomise(net, rng):
    """Weights that are not what fresh layers have: biases and moving averages matter."""
    net.set_weights([np.float32(rng.normal(size=w.shape) * 0.3) if w.ndim != 1 else np.float32(np.abs(rng.normal(size=w.shape)) * 0.3 + 0.2) for w in net.get_weights()])


def float_net(make):
    """A Keras net as it is."""

    def build(rng):
        net = make()
        randomise(net, rng)
        return convert(keras_function(net)), [net_inputs(rng, net, 2)]

    build.__name__ = make.__name__
    return model(build)


def half_net(make):
    def build(rng):
        net = make()
        randomise(net, rng)

        def configure(c):
            c.optimizations = [tf.lite.Optimize.DEFAULT]
            c.target_spec.supported_types = [tf.float16]

        return convert(keras_function(net), configure), [net_inputs(rng, net, 2)]

    build.__name__ = make.__name__ + '_float16'
    return model(build)


def integer_net(make, kind, io):
    def build(rng):
        net = make()
        randomise(net, rng)

        def configure(c):
            c.optimizations = [tf.lite.Optimize.DEFAULT]
            c.representative_dataset = lambda: (net_inputs(rng, net, 1) for _ in range(30))
            ops = tf.lite.OpsSet
            c.target_spec.supported_ops = [ops.TFLITE_BUILTINS_INT8 if kind == 'int8' else ops.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8]
            c.inference_input_type = c.inference_output_type = io

        content = convert(keras_function(net), configure)
        inputs = []
        for _ in range(4):
            given = net_inputs(rng, net, 1)
            if io != tf.float32:
                limits = np.iinfo(io.as_numpy_dtype)
                given = [np.clip(rng.normal(size=x.shape) * (limits.max - limits.min) / 5 + (limits.max + limits.min) / 2, limits.min, limits.max).astype(io.as_numpy_dtype) for x in given]
            inputs.append(given)
        return content, inputs

    build.__name__ = f'{make.__name__}_{kind}_{io.name}'
    return model(build)


def mlp():
    x = L.Input((6,), name='x')
    return keras.Model(x, L.Dense(4, activation='softmax')(L.Dense(9, activation='tanh')(L.Dense(12, activation='relu')(x))))


def cnn():
    x = L.Input((9, 9, 3), name='image')
    y = L.Conv2D(8, 3, strides=2, padding='same', activation='relu')(x)
    y = L.Conv2D(6, 2, dilation_rate=2)(y)
    y = L.MaxPooling2D(2, padding='same')(y)
    return keras.Model(x, L.Dense(5)(L.Flatten()(y)))


def mobile():
    x = L.Input((12, 12, 3), name='image')
    y = L.ReLU(6.0)(L.BatchNormalization()(L.Conv2D(8, 3, strides=2, padding='same', use_bias=False)(x)))
    z = L.ReLU(6.0)(L.DepthwiseConv2D(3, padding='same')(y))
    z = L.Conv2D(8, 1)(z)
    y = L.Add()([y, z])
    y = L.ReLU(6.0)(L.DepthwiseConv2D(3, strides=2, padding='same', depth_multiplier=2)(y))
    return keras.Model(x, L.Dense(5, activation='softmax')(L.GlobalAveragePooling2D()(y)))


def residual():
    x = L.Input((8, 8, 4), name='image')
    y = L.Conv2D(4, 3, padding='same', activation='relu')(x)
    y = L.add([x, L.Conv2D(4, 3, padding='same')(y)])
    y = L.AveragePooling2D(3, strides=2, padding='same')(L.ReLU()(y))
    return keras.Model(x, L.Dense(3)(L.Flatten()(y)))


def gated():
    """Squeeze and excitation, hard swish, sigmoid, concatenation, padding."""
    x = L.Input((8, 8, 4), name='image')
    y = L.ZeroPadding2D(1)(x)
    y = L.Conv2D(8, 3, activation='hard_silu')(y)
    g = L.Dense(8, activation='sigmoid')(L.Dense(4, activation='relu')(L.GlobalAveragePooling2D(keepdims=True)(y)))
    y = L.Multiply()([y, g])
    y = L.Concatenate()([L.LeakyReLU(0.1)(y), L.Conv2D(4, 1)(y)])
    return keras.Model(x, L.Conv2D(2, 1)(y))


def wide():
    """Sums that float32 does not hold exactly in one piece."""
    x = L.Input((900,), name='x')
    return keras.Model(x, L.Dense(4)(L.Dense(20, activation='relu')(x)))


def mixed():
    x = L.Input((8, 8, 4), name='image')
    a = L.Conv2D(4, 3, padding='same', activation='sigmoid')(x)
    b = L.Conv2D(4, 1, activation='tanh')(x)
    y = L.Concatenate()([L.Subtract()([a, b]), L.Multiply()([a, x]), L.Maximum()([a, b]), L.ReLU(6.0)(b)])
    y = L.Conv2DTranspose(12, 3, strides=2, padding='same')(L.AveragePooling2D(2)(y))
    return keras.Model(x, L.Softmax()(y))


def dense():
    x = L.Input((16,), name='x')
    return keras.Model(x, L.Dense(6)(L.Dense(24, activation='relu')(x)))


def upscale():
    x = L.Input((5, 6, 3), name='image')
    y = L.UpSampling2D(2, interpolation='bilinear')(L.Conv2D(4, 3, padding='same')(x))
    return keras.Model(x, L.Conv2DTranspose(2, 3, strides=2, padding='same')(L.UpSampling2D(2)(y)))


def transformer():
    x = L.Input((6, 8), name='tokens')
    y = L.LayerNormalization()(L.add([x, L.MultiHeadAttention(2, 4)(x, x)]))
    return keras.Model(x, L.add([y, L.Dense(8)(L.Dense(16, activation='gelu')(y))]))


def prelu():
    x = L.Input((6, 6, 3), name='image')
    y = L.PReLU(shared_axes=[1, 2])(L.Conv2D(4, 3)(x))
    return keras.Model(x, L.ELU()(L.SeparableConv2D(4, 3, padding='same')(y)))


for net in mlp, cnn, mobile, residual, gated, upscale, transformer, prelu:
    float_net(net)
for net in mlp, mobile:
    half_net(net)
for net in mlp, cnn, mobile, residual, gated, wide, mixed:
    integer_net(net, 'int8', tf.int8)
integer_net(mobile, 'int8', tf.uint8)
integer_net(cnn, 'int8', tf.float32)
for net in cnn, residual, dense:
    integer_net(net, 'int16', tf.int16)


@model
def mlp_dynamic_range(rng):
    """Weights of 8 bits. Served as the reals that they stand for, so that is what this answers: see the docs."""
    net = keras.Sequential([L.Input((64,), name='x'), L.Dense(48, activation='relu'), L.Dense(32)])
    randomise(net, rng)

    def configure(c):
        c.optimizations = [tf.lite.Optimize.DEFAULT]

    return convert(keras_function(net), configure), [net_inputs(rng, net, 2)]


@model
def lstm(rng):
    net = keras.Sequential([L.Input((5, 3), name='x', batch_size=1), L.LSTM(4, return_sequences=True), L.LSTM(6), L.Dense(2)])
    randomise(net, rng)
    return convert(keras_function(net, 1)), [net_inputs(rng, net, 1)]


@model
def gru_unrolled(rng):
    net = keras.Sequential([L.Input((4, 3), name='x'), L.GRU(5, unroll=True)])
    randomise(net, rng)
    return convert(keras_function(net)), [net_inputs(rng, net, 2)]


@model
def embeddings(rng):
    net = keras.Sequential([L.Input((7,), dtype='int32', name='ids'), L.Embedding(20, 4), L.GlobalAveragePooling1D(), L.Dense(2)])
    randomise(net, rng)
    return convert(keras_function(net)), [[np.int32(rng.integers(0, 20, size=(3, 7)))]]


@model
def several_signatures(rng):
    module = tf.Module()
    module.w = tf.constant(f32(rng, 3, 2))
    scores = tf.function(lambda x: {'score': tf.matmul(x, module.w), 'sum': tf.reduce_sum(x, 1)}, input_signature=[tf.TensorSpec([None, 3], name='x')])
    halves = tf.function(lambda a, b: {'half': (a - b) / 2.0}, input_signature=[tf.TensorSpec([None], name='a'), tf.TensorSpec([None], name='b')])
    with tempfile.TemporaryDirectory() as directory:
        tf.saved_model.save(module, directory, signatures={'serving_default': scores, 'halves': halves})
        content = tf.lite.TFLiteConverter.from_saved_model(directory, signature_keys=['serving_default', 'halves']).convert()
    return content, [('serving_default', {'x': f32(rng, 2, 3)}), ('halves', {'a': f32(rng, 4), 'b': f32(rng, 4)})]


def function_model(*specs):
    def decorate(f):
        def build(rng):
            function = tf.function(lambda *xs: f(rng, *xs), input_signature=[tf.TensorSpec(shape, dtype, name=f'x{i}') for i, (shape, dtype) in enumerate(specs)])
            given = []
            for shape, dtype in specs:
                sizes = [2 if s is None else s for s in shape]
                given.append(f32(rng, *sizes) if dtype == tf.float32 else rng.integers(0, 5, size=sizes).astype(dtype.as_numpy_dtype))
            return convert(function), [given]

        build.__name__ = f.__name__
        return model(build)

    return decorate


@function_model(([], tf.int32), ([3], tf.float32))
def branches(rng, n, x):
    return tf.cond(n > 2, lambda: x * 2.0 + 1.0, lambda: tf.sin(x))


@function_model(([], tf.int32), ([3], tf.float32))
def loops(rng, n, x):
    return tf.while_loop(lambda i, y: i < n + 3, lambda i, y: (i + 1, tf.tanh(y * 1.5) + 0.1), [0, x])


@function_model(([2, 3, 4], tf.float32),)
def shaping(rng, x):
    a = tf.transpose(x, [0, 2, 1])
    b = tf.concat([a[:, ::2, 1:], tf.reverse(a, [1])[:, :2, :2]], 1)
    parts = tf.split(x, [1, 3], 2)
    stacked = tf.stack([parts[0], x[:, :, :1]], 1)
    first, second = tf.unstack(x, axis=0)
    tiled = tf.tile(first[tf.newaxis, :2, :2], [2, 1, 3])
    padded = tf.pad(tf.pad(x, [[0, 0], [1, 2], [0, 1]], constant_values=1.5), [[0, 0], [1, 1], [2, 0]], 'REFLECT')
    return b, stacked, second - first, tiled, padded, tf.squeeze(stacked, [3]), tf.expand_dims(x, 1), tf.broadcast_to(x[:, :1], [2, 3, 4])


@function_model(([3, 5], tf.float32), ([4], tf.int32))
def choosing(rng, x, at):
    values, indices = tf.math.top_k(x, 2)
    return values, indices, tf.argmax(x, 1), tf.argmin(x, 0, tf.int32), tf.gather(x, at, axis=1), tf.one_hot(at, 6), tf.where(x > 0, x, -x), tf.gather_nd(x, [[0, 1], [2, 3]]), tf.cumsum(x, 1), tf.range(at[0], at[0] + 7, 2), tf.cast(x, tf.int32), tf.fill([at[1], 2], 3.0), tf.where(x > 0.2)


@function_model(([2, 4, 6, 4], tf.float32),)
def images(rng, x):
    return (
        tf.compat.v1.image.resize_bilinear(x, [7, 5]),
        tf.compat.v1.image.resize_bilinear(x, [7, 5], align_corners=True),
        tf.compat.v1.image.resize_bilinear(x, [7, 5], half_pixel_centers=True),
        tf.compat.v1.image.resize_nearest_neighbor(x, [7, 5]),
        tf.nn.space_to_depth(x, 2),
        tf.nn.depth_to_space(x, 2),
        tf.space_to_batch_nd(x, [2, 2], [[0, 0], [0, 0]]),
        tf.nn.local_response_normalization(x, 2, 1.0, 0.5, 0.7),
        tf.nn.l2_normalize(x, 3),
        tf.nn.max_pool2d(x, 3, 2, 'SAME'),
    )


@function_model(([2, 3, 4], tf.float32), ([2, 4, 5], tf.float32))
def arithmetic(rng, x, y):
    z = tf.matmul(x, y)
    p = tf.abs(x) + 0.5
    return (
        z,
        tf.reduce_max(x, [1], keepdims=True),
        tf.reduce_mean(x, [0, 2]),
        tf.reduce_prod(x, 1),
        tf.reduce_min(x),
        tf.math.squared_difference(x, 1.5),
        tf.math.floordiv(x, 0.3),
        tf.math.floormod(x, 0.7),
        tf.pow(p, 1.7),
        tf.math.rsqrt(p),
        tf.exp(x),
        tf.math.log(p),
        tf.round(x * 3),
        tf.nn.log_softmax(x * 2),
        tf.nn.softmax(x),
        tf.nn.leaky_relu(x),
        tf.nn.gelu(x, True),
        tf.math.atan2(x, p),
        tf.maximum(x, 0.1) * tf.minimum(x, 0.5),
        tf.logical_and(x > 0, x < 1),
        tf.nn.elu(x),
        tf.sign(x),
        tf.nn.relu6(x * 5),
    )


@function_model(([None, 4], tf.int32), ([None, 4], tf.int32))
def integers(rng, x, y):
    y = y + 1
    return x + y, x * y, x - y, x // y, x % y, tf.reduce_sum(x, 1), tf.maximum(x, y), x < y, tf.cast(x, tf.float32) / 3.0


def number(value):
    return int(value) if np.asarray(value).dtype.kind in 'iub' else float(str(np.float32(value)))


def tensor(array):
    array = np.asarray(array)
    return {'dtype': array.dtype.name, 'shape': list(array.shape), 'data': [number(x) for x in array.reshape(-1)]}


def dequantised(content, given):
    """What dense layers give with the reals that their weights stand for."""
    interpreter = tf.lite.Interpreter(model_content=content, experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    details = {d['index']: d for d in interpreter.get_tensor_details()}
    x = np.float64(given)
    for op in interpreter._get_ops_details():
        if op['op_name'] != 'FULLY_CONNECTED':
            continue
        weights, bias = (interpreter.get_tensor(i) for i in op['inputs'][1:3])
        scales = details[op['inputs'][1]]['quantization_parameters']['scales']
        assert weights.dtype == np.int8
        x = x @ (np.float64(weights) * np.float64(scales).reshape(-1, 1)).T + bias
        if details[op['outputs'][0]]['name'].lower().find('relu') >= 0:
            x = np.maximum(x, 0)
    return np.float32(x)


def answers(name, content, cases):
    kernels = REFERENCE if '-int8-' in name or '-int16-' in name else OPTIMISED
    interpreter = tf.lite.Interpreter(model_content=content, experimental_op_resolver_type=kernels)
    result = []
    for case in cases:
        if isinstance(case, tuple):
            key, given = case
        else:
            key = next(iter(interpreter.get_signature_list()), None)
            names = interpreter.get_signature_list()[key]['inputs'] if key else [d['name'] for d in interpreter.get_input_details()]
            given = dict(zip(names if key is None else ordered(interpreter, key, case), case))
        runner = interpreter.get_signature_runner(key) if key else None
        if runner:
            outputs = runner(**given)
        else:
            for detail in interpreter.get_input_details():
                interpreter.resize_tensor_input(detail['index'], given[detail['name']].shape)
            interpreter.allocate_tensors()
            for detail in interpreter.get_input_details():
                interpreter.set_tensor(detail['index'], given[detail['name']])
            interpreter.invoke()
            outputs = {d['name']: interpreter.get_tensor(d['index']) for d in interpreter.get_output_details()}
        if name == 'mlp-dynamic-range':
            outputs = {k: dequantised(content, next(iter(given.values()))) for k in outputs}
        result.append({'signature': key or 'serving_default', 'inputs': {k: tensor(v) for k, v in given.items()}, 'outputs': {k: tensor(v) for k, v in outputs.items()}})
    return result


def ordered(interpreter, key, case):
    """The signature's inputs in the order in which the function takes them."""
    names = interpreter.get_signature_list()[key]['inputs']
    if len(case) == 1:
        return names
    return sorted(names)


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for name, make in models.items():
        if len(sys.argv) > 2 and name not in sys.argv[2:]:
            continue
        keras.utils.set_random_seed(SEED)
        try:
            content, cases = make(np.random.default_rng(SEED))
            golden = {'name': name, 'model': base64.b64encode(content).decode(), 'cases': answers(name, content, cases)}
        except Exception as reason:  # the others are still made
            print(name, 'FAILED', repr(reason)[:600])
            continue
        (directory / f'{name}.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')
        print(name, len(content), flush=True)


main()
