"""Lookup tables, tf.Example, sparse and ragged tensors."""

import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops
V1 = tf.compat.v1


def obj(*items):
    return np.array(items, dtype=object)


def table(keys, values, default, key_type, value_type):
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(tf.constant(keys, key_type), tf.constant(values, value_type)), default)


def tables():
    f = Family('tables')
    f.case('string-int64', lambda x: table(['a', 'b', ''], [10, 2**60, 30], -1, tf.string, tf.int64).lookup(x), init=True, x=obj(b'b', b'', b'zzz', b'a'))
    f.case('string-string', lambda x: table(['a', 'b'], ['x', 'y\x00'], '?', tf.string, tf.string).lookup(x), init=True, x=np.array([[b'b', b'q'], [b'a', b'\xff']], dtype=object))
    f.case('string-float', lambda x: table(['a', 'b'], [0.5, -1.5], 9.0, tf.string, tf.float32).lookup(x), init=True, x=obj(b'b', b'c'))
    f.case('int64-string', lambda x: table([1, 2**60], ['x', 'y'], '?', tf.int64, tf.string).lookup(x), init=True, x=np.int64([2**60, 1, 5]))
    f.case('int64-int64', lambda x: table([1, -5], [7, 8], 0, tf.int64, tf.int64).lookup(x), init=True, x=np.int64([-5, 1, 2]))
    f.case('int64-float', lambda x: table([1, -5], [7.5, 8.25], 0.0, tf.int64, tf.float32).lookup(x), init=True, x=np.int64([-5, 1, 2]))
    f.case('int32-int32', lambda x: table([1, -5], [7, 8], 0, tf.int32, tf.int32).lookup(x), init=True, x=np.int32([-5, 1, 2]))
    f.case('string-bool', lambda x: table(['a', 'b'], [True, False], True, tf.string, tf.bool).lookup(x), init=True, x=obj(b'b', b'a', b'c'))
    f.case('string-double', lambda x: table(['a', 'b'], [0.1, 1e300], 0.0, tf.string, tf.float64).lookup(x), init=True, x=obj(b'b', b'a', b'c'))
    f.case('size', lambda x: table(['a', 'b'], [1, 2], 0, tf.string, tf.int64).size() + tf.cast(tf.size(x), tf.int64), init=True, x=obj(b'b'))
    f.case('v1', lambda x: V1.lookup.StaticHashTable(V1.lookup.KeyValueTensorInitializer(['a', 'b'], tf.constant([3, 4], tf.int64)), -1).lookup(x), init=True, x=obj(b'b', b'c'))
    f.case('buckets', lambda x: V1.lookup.StaticVocabularyTable(V1.lookup.KeyValueTensorInitializer(['a', 'b'], tf.constant([0, 1], tf.int64)), 5).lookup(x), init=True, x=obj(b'b', b'c', b'long unknown word', b'a'))
    f.case('hashed', lambda x: tf.cast(table(['a', 'b'], [0, 1], -1, tf.string, tf.int64).lookup(tf.strings.lower(x)), tf.float32) * 2.0, init=True, x=obj(b'B', b'c'))
    f.case('onehot', lambda x: tf.one_hot(table(['a', 'b'], [0, 1], -1, tf.string, tf.int64).lookup(x), 2), init=True, x=obj(b'b', b'c'))
    f.case('after-model', lambda x: table([0, 1, 2], ['zero', 'one', 'two'], '?', tf.int64, tf.string).lookup(tf.argmax(x, 1)), init=True, x=np.float32([[1, 2, 0], [3, 2, 9]]))
    return f


def example(**features):
    out = tf.train.Example()
    for name, values in features.items():
        feature = out.features.feature[name]
        if values is None:
            continue
        if isinstance(values[0] if values else 0.0, bytes):
            feature.bytes_list.value.extend(values)
        elif isinstance(values[0] if values else 0.0, int):
            feature.int64_list.value.extend(values)
        else:
            feature.float_list.value.extend(values)
    return out.SerializeToString(deterministic=True)


def examples():
    f = Family('examples')
    F, L, S = tf.io.FixedLenFeature, tf.io.VarLenFeature, tf.io.FixedLenSequenceFeature
    two = obj(example(x=[1.5], n=[7], s=[b'a']), example(x=[-2.0], n=[2**60], s=[b'\xff\x00']))
    specs = {'x': F([], tf.float32), 'n': F([], tf.int64), 's': F([], tf.string)}

    def parse(e, features):
        out = {}
        for name, value in tf.io.parse_example(e, features).items():
            if isinstance(value, tf.SparseTensor):
                out.update({f'{name}_i': value.indices, f'{name}_v': value.values, f'{name}_s': value.dense_shape})
            elif isinstance(value, tf.RaggedTensor):
                out.update({f'{name}_v': value.flat_values, **{f'{name}_r{i}': s for i, s in enumerate(value.nested_row_splits)}})
            else:
                out[name] = value
        return out

    def v1(e, features):  # ParseExample, as TF1's models have it
        dense = {k: v for k, v in features.items() if isinstance(v, F)}
        sparse = {k: v for k, v in features.items() if isinstance(v, L)}
        got = R.ParseExample(serialized=e, names=[], sparse_keys=list(sparse), dense_keys=list(dense), sparse_types=[v.dtype for v in sparse.values()], dense_shapes=[v.shape for v in dense.values()],
                             dense_defaults=[tf.constant([] if v.default_value is None else v.default_value, v.dtype) for v in dense.values()])
        out = {f'd_{k}': t for k, t in zip(dense, got.dense_values)}
        for i, k in enumerate(sparse):
            out.update({f's{i}_i': got.sparse_indices[i], f's{i}_v': got.sparse_values[i], f's{i}_s': got.sparse_shapes[i]})
        return out

    def both(name, features, e):
        f.case(f'ParseExampleV2/{name}', lambda e: parse(e, features), e=e)
        f.case(f'ParseExample/{name}', lambda e: v1(e, features), e=e)

    both('scalars', specs, two)
    both('vector', {'v': F([2], tf.float32)}, obj(example(v=[1.0, 2.0]), example(v=[3.0, 4.0])))
    both('matrix', {'v': F([2, 2], tf.int64)}, obj(example(v=[1, 2, 3, 4])))
    both('defaults', {'x': F([], tf.float32, 9.5), 's': F([], tf.string, 'none'), 'v': F([2], tf.int64, [3, 4])}, obj(example(x=[1.0]), example(s=[b'q']), example(v=[5, 6]), b''))
    both('varlen', {'t': L(tf.string), 'n': L(tf.int64), 'w': L(tf.float32)}, obj(example(t=[b'a', b'b'], n=[1]), example(w=[0.5, 1.5, 2.5]), example(t=None)))
    both('varlenOtherKind', {'t': L(tf.string)}, obj(example(t=[b'a']), example(t=[])))
    both('mixed', {'x': F([], tf.float32), 't': L(tf.string)}, obj(example(x=[1.0], t=[b'a']), example(x=[2.0])))
    both('emptyFeature', {'x': F([], tf.float32, 4.0)}, obj(example(x=None)))
    both('missing', {'x': F([], tf.float32)}, obj(example(x=[1.0]), example(y=[1.0])))
    both('wrongType', {'x': F([], tf.float32)}, obj(example(x=[1])))
    both('wrongTypeSparse', {'t': L(tf.string)}, obj(example(t=[1])))
    both('wrongCount', {'x': F([2], tf.float32)}, obj(example(x=[1.0, 2.0, 3.0])))
    both('garbage', {'x': F([], tf.float32)}, obj(b'\x0a\x7fnot an example'))
    both('none', specs, np.array([], dtype=object))
    f.case('ParseExampleV2/sequence', lambda e: parse(e, {'v': S([], tf.int64, allow_missing=True, default_value=-1)}), e=obj(example(v=[1, 2, 3]), example(v=[4]), b''))
    f.case('ParseExampleV2/ragged', lambda e: parse(e, {'v': tf.io.RaggedFeature(tf.float32), 'p': tf.io.RaggedFeature(tf.string, row_splits_dtype=tf.int64)}), e=obj(example(v=[1.0, 2.0], p=[b'x']), example(), example(v=[3.0])))
    f.case('ParseExampleV2/scalar', lambda e: parse(e, specs), known='all', e=np.array(two[0], dtype=object))
    f.case('ParseSingleExample', lambda e: tf.io.parse_single_example(e, specs), known='all', e=np.array(two[1], dtype=object))
    f.case('ParseExampleV2/order', lambda e: parse(e, {'z': F([], tf.float32), 'a': F([], tf.float32), 'm': L(tf.int64), 'b': L(tf.int64)}), e=obj(example(z=[1.0], a=[2.0], m=[3], b=[4, 5])))
    f.case('ParseExampleV2/names', lambda e: dict(zip('ab', R.ParseExampleV2(serialized=e, names=['first', 'second'], sparse_keys=[], dense_keys=['x', 'n'], ragged_keys=[], dense_defaults=[tf.constant([], tf.float32), tf.constant([], tf.int64)], num_sparse=0, sparse_types=[], ragged_value_types=[], ragged_split_types=[], dense_shapes=[[], []]).dense_values)), e=obj(example(x=[1.0], n=[3]), example(x=[2.0])))
    f.case('DecodeCSV', lambda x: dict(zip('abc', R.DecodeCSV(records=x, record_defaults=[tf.constant([1.5]), tf.constant([], tf.int32), tf.constant([b'd'])]))), x=obj(b'2.5,3,"x ""y"""', b',7,', b'1e3,-4,z'))
    f.case('DecodeCSV/refused', lambda x: dict(zip('ab', R.DecodeCSV(records=x, record_defaults=[tf.constant([1.5]), tf.constant([], tf.int32)]))), x=obj(b'2.5,'))
    f.case('DecodeJSONExample', lambda x: parse(R.DecodeJSONExample(json_examples=x), {'x': F([], tf.float32)}), x=obj(b'{"features":{"feature":{"x":{"floatList":{"value":[1.5]}}}}}'))
    return f


def sparse():
    f = Family('sparse')
    i = np.int64([[0, 1], [1, 0], [1, 2]])
    s = np.int64([2, 3])
    v = np.float32([1, 2, 3])
    f.case('SparseToDense', lambda i, v: R.SparseToDense(sparse_indices=i, output_shape=np.int64([2, 3]), sparse_values=v, default_value=-1.0), i=i, v=v)
    f.case('SparseToDense/string', lambda i, v: R.SparseToDense(sparse_indices=i, output_shape=np.int64([2, 3]), sparse_values=v, default_value='-'), i=i, v=obj(b'a', b'b', b'c'))
    f.case('SparseToDense/vector', lambda i: R.SparseToDense(sparse_indices=i, output_shape=[4], sparse_values=1, default_value=0), i=np.int32([1, 3]))
    f.case('SparseToDense/refused', lambda i, v: R.SparseToDense(sparse_indices=i, output_shape=np.int64([2, 2]), sparse_values=v, default_value=0.0), i=i, v=v)
    f.case('SparseReshape', lambda i, s: list(R.SparseReshape(input_indices=i, input_shape=s, new_shape=np.int64([3, -1]))), i=i, s=s)
    f.case('SparseReorder', lambda i, v, s: list(R.SparseReorder(input_indices=i, input_values=v, input_shape=s)), i=i[::-1].copy(), v=v, s=s)
    f.case('SparseConcat', lambda i, v, s: list(R.SparseConcat(indices=[i, i], values=[v, v], shapes=[s, s], concat_dim=1)), i=i, v=v, s=s)
    f.case('SparseSlice', lambda i, v, s: list(R.SparseSlice(indices=i, values=v, shape=s, start=np.int64([0, 0]), size=np.int64([2, 2]))), i=i, v=v, s=s)
    f.case('SparseFillEmptyRows', lambda i, v, s: list(R.SparseFillEmptyRows(indices=i, values=v, dense_shape=s, default_value=9.0)), i=np.int64([[0, 1], [2, 0]]), v=np.float32([1, 2]), s=np.int64([4, 3]))
    f.case('SparseTensorDenseMatMul', lambda i, v, s, b: R.SparseTensorDenseMatMul(a_indices=i, a_values=v, a_shape=s, b=b), i=i, v=v, s=s, b=np.float32([[1, 2], [3, 4], [5, 6]]))
    f.case('SparseTensorDenseMatMul/adjoint', lambda i, v, s, b: R.SparseTensorDenseMatMul(a_indices=i, a_values=v, a_shape=s, b=b, adjoint_a=True), i=i, v=v, s=s, b=np.float32([[1, 2], [3, 4]]))
    f.case('SparseTensorDenseAdd', lambda i, v, s, b: R.SparseTensorDenseAdd(a_indices=i, a_values=v, a_shape=s, b=b), i=i, v=v, s=s, b=np.ones([2, 3], np.float32))
    f.case('SparseDenseCwiseMul', lambda i, v, s, b: R.SparseDenseCwiseMul(sp_indices=i, sp_values=v, sp_shape=s, dense=b), i=i, v=v, s=s, b=np.arange(6, dtype=np.float32).reshape(2, 3))
    f.case('SparseReduceSum', lambda i, v, s: R.SparseReduceSum(input_indices=i, input_values=v, input_shape=s, reduction_axes=[1]), i=i, v=v, s=s)
    f.case('SparseReduceMax', lambda i, v, s: R.SparseReduceMax(input_indices=i, input_values=v, input_shape=s, reduction_axes=[0]), i=np.int64([[0, 0], [0, 1], [1, 0], [1, 1], [0, 2]]), v=np.float32([1, -5, 3, 4, 2]), s=s)
    f.case('SparseSoftmax', lambda i, v, s: R.SparseSoftmax(sp_indices=i, sp_values=v, sp_shape=s), i=i, v=v, s=s)
    f.case('SparseAdd', lambda i, v, s: list(R.SparseAdd(a_indices=i, a_values=v, a_shape=s, b_indices=i[:2], b_values=v[:2], b_shape=s, thresh=0.0)), i=i, v=v, s=s)
    f.case('SparseSplit', lambda i, v, s: list(tf.nest.flatten(R.SparseSplit(split_dim=np.int64(1), indices=i, values=v, shape=s, num_split=3))), i=i, v=v, s=s)
    f.case('FromDense', lambda x: (lambda t: {'i': t.indices, 'v': t.values, 's': t.dense_shape})(tf.sparse.from_dense(x)), x=np.float32([[0, 2], [3, 0]]))
    f.case('embedding_lookup_sparse', lambda i, v: tf.nn.embedding_lookup_sparse(tf.constant(np.arange(8, dtype=np.float32).reshape(4, 2)), tf.SparseTensor(i, v, np.int64([3, 2])), None, combiner='mean'), i=np.int64([[0, 0], [0, 1], [2, 0]]), v=np.int64([3, 1, 0]))
    f.case('safe_embedding_lookup_sparse', lambda i, v: tf.nn.safe_embedding_lookup_sparse(tf.constant(np.arange(8, dtype=np.float32).reshape(4, 2)), tf.SparseTensor(i, v, np.int64([3, 2])), combiner='sqrtn'), i=np.int64([[0, 0], [0, 1], [2, 0]]), v=np.int64([3, 1, -1]))
    f.case('sparse.expand', lambda i, v: tf.sparse.to_dense(tf.sparse.expand_dims(tf.SparseTensor(i, v, np.int64([2, 3])), 1)), i=i, v=v)
    return f


def ragged():
    f = Family('ragged')
    ragged_of = lambda v, s: tf.RaggedTensor.from_row_splits(v, s, validate=False)
    v, s = np.float32([1, 2, 3, 4, 5]), np.int64([0, 2, 2, 5])
    f.case('to_tensor', lambda v, s: ragged_of(v, s).to_tensor(-1.0), v=v, s=s)
    f.case('to_tensor/shape', lambda v, s: ragged_of(v, s).to_tensor(0.0, shape=[None, 2]), v=v, s=s)
    f.case('to_tensor/string', lambda v, s: ragged_of(v, s).to_tensor('-'), v=obj(b'a', b'b', b'c', b'd', b'e'), s=s)
    f.case('to_tensor/rows', lambda v, s: ragged_of(v, s).to_tensor(), v=np.float32(np.arange(10).reshape(5, 2)), s=s)
    f.case('to_sparse', lambda v, s: (lambda t: [t.indices, t.values, t.dense_shape])(ragged_of(v, s).to_sparse()), v=v, s=s)
    f.case('from_tensor', lambda x: (lambda t: [t.values, t.row_splits])(tf.RaggedTensor.from_tensor(x, padding=0)), known='batch', x=np.int32([[1, 2, 0], [3, 0, 0]]))
    f.case('reduce_sum', lambda v, s: tf.reduce_sum(ragged_of(v, s), 1), v=v, s=s)
    f.case('reduce_mean', lambda v, s: tf.reduce_mean(ragged_of(v, s), 1), v=v, s=np.int64([0, 2, 3, 5]))
    f.case('reduce_max', lambda v, s: tf.reduce_max(ragged_of(v, s), 1), v=v, s=np.int64([0, 2, 3, 5]))
    f.case('row_lengths', lambda v, s: {'l': ragged_of(v, s).row_lengths(), 'i': ragged_of(v, s).value_rowids(), 'm': ragged_of(v, s).bounding_shape()}, v=v, s=s)
    f.case('gather', lambda v, s, i: (lambda t: [t.values, t.row_splits])(tf.gather(ragged_of(v, s), i)), v=v, s=s, i=np.int32([2, 0]))
    f.case('range', lambda n: (lambda t: [t.values, t.row_splits])(tf.ragged.range(n)), n=np.int32([2, 0, 3]))
    f.case('map', lambda v, s: tf.ragged.map_flat_values(tf.square, ragged_of(v, s)).values, v=v, s=s)
    f.case('concat', lambda v, s: (lambda t: [t.values, t.row_splits])(tf.concat([ragged_of(v, s), ragged_of(v, s)], 1)), v=v, s=s)
    f.case('split_words', lambda x: tf.strings.split(x).to_tensor(), x=obj(b'a b c', b'', b'd'))
    f.case('ngrams', lambda x: tf.strings.ngrams(tf.strings.split(x), 2).to_tensor('-'), x=obj(b'a b c', b'x', b'd e'))
    f.case('bytes_split', lambda x: tf.strings.bytes_split(x).to_tensor(), x=obj(b'abc', b'', b'd'))
    f.case('unicode_split', lambda x: tf.strings.unicode_split(x, 'UTF-8').to_tensor(), x=obj('a\u00e9'.encode(), b'', b'd'))
    f.case('RaggedTensorToTensor/rowids', lambda v, i: R.RaggedTensorToTensor(shape=np.int64([-1, -1]), values=v, default_value=0.0, row_partition_tensors=[np.int64(4), i], row_partition_types=['FIRST_DIM_SIZE', 'VALUE_ROWIDS']), v=v, i=np.int64([0, 0, 1, 3, 3]))
    return f


FAMILIES = [tables, examples, sparse, ragged]
