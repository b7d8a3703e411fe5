"""Models made of tf.function: several signatures, state, control flow, images, detection, signals, sparse and ragged inputs."""

import numpy as np
import tensorflow as tf

from ops.images import picture

S = tf.TensorSpec


def f32(rng, *shape):
    return np.float32(rng.normal(size=shape).round(3))



def save(module, directory, **functions):
    tf.saved_model.save(module, directory, signatures=functions or None)


def fn_several_signatures(directory, rng):
    m = tf.Module()
    m.w = tf.Variable(f32(rng, 3, 2))
    m.b = tf.Variable(f32(rng, 2))
    whole = tf.function(lambda x: {'y': tf.matmul(x, m.w) + m.b}, input_signature=[S([None, 3], name='x')])
    part = tf.function(lambda x, scale: {'y': tf.matmul(x, m.w) * scale, 'sum': tf.reduce_sum(x, 1)}, input_signature=[S([None, 3], name='x'), S([], name='scale')])
    const = tf.function(lambda: {'w': m.w + 0.0, 'name': tf.constant('perch')}, input_signature=[])
    save(m, directory, serving_default=whole, part=part, weights=const)
    return [('serving_default', {'x': f32(rng, 2, 3)}), ('part', {'x': f32(rng, 2, 3), 'scale': np.float32(2.5)}), ('weights', {})], None


def fn_counter(directory, rng):
    m = tf.Module()
    m.count = tf.Variable(0, dtype=tf.int64)
    m.total = tf.Variable(np.zeros(2, np.float32))
    add = tf.function(lambda x: {'count': m.count.assign_add(1), 'total': m.total.assign_add(tf.reduce_sum(x, 0))}, input_signature=[S([None, 2], name='x')])
    look = tf.function(lambda: {'count': m.count + 0, 'total': m.total * 1.0}, input_signature=[])
    save(m, directory, serving_default=add, look=look)
    x = f32(rng, 3, 2)
    return [('serving_default', {'x': x}), ('serving_default', {'x': x + 1}), ('look', {}), ('serving_default', {'x': x}), ('look', {})], None


def fn_while(directory, rng):
    m = tf.Module()
    m.w = tf.Variable(f32(rng, 3, 3))

    def run(x, n):
        h = tf.zeros_like(x)
        for _ in tf.range(n):
            h = tf.tanh(tf.matmul(h, m.w) + x)
        return {'h': h, 'n': n * 2}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None, 3], name='x'), S([], tf.int32, name='n')]))
    return [('serving_default', {'x': f32(rng, 2, 3), 'n': np.int32(n)}) for n in [5, 0]], 'recurrent'


def fn_if(directory, rng):
    m = tf.Module()
    m.a, m.b = tf.Variable(f32(rng, 3, 2)), tf.Variable(f32(rng, 3, 2))

    def run(x, which):
        if which:
            y = tf.matmul(x, m.a)
        elif tf.reduce_sum(x) > 0:
            y = tf.matmul(x, m.b)
        else:
            y = tf.matmul(x, m.a + m.b)
        return {'y': y}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None, 3], name='x'), S([], tf.bool, name='which')]))
    x = f32(rng, 2, 3)
    return [('serving_default', {'x': v, 'which': np.array(w)}) for v, w in [(x, True), (np.abs(x), False), (-np.abs(x), False)]], None


def fn_beam_like(directory, rng):
    """Greedy decoding: a loop whose length depends on what it makes."""
    m = tf.Module()
    m.e, m.w = tf.Variable(f32(rng, 7, 4)), tf.Variable(f32(rng, 4, 7))

    def run(start):
        tokens = tf.TensorArray(tf.int32, 0, dynamic_size=True, clear_after_read=False, element_shape=[])
        tokens = tokens.write(0, start)
        i, h = tf.constant(1), tf.zeros([1, 4])
        while i < 6:
            h = tf.tanh(h + tf.gather(m.e, tokens.read(i - 1))[tf.newaxis])
            tokens = tokens.write(i, tf.argmax(tf.matmul(h, m.w), 1, tf.int32)[0])
            i += 1
        return {'tokens': tokens.stack(), 'h': h}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([], tf.int32, name='start')]))
    return [('serving_default', {'start': np.int32(3)})], 'recurrent'


def fn_images(directory, rng):
    """JPEG and PNG from bytes, as many as come, to one size."""
    m = tf.Module()
    m.w = tf.Variable(f32(rng, 3, 3, 3, 2))

    def one(data):
        image = tf.io.decode_image(data, channels=3, expand_animations=False)
        image = tf.image.resize(tf.image.convert_image_dtype(image, tf.float32), [6, 6])
        image.set_shape([6, 6, 3])
        return image

    def run(data):
        images = tf.map_fn(one, data, fn_output_signature=tf.float32)
        return {'logits': tf.reduce_mean(tf.nn.conv2d(images, m.w, 2, 'SAME'), [1, 2])}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None], tf.string, name='image_bytes')]))
    data = [tf.io.encode_jpeg(picture(9, 11, 3)).numpy(), tf.io.encode_png(picture(5, 6, 1)).numpy()]
    return [('serving_default', {'image_bytes': np.array(data, dtype=object)}), ('serving_default', {'image_bytes': np.array([b'garbage'], dtype=object)})], None


def fn_jpeg(directory, rng):
    m = tf.Module()
    one = lambda data: tf.cast(tf.image.resize(tf.io.decode_jpeg(data, channels=3), [4, 5], 'nearest'), tf.uint8)
    run = lambda data: {'y': tf.cast(tf.map_fn(one, data, fn_output_signature=tf.uint8), tf.float32) / 255.0}
    save(m, directory, serving_default=tf.function(run, input_signature=[S([None], tf.string, name='image_bytes')]))
    return [('serving_default', {'image_bytes': np.array([tf.io.encode_jpeg(picture(8, 9, 3), chroma_downsampling=False).numpy()], dtype=object)})], None


def fn_detection(directory, rng):
    m = tf.Module()
    m.boxes, m.scores = tf.Variable(np.abs(f32(rng, 4, 10 * 4))), tf.Variable(f32(rng, 4, 10 * 3))

    def run(x):
        boxes = tf.reshape(tf.sigmoid(tf.matmul(x, m.boxes)), [-1, 10, 1, 4])
        boxes = tf.concat([tf.minimum(boxes[..., :2], boxes[..., 2:]) * 0.5, tf.maximum(boxes[..., :2], boxes[..., 2:])], -1)
        scores = tf.sigmoid(tf.reshape(tf.matmul(x, m.scores), [-1, 10, 3]))
        out = tf.image.combined_non_max_suppression(boxes, scores, 4, 6, 0.5, 0.3)
        first = tf.image.non_max_suppression(boxes[0, :, 0], scores[0, :, 0], 5, 0.6)
        return {'boxes': out[0], 'scores': out[1], 'classes': tf.cast(out[2], tf.int32), 'count': out[3], 'first': tf.gather(boxes[0, :, 0], first)}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None, 4], name='x')]))
    return [('serving_default', {'x': f32(rng, 2, 4)})], None


def fn_spectrogram(directory, rng):
    m = tf.Module()
    m.w = tf.Variable(f32(rng, 5, 2))

    def run(wave):
        magnitude = tf.abs(tf.signal.stft(wave, 16, 8, fft_length=16))
        mel = tf.tensordot(magnitude, tf.signal.linear_to_mel_weight_matrix(5, 9, 8000, 80.0, 3800.0), 1)
        return {'y': tf.reduce_mean(tf.math.log(mel + 1e-3), 1) @ m.w}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None, 64], name='wave')]))
    return [('serving_default', {'wave': f32(rng, 2, 64)})], None


def fn_sparse_ragged(directory, rng):
    m = tf.Module()
    m.e = tf.Variable(f32(rng, 6, 3))

    def run(indices, values, splits, items):
        sparse = tf.SparseTensor(indices, values, [2, 4])
        ragged = tf.RaggedTensor.from_row_splits(items, splits)
        return {'sparse': tf.nn.embedding_lookup_sparse(m.e, sparse, None, combiner='sum'), 'dense': tf.sparse.to_dense(sparse, -1),
                'ragged': tf.reduce_sum(ragged, 1), 'padded': ragged.to_tensor(0.0)}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None, 2], tf.int64, name='indices'), S([None], tf.int64, name='values'), S([None], tf.int64, name='splits'), S([None], name='items')]))
    return [('serving_default', {'indices': np.int64([[0, 1], [0, 3], [1, 0]]), 'values': np.int64([5, 0, 2]), 'splits': np.int64([0, 2, 2, 3]), 'items': np.float32([1, 2, 3])})], None


def fn_words(directory, rng):
    """Raw text: regular expressions, a vocabulary in an asset, ragged words; labels as strings."""
    m = tf.Module()
    path = tf.io.gfile.join(directory + '-assets', 'words.txt')
    tf.io.gfile.makedirs(path.rsplit('/', 1)[0])
    with tf.io.gfile.GFile(path, 'w') as out:
        out.write('hello\nworld\nperch\nfish\n')
    m.table = tf.lookup.StaticVocabularyTable(tf.lookup.TextFileInitializer(path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), 3)
    m.labels = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(tf.constant([0, 1], tf.int64), tf.constant(['ham', 'spam'])), '?')
    m.e = tf.Variable(f32(rng, 7, 3))
    m.w = tf.Variable(f32(rng, 3, 2))

    def run(text):
        words = tf.strings.split(tf.strings.regex_replace(tf.strings.lower(text), '[[:punct:]]', ''))
        ids = tf.ragged.map_flat_values(m.table.lookup, words)
        mean = tf.reduce_sum(tf.gather(m.e, ids.to_tensor(0)), 1)
        logits = tf.matmul(mean, m.w)
        return {'ids': ids.to_tensor(-1), 'logits': logits, 'label': m.labels.lookup(tf.argmax(logits, 1))}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None], tf.string, name='text')]))
    tf.io.gfile.rmtree(path.rsplit('/', 1)[0])
    return [('serving_default', {'text': np.array([b'Hello, World!', b'unknown perch', b'fish fish fish it is'], dtype=object)})], None


def fn_fake_quant(directory, rng):
    m = tf.Module()
    m.w, m.low, m.high = tf.Variable(f32(rng, 3, 3, 2, 3)), tf.Variable(-1.0), tf.Variable(1.3)
    m.channel_low, m.channel_high = tf.Variable(np.float32([-1, -0.8, -1.2])), tf.Variable(np.float32([1, 0.9, 1.1]))

    def run(x):
        w = tf.quantization.fake_quant_with_min_max_vars_per_channel(m.w, m.channel_low, m.channel_high, narrow_range=True)
        return {'y': tf.quantization.fake_quant_with_min_max_vars(tf.nn.relu6(tf.nn.conv2d(tf.quantization.fake_quant_with_min_max_vars(x, m.low, m.high), w, 1, 'SAME')), 0.0, 6.0)}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None, 5, 5, 2], name='x')]))
    return [('serving_default', {'x': f32(rng, 2, 5, 5, 2)})], None


def fn_bytes_pipeline(directory, rng):
    """decode_raw, casts, bit operations, int64 beyond 2^53."""
    m = tf.Module()
    m.k = tf.Variable(np.int64(2**60 + 1))

    def run(raw, key):
        pixels = tf.reshape(tf.cast(tf.io.decode_raw(raw, tf.uint8), tf.float32) / 255.0, [-1, 2, 3])
        return {'mean': tf.reduce_mean(pixels, [1, 2]), 'key': tf.bitwise.bitwise_xor(key, m.k), 'text': tf.strings.as_string(key + m.k), 'bucket': tf.strings.to_hash_bucket_fast(tf.strings.as_string(key), 1000)}

    save(m, directory, serving_default=tf.function(run, input_signature=[S([None], tf.string, name='raw'), S([None], tf.int64, name='key')]))
    return [('serving_default', {'raw': np.array([bytes(range(6)), bytes(range(200, 206))], dtype=object), 'key': np.int64([7, -(2**61)])})], None


MODELS = [fn_several_signatures, fn_counter, fn_while, fn_if, fn_beam_like, fn_images, fn_jpeg, fn_detection, fn_spectrogram, fn_sparse_ragged, fn_words, fn_fake_quant, fn_bytes_pipeline]
