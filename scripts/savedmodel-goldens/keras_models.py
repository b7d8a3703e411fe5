"""Models of Keras 3 and, where their graphs differ, Keras 2 (tf_keras)."""

import keras
import numpy as np
import tensorflow as tf
import tf_keras

L = keras.layers
L2 = tf_keras.layers


def save(model, directory, rng, inputs, tolerance=None):
    """Random weights, so that nothing is 0 or 1 by chance; then an export with the signature serving_default."""
    for weight in model.weights:
        if not hasattr(weight, 'shape'):
            continue  # a vocabulary
        shape = tuple(weight.shape)
        if not np.issubdtype(np.dtype(tf.as_dtype(weight.dtype).as_numpy_dtype), np.floating) or 'seed' in weight.name:
            continue
        name = getattr(weight, 'path', weight.name)
        if 'variance' in name:
            weight.assign(rng.uniform(0.5, 1.5, shape))
        elif 'gamma' in name:
            weight.assign(rng.uniform(0.7, 1.3, shape))
        else:
            weight.assign(rng.normal(size=shape) * (1 / np.sqrt(max(1, np.prod(shape[:-1])))) if len(shape) > 1 else rng.normal(size=shape) * 0.2)
    if isinstance(model, tf_keras.Model):
        tf.saved_model.save(model, directory)
        names = list(tf.saved_model.load(directory).signatures['serving_default'].structured_input_signature[1])
    else:
        model.export(directory, verbose=False)
        names = [i.name for i in model.inputs]
    if not isinstance(inputs, dict):
        inputs = dict(zip(names, [inputs]))
    return [('serving_default', inputs)], tolerance


def image(rng, *shape):
    return np.float32(rng.normal(size=shape).round(3))


def k3_mlp(directory, rng):
    x = keras.Input((6,))
    y = L.Dense(3, 'softmax')(L.Dropout(0.5)(L.Dense(8, 'relu')(L.BatchNormalization()(L.Dense(5, 'elu')(x)))))
    return save(keras.Model(x, y), directory, rng, image(rng, 4, 6))


def k2_mlp(directory, rng):
    x = tf_keras.Input((6,))
    y = L2.Dense(3, 'softmax')(L2.LeakyReLU()(L2.PReLU()(L2.Dense(8, 'selu')(L2.Dense(5, 'softplus')(x)))))
    return save(tf_keras.Model(x, y), directory, rng, image(rng, 4, 6))


def k3_resnet(directory, rng):
    x = keras.Input((15, 13, 3))
    y = L.MaxPooling2D(3, 2)(L.ZeroPadding2D(1)(L.ReLU()(L.BatchNormalization(epsilon=1.001e-5)(L.Conv2D(4, 7, 2)(L.ZeroPadding2D(3)(x))))))
    short = L.BatchNormalization()(L.Conv2D(8, 1, 2)(y))
    z = L.BatchNormalization()(L.Conv2D(8, 3, padding='same')(L.ReLU()(L.BatchNormalization()(L.Conv2D(4, 1, 2)(y)))))
    y = L.Dense(5, 'softmax')(L.GlobalAveragePooling2D()(L.ReLU()(L.Add()([short, z]))))
    return save(keras.Model(x, y), directory, rng, image(rng, 2, 15, 13, 3))


def k2_mobilenet(directory, rng):
    x = tf_keras.Input((17, 15, 3))
    y = L2.ReLU(6.0)(L2.BatchNormalization()(L2.Conv2D(4, 3, 2, padding='same', use_bias=False)(x)))
    y = L2.ReLU(6.0)(L2.BatchNormalization()(L2.DepthwiseConv2D(3, padding='same', use_bias=False)(y)))
    y = L2.ReLU(6.0)(L2.BatchNormalization()(L2.DepthwiseConv2D(3, 2, padding='valid', use_bias=False)(L2.ZeroPadding2D(((0, 1), (1, 1)))(y))))
    y = L2.SeparableConv2D(6, 3, 2, padding='same')(y)
    y = L2.Dense(4)(L2.Flatten()(L2.GlobalAveragePooling2D(keepdims=True)(y)))
    return save(tf_keras.Model(x, y), directory, rng, image(rng, 2, 17, 15, 3))


def k3_densenet(directory, rng):
    x = keras.Input((9, 9, 2))
    y = x
    for _ in range(2):
        z = L.Conv2D(3, 3, padding='same', use_bias=False)(L.Activation('relu')(L.BatchNormalization()(y)))
        y = L.Concatenate()([y, z])
    y = L.AveragePooling2D(2, 2)(L.Conv2D(4, 1)(y))
    return save(keras.Model(x, L.Dense(3)(L.GlobalMaxPooling2D()(y))), directory, rng, image(rng, 2, 9, 9, 2))


def k2_inception(directory, rng):
    x = tf_keras.Input((8, 8, 3))
    branches = [L2.Conv2D(2, 1, activation='relu')(x), L2.Conv2D(2, (1, 3), padding='same')(L2.Conv2D(2, (3, 1), padding='same')(x)),
                L2.Conv2D(2, 5, padding='same')(x), L2.Conv2D(2, 1)(L2.AveragePooling2D(3, 1, padding='same')(x)), L2.MaxPooling2D(3, 1, padding='same')(x)]
    y = L2.Concatenate()(branches)
    y = L2.Lambda(lambda t: t[0] + 0.17 * t[1])([y, L2.Conv2D(11, 1)(y)])
    return save(tf_keras.Model(x, L2.Dense(3)(L2.GlobalAveragePooling2D()(y))), directory, rng, image(rng, 2, 8, 8, 3))


def k3_efficientnet(directory, rng):
    x = keras.Input((11, 11, 3))
    y = L.Activation('swish')(L.BatchNormalization()(L.Conv2D(4, 3, 2, padding='same', use_bias=False)(L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 0.5])(L.Rescaling(1 / 2.0)(x)))))
    z = L.Activation('swish')(L.BatchNormalization()(L.DepthwiseConv2D(5, padding='same', use_bias=False)(y)))
    s = L.Conv2D(4, 1, activation='sigmoid')(L.Conv2D(2, 1, activation='swish')(L.Reshape((1, 1, 4))(L.GlobalAveragePooling2D()(z))))
    y = L.Add()([y, L.Conv2D(4, 1)(L.Multiply()([z, s]))])
    return save(keras.Model(x, L.Dense(3)(L.GlobalAveragePooling2D()(y))), directory, rng, image(rng, 2, 11, 11, 3))


def k3_convnext(directory, rng):
    x = keras.Input((8, 8, 3))
    y = L.LayerNormalization(epsilon=1e-6)(L.Conv2D(6, 4, 4)(x))
    z = L.Dense(6)(L.Activation('gelu')(L.Dense(12)(L.LayerNormalization(epsilon=1e-6)(L.Conv2D(6, 7, padding='same', groups=6)(y)))))
    return save(keras.Model(x, L.Dense(3)(L.GlobalAveragePooling2D()(L.Add()([y, z])))), directory, rng, image(rng, 2, 8, 8, 3))


def k3_mobilenet_v3(directory, rng):
    x = keras.Input((9, 10, 3))
    y = L.Activation('hard_swish')(L.BatchNormalization()(L.Conv2D(4, 3, 2, padding='same')(x)))
    s = L.GlobalAveragePooling2D(keepdims=True)(y)
    s = L.Activation('hard_sigmoid')(L.Conv2D(4, 1)(L.ReLU()(L.Conv2D(2, 1)(s))))
    return save(keras.Model(x, L.Flatten()(L.Conv2D(3, 1)(L.Multiply()([y, s])))), directory, rng, image(rng, 2, 9, 10, 3))


def k3_unet(directory, rng):
    x = keras.Input((8, 12, 2))
    a = L.Conv2D(3, 3, padding='same', activation='relu')(x)
    b = L.Conv2D(4, 3, padding='same', dilation_rate=2, activation='relu')(L.MaxPooling2D()(a))
    c = L.Conv2DTranspose(3, 3, 2, padding='same')(b)
    d = L.UpSampling2D(2, interpolation='bilinear')(b)
    y = L.Conv2D(1, 1, activation='sigmoid')(L.Concatenate()([a, c, d, L.UpSampling2D(2)(b), L.Cropping2D(((1, 1), (2, 2)))(L.ZeroPadding2D((1, 2))(a))]))
    return save(keras.Model(x, y), directory, rng, image(rng, 2, 8, 12, 2))


def k2_conv_transpose(directory, rng):
    x = tf_keras.Input((None, None, 2))
    y = L2.Conv2DTranspose(3, 4, 3, padding='valid')(L2.Conv2DTranspose(2, 3, 2, padding='same', output_padding=1)(x))
    return save(tf_keras.Model(x, y), directory, rng, image(rng, 2, 3, 4, 2))


def k3_conv3d(directory, rng):
    x = keras.Input((5, 6, 5, 2))
    y = L.AveragePooling3D(2, 2, padding='same')(L.Conv3D(3, 3, 2, padding='same', activation='relu')(x))
    return save(keras.Model(x, L.Dense(2)(L.Flatten()(y))), directory, rng, image(rng, 2, 5, 6, 5, 2))


def k3_conv1d(directory, rng):
    x = keras.Input((None, 3))
    y = L.Conv1D(4, 3, padding='causal', dilation_rate=2, activation='relu')(x)
    y = L.SeparableConv1D(4, 3, padding='same')(L.MaxPooling1D(2, padding='same')(y))
    return save(keras.Model(x, L.Concatenate()([L.GlobalMaxPooling1D()(y), L.GlobalAveragePooling1D()(y)])), directory, rng, image(rng, 2, 11, 3))


def k3_batch_norms(directory, rng):
    x = keras.Input((4, 3))
    y = L.BatchNormalization(axis=1, scale=False)(x)
    y = L.BatchNormalization(center=False, epsilon=0.1)(y)
    y = L.GroupNormalization(3)(L.BatchNormalization(center=False, scale=False)(y))
    return save(keras.Model(x, L.UnitNormalization()(y)), directory, rng, image(rng, 2, 4, 3))


def k2_lstm(directory, rng):
    x = tf_keras.Input((None, 3))
    y = L2.LSTM(4)(L2.LSTM(5, return_sequences=True)(x))
    return save(tf_keras.Model(x, L2.Dense(2)(y)), directory, rng, image(rng, 2, 7, 3), 'recurrent')


def k3_lstm(directory, rng):
    x = keras.Input((6, 3))
    y, h, c = L.LSTM(4, return_state=True)(x)
    z = L.LSTM(3, return_sequences=True, go_backwards=True, activation='relu', recurrent_activation='hard_sigmoid')(x)
    return save(keras.Model(x, [y, h, c, z]), directory, rng, image(rng, 2, 6, 3), 'recurrent')


def k2_gru(directory, rng):
    x = tf_keras.Input((6, 3))
    y = L2.Concatenate()([L2.GRU(4)(x), L2.GRU(4, reset_after=False)(x), L2.GRU(3, go_backwards=True)(x)])
    return save(tf_keras.Model(x, y), directory, rng, image(rng, 2, 6, 3), 'recurrent')


def k3_gru(directory, rng):
    x = keras.Input((6, 3))
    y = L.Concatenate()([L.GRU(4)(x), L.GRU(4, reset_after=False)(x)])
    return save(keras.Model(x, y), directory, rng, image(rng, 2, 6, 3), 'recurrent')


def k2_bidirectional(directory, rng):
    x = tf_keras.Input((None,), dtype='int32')
    y = L2.Bidirectional(L2.LSTM(3))(L2.Bidirectional(L2.GRU(4, return_sequences=True))(L2.Embedding(10, 4)(x)))
    return save(tf_keras.Model(x, L2.Dense(1, 'sigmoid')(y)), directory, rng, np.int32(rng.integers(0, 10, (2, 5))), 'recurrent')


def k2_masked_lstm(directory, rng):
    x = tf_keras.Input((6,), dtype='int32')
    y = L2.LSTM(4)(L2.Embedding(10, 4, mask_zero=True)(x))
    return save(tf_keras.Model(x, y), directory, rng, np.int32([[3, 4, 5, 0, 0, 0], [1, 2, 3, 4, 5, 6]]), 'recurrent')


def k3_masked_rnn(directory, rng):
    x = keras.Input((6,), dtype='int32')
    e = L.Embedding(10, 4, mask_zero=True)(x)
    y = L.Bidirectional(L.GRU(3))(e)
    return save(keras.Model(x, [y, L.SimpleRNN(3)(e)]), directory, rng, np.int32([[3, 4, 5, 0, 0, 0], [1, 2, 3, 4, 5, 6]]), 'recurrent')


def k2_stacked_rnn(directory, rng):
    x = tf_keras.Input((5, 3))
    y = L2.RNN([L2.LSTMCell(4), L2.GRUCell(3)], return_sequences=True)(x)
    return save(tf_keras.Model(x, L2.TimeDistributed(L2.Dense(2))(L2.SimpleRNN(3, return_sequences=True)(y))), directory, rng, image(rng, 2, 5, 3), 'recurrent')


def k2_conv_lstm(directory, rng):
    x = tf_keras.Input((3, 4, 4, 1))
    return save(tf_keras.Model(x, L2.ConvLSTM2D(2, 3, padding='same')(x)), directory, rng, image(rng, 1, 3, 4, 4, 1), 'recurrent')


def k3_transformer(directory, rng):
    x = keras.Input((5,), dtype='int32')
    e = L.Add()([L.Embedding(12, 8)(x), L.Embedding(5, 8)(keras.ops.expand_dims(keras.ops.arange(5), 0))])
    a = L.LayerNormalization()(L.Add()([e, L.MultiHeadAttention(2, 4)(e, e, use_causal_mask=True)]))
    y = L.LayerNormalization()(L.Add()([a, L.Dense(8)(L.Dense(16, 'gelu')(a))]))
    return save(keras.Model(x, L.Dense(12)(y)), directory, rng, np.int32(rng.integers(0, 12, (2, 5))))


def k2_transformer(directory, rng):
    x = tf_keras.Input((None, 8))
    m = tf_keras.Input((None,), dtype='bool', name='mask')
    a = L2.LayerNormalization(epsilon=1e-6)(x + L2.MultiHeadAttention(2, 3)(x, x, attention_mask=m[:, tf.newaxis, :]))
    y = L2.LayerNormalization()(a + L2.Dense(8)(L2.Dense(10, tf.nn.gelu)(a)))
    y = L2.Attention()([y, y])
    model = tf_keras.Model([x, m], y)
    calls, t = save(model, directory, rng, image(rng, 2, 4, 8))
    name = next(iter(calls[0][1]))
    names = list(tf.saved_model.load(directory).signatures['serving_default'].structured_input_signature[1])
    other = next(n for n in names if n != 'mask')
    return [('serving_default', {other: calls[0][1][name], 'mask': np.array([[True, True, True, False], [True] * 4])})], t


def k2_text(directory, rng):
    x = tf_keras.Input((1,), dtype='string')
    vectorise = L2.TextVectorization(output_sequence_length=6)
    vectorise.adapt(['the quick brown fox', 'jumps over the lazy dog', 'the dog'])
    y = L2.Dense(2)(L2.GlobalAveragePooling1D()(L2.Embedding(20, 4)(vectorise(x))))
    return save(tf_keras.Model(x, y), directory, rng, np.array([[b'The QUICK, brown fox!'], [b'unknown words... the dog'], [b'']], dtype=object))


def k3_text(directory, rng):
    x = keras.Input((), dtype='string')
    counts = L.TextVectorization(output_mode='tf_idf', ngrams=2, max_tokens=12)
    counts.adapt(['the quick brown fox', 'jumps over the lazy dog', 'the dog'])
    y = L.Dense(2)(counts(x))
    return save(keras.Model(x, [y, counts(x)]), directory, rng, np.array([b'The QUICK, brown fox!', b'unknown words... the dog', b''], dtype=object))


def k2_lookups(directory, rng):
    s = tf_keras.Input((1,), dtype='string', name='s')
    i = tf_keras.Input((1,), dtype='int64', name='i')
    outs = [L2.StringLookup(vocabulary=['a', 'b', 'c'], num_oov_indices=2)(s), L2.StringLookup(vocabulary=['a', 'b'], output_mode='one_hot')(s),
            L2.IntegerLookup(vocabulary=[10, 20, 2**40], output_mode='multi_hot')(i), L2.StringLookup(vocabulary=['x', 'y', 'z'], invert=True)(L2.IntegerLookup(vocabulary=[10, 20])(i))]
    return save(tf_keras.Model([s, i], outs), directory, rng, {'s': np.array([[b'a'], [b'zz'], [b'c']], dtype=object), 'i': np.int64([[10], [2**40], [7]])})


def k3_preprocessing(directory, rng):
    s = keras.Input((1,), dtype='string', name='s')
    f = keras.Input((2,), name='f')
    i = keras.Input((1,), dtype='int64', name='i')
    outs = [L.Hashing(7)(s), L.Discretization([-1.0, 0.0, 1.5])(f), L.CategoryEncoding(5, 'one_hot')(i), L.Normalization(mean=[1.0, 2.0], variance=[4.0, 0.25])(f),
            L.StringLookup(vocabulary=['a', 'b'])(s), L.Hashing(5, salt=[3, 9])(s)]
    return save(keras.Model([s, f, i], outs), directory, rng, {'s': np.array([[b'a'], [b'some longer words of text']], dtype=object), 'f': np.float32([[-2, 0], [1.4, 1.5]]), 'i': np.int64([[4], [0]])})


def k2_crosses(directory, rng):
    a = tf_keras.Input((1,), dtype='string', name='a')
    b = tf_keras.Input((1,), dtype='int64', name='b')
    outs = [L2.HashedCrossing(11)((a, b)), L2.HashedCrossing(5, output_mode='one_hot')((a, b)), L2.CategoryEncoding(4, 'count')(b), L2.Discretization([0.0, 2.0], output_mode='one_hot')(tf.cast(b, tf.float32))]
    return save(tf_keras.Model([a, b], outs), directory, rng, {'a': np.array([[b'x'], [b'y']], dtype=object), 'b': np.int64([[3], [1]])})


def k2_resizing(directory, rng):
    x = tf_keras.Input((None, None, 3), dtype='uint8')
    y = L2.Rescaling(1 / 127.5, offset=-1)(L2.Resizing(6, 5)(x))
    y = L2.CenterCrop(4, 4)(y)
    return save(tf_keras.Model(x, L2.Conv2D(2, 3)(y)), directory, rng, np.uint8(rng.integers(0, 256, (2, 8, 9, 3))))


def k3_mixed_precision(directory, rng):
    x = keras.Input((5,))
    y = L.Dense(3, dtype='float32')(L.Dense(8, 'relu', dtype='mixed_float16')(x))
    return save(keras.Model(x, y), directory, rng, image(rng, 3, 5), 'half')


def k3_several(directory, rng):
    a, b = keras.Input((3,), name='a'), keras.Input((2,), name='b')
    y = L.Dense(2, name='first')(L.Concatenate()([a, b]))
    return save(keras.Model({'a': a, 'b': b}, {'first': y, 'second': L.Maximum()([y, L.Dot(1)([a, a])]), 'third': L.Subtract()([y, y])}), directory, rng, {'a': image(rng, 3, 3), 'b': image(rng, 3, 2)})


MODELS = [k3_mlp, k2_mlp, k3_resnet, k2_mobilenet, k3_densenet, k2_inception, k3_efficientnet, k3_convnext, k3_mobilenet_v3, k3_unet, k2_conv_transpose, k3_conv3d, k3_conv1d, k3_batch_norms,
          k2_lstm, k3_lstm, k2_gru, k3_gru, k2_bidirectional, k2_masked_lstm, k3_masked_rnn, k2_stacked_rnn, k2_conv_lstm, k3_transformer, k2_transformer, k2_text, k3_text, k2_lookups,
          k3_preprocessing, k2_crosses, k2_resizing, k3_mixed_precision, k3_several]
