"""Models of TensorFlow 1: sessions, ref variables, estimators' signatures, control flow v1."""

import numpy as np
import tensorflow as tf

from ops.parsing import example

V1 = tf.compat.v1
SM = V1.saved_model


def f32(rng, *shape):
    return np.float32(rng.normal(size=shape).round(3))


def in_graph(build):
    build.in_graph = True
    return build


def save(session, directory, signatures, init_op=None):
    session.run(V1.global_variables_initializer())
    session.run(V1.tables_initializer())
    tf.io.gfile.rmtree(directory)
    builder = SM.Builder(directory)
    builder.add_meta_graph_and_variables(session, ['serve'], signature_def_map=signatures, main_op=init_op, assets_collection=V1.get_collection(V1.GraphKeys.ASSET_FILEPATHS), strip_default_attrs=True)
    builder.save()


@in_graph
def tf1_simple(directory, rng):
    """simple_save with ref variables, one of them in parts."""
    V1.disable_resource_variables()
    try:
        x = V1.placeholder(tf.float32, [None, 4], name='x')
        w = V1.get_variable('w', initializer=f32(rng, 4, 3))
        parts = V1.get_variable('parts', shape=[3, 2], initializer=V1.random_normal_initializer(seed=7), partitioner=V1.fixed_size_partitioner(2))
        y = tf.nn.softmax(tf.matmul(tf.nn.relu(tf.matmul(x, w)), tf.convert_to_tensor(parts)))
        with V1.Session() as session:
            session.run(V1.global_variables_initializer())
            tf.io.gfile.rmtree(directory)
            SM.simple_save(session, directory, {'x': x}, {'y': y})
    finally:
        V1.enable_resource_variables()
    return [('serving_default', {'x': f32(rng, 3, 4)})], None


@in_graph
def tf1_frozen(directory, rng):
    x = V1.placeholder(tf.float32, [None, 6, 6, 2], name='x')
    y = tf.nn.bias_add(tf.nn.conv2d(x, tf.constant(f32(rng, 3, 3, 2, 4)), [1, 2, 2, 1], 'SAME'), tf.constant(f32(rng, 4)))
    y = V1.nn.max_pool(tf.nn.relu6(y), [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')
    y = V1.nn.lrn(y, 2, 1.0, 0.1, 0.75)
    y = tf.identity(tf.reshape(y, [-1, 16]), name='out')
    with V1.Session() as session:
        save(session, directory, {'serving_default': SM.predict_signature_def({'x': x}, {'out': y})})
    return [('serving_default', {'x': f32(rng, 2, 6, 6, 2)})], None


@in_graph
def tf1_while(directory, rng):
    V1.disable_control_flow_v2()
    try:
        x = V1.placeholder(tf.float32, [None, 3], name='x')
        n = V1.placeholder(tf.int32, [], name='n')
        w = V1.get_variable('w', initializer=f32(rng, 3, 3), use_resource=False)
        y = tf.while_loop(lambda i, h: i < n, lambda i, h: (i + 1, tf.tanh(tf.matmul(h, w))), [0, x])[1]
        z = tf.cond(tf.reduce_sum(y) > 0.0, lambda: y * 2.0, lambda: y - 1.0)
        with V1.Session() as session:
            save(session, directory, {'serving_default': SM.predict_signature_def({'x': x, 'n': n}, {'y': y, 'z': z})})
    finally:
        V1.enable_control_flow_v2()
    return [('serving_default', {'x': f32(rng, 2, 3), 'n': np.int32(4)})], 'recurrent'


@in_graph
def tf1_dynamic_rnn(directory, rng):
    """What tf.compat.v1.nn.dynamic_rnn made: TensorArrays in a while loop of control flow v1, lengths per row."""
    V1.disable_control_flow_v2()
    try:
        x = V1.placeholder(tf.float32, [None, 5, 3], name='x')
        lengths = V1.placeholder(tf.int32, [None], name='lengths')
        w, b = V1.get_variable('w', initializer=f32(rng, 7, 16)), V1.get_variable('b', initializer=f32(rng, 16))
        steps, batch = 5, tf.shape(x)[0]
        inputs = V1.TensorArray(tf.float32, steps).unstack(tf.transpose(x, [1, 0, 2]))
        outputs = V1.TensorArray(tf.float32, steps)

        def step(t, h, c, out):
            i, j, f, o = tf.split(tf.matmul(tf.concat([inputs.read(t), h], 1), w) + b, 4, 1)
            c2 = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(j)
            h2 = tf.sigmoid(o) * tf.tanh(c2)
            live = tf.expand_dims(t < lengths, 1)
            live = tf.tile(live, [1, 4])
            return t + 1, tf.where(live, h2, h), tf.where(live, c2, c), out.write(t, tf.where(live, h2, tf.zeros_like(h2)))

        zero = tf.zeros(tf.stack([batch, 4]))
        done = tf.while_loop(lambda t, *_: t < steps, step, [0, zero, zero, outputs])
        with V1.Session() as session:
            save(session, directory, {'serving_default': SM.predict_signature_def({'x': x, 'lengths': lengths}, {'outputs': tf.transpose(done[3].stack(), [1, 0, 2]), 'state': done[1]})})
    finally:
        V1.enable_control_flow_v2()
    return [('serving_default', {'x': f32(rng, 2, 5, 3), 'lengths': np.int32([5, 2])})], 'recurrent'


@in_graph
def tf1_classifier(directory, rng):
    """An estimator's classifier: ParseExample, feature columns written out, Classify and Regress and Predict."""
    serialized = V1.placeholder(tf.string, [None], name='input_example_tensor')
    features = V1.io.parse_example(serialized, {'age': tf.io.FixedLenFeature([1], tf.float32), 'job': tf.io.VarLenFeature(tf.string), 'hours': tf.io.FixedLenFeature([1], tf.int64, 40)})
    age = tf.one_hot(V1.raw_ops.Bucketize(input=features['age'], boundaries=[18.0, 30.0, 65.0]), 4)
    job = V1.lookup.StaticHashTable(V1.lookup.KeyValueTensorInitializer(['cook', 'smith', 'baker'], tf.constant([0, 1, 2], tf.int64)), -1)
    table = V1.get_variable('job_embedding', initializer=f32(rng, 4, 2))
    ids = tf.SparseTensor(features['job'].indices, job.lookup(features['job'].values), features['job'].dense_shape)
    embedded = V1.nn.safe_embedding_lookup_sparse([table], ids, combiner='mean')
    x = tf.concat([tf.reshape(age, [-1, 4]), embedded, tf.cast(features['hours'], tf.float32) / 40.0], 1)
    logits = tf.matmul(x, V1.get_variable('w', initializer=f32(rng, 7, 3)))
    scores = tf.nn.softmax(logits)
    classes = tf.tile(tf.expand_dims(tf.constant(['low', 'middle', 'high']), 0), tf.stack([tf.shape(scores)[0], 1]))
    value = tf.reduce_sum(logits, 1, keepdims=True)
    best = tf.argmax(logits, 1)
    with V1.Session() as session:
        save(session, directory, {
            'serving_default': SM.classification_signature_def(serialized, classes, scores), 'classification': SM.classification_signature_def(serialized, classes, scores),
            'regression': SM.regression_signature_def(serialized, value), 'predict': SM.predict_signature_def({'examples': serialized}, {'probabilities': scores, 'class_ids': best, 'logits': logits}),
        }, V1.tables_initializer())
    data = np.array([example(age=[25.0], job=[b'smith', b'cook']), example(age=[70.0], hours=[10]), example(age=[17.5], job=[b'unknown'])], dtype=object)
    return [('serving_default', {'inputs': data}), ('regression', {'inputs': data}), ('predict', {'examples': data}), ('serving_default', {'inputs': np.array([example(hours=[3])], dtype=object)})], None


@in_graph
def tf1_vocabulary(directory, rng):
    """A table from an asset, initialised by the main op; a ref variable for labels."""
    path = directory + '-assets/vocabulary.txt'
    tf.io.gfile.makedirs(directory + '-assets')
    with tf.io.gfile.GFile(path, 'w') as out:
        out.write('red\ngreen\nblue\n')
    x = V1.placeholder(tf.string, [None], name='x')
    name = tf.constant(path)
    V1.add_to_collection(V1.GraphKeys.ASSET_FILEPATHS, name)
    table = V1.lookup.StaticHashTable(V1.lookup.TextFileInitializer(name, tf.string, V1.lookup.TextFileIndex.WHOLE_LINE, tf.int64, V1.lookup.TextFileIndex.LINE_NUMBER), 3)
    weights = V1.get_variable('weights', initializer=f32(rng, 4, 2), use_resource=False)
    ids = table.lookup(x)
    y = V1.nn.embedding_lookup(weights, ids)
    with V1.Session() as session:
        save(session, directory, {'serving_default': SM.predict_signature_def({'x': x}, {'ids': ids, 'y': y})}, V1.tables_initializer())
    tf.io.gfile.rmtree(directory + '-assets')
    return [('serving_default', {'x': np.array([b'blue', b'pink', b'red'], dtype=object)})], None


MODELS = [tf1_simple, tf1_frozen, tf1_while, tf1_dynamic_rnn, tf1_classifier, tf1_vocabulary]
