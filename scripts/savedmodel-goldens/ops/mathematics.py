"""Elementwise mathematics, comparisons, casts, products of matrices."""

import ml_dtypes
import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops
FLOATS = {'float32': np.float32, 'float64': np.float64, 'half': np.float16, 'bfloat16': ml_dtypes.bfloat16}
INTEGERS = {'int8': np.int8, 'int16': np.int16, 'int32': np.int32, 'int64': np.int64, 'uint8': np.uint8,
            'uint16': np.uint16, 'uint32': np.uint32, 'uint64': np.uint64}
SPECIALS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, np.inf, -np.inf, np.nan]
NORMALS = [0.25, -0.75, 3.125, -4.5, 0.007, 12.0, -9.25]


def unary():
    f = Family('unary')
    every = ['Abs', 'Neg', 'Sign', 'Square', 'Sqrt', 'Rsqrt', 'Exp', 'Log', 'Sigmoid', 'Tanh', 'Floor', 'Ceil', 'Round', 'Rint', 'Relu']
    for op in every:
        for name, dtype in FLOATS.items():
            values = np.array(SPECIALS + NORMALS).astype(dtype)
            key = 'features' if op == 'Relu' else 'x'
            f.case(f'{op}/{name}', lambda x, op=op, key=key: getattr(R, op)(**{key: x}), x=values)
    for op in ['Expm1', 'Log1p', 'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Asinh', 'Acosh', 'Atanh', 'Erf',
               'Erfc', 'Lgamma', 'Digamma', 'Reciprocal', 'Inv', 'Erfinv', 'Ndtri']:
        for name in ['float32', 'float64']:
            values = np.array([0.0, 0.5, -0.5, 1.0, -1.0, 0.007, 2.25, -1.75, 3.5, np.nan]).astype(FLOATS[name])
            f.case(f'{op}/{name}', lambda x, op=op: getattr(R, op)(x=x), x=values)
    for op in ['Relu6', 'Elu', 'Selu', 'Softplus', 'Softsign']:
        for name in ['float32', 'float64', 'half']:
            values = np.array([0, -0.5, 0.5, -3, 3, 6, 7, 20, -20, np.inf, -np.inf]).astype(FLOATS[name])
            f.case(f'{op}/{name}', lambda x, op=op: getattr(R, op)(features=x), x=values)
    for alpha in [0.2, 0.0, 1.5]:
        f.case(f'LeakyRelu/{alpha}', lambda x, a=alpha: R.LeakyRelu(features=x, alpha=a), x=np.float32(SPECIALS))
    for op in ['Abs', 'Neg', 'Sign', 'Square']:
        for name in ['int8', 'int16', 'int32', 'int64']:
            f.case(f'{op}/{name}', lambda x, op=op: getattr(R, op)(x=x), x=np.array([0, 1, -1, 5, -7, 11]).astype(INTEGERS[name]))
    for name, dtype in INTEGERS.items():
        f.case(f'Invert/{name}', lambda x: R.Invert(x=x), x=np.array([0, 1, 5, 100]).astype(dtype))
        f.case(f'Relu/{name}', lambda x: R.Relu(features=x), x=np.array([0, 1, -5, 100]).astype(dtype))
    for op in ['IsNan', 'IsInf', 'IsFinite']:
        for name, dtype in FLOATS.items():
            f.case(f'{op}/{name}', lambda x, op=op: getattr(R, op)(x=x), x=np.array(SPECIALS).astype(dtype))
    f.case('LogicalNot', lambda x: R.LogicalNot(x=x), x=np.array([True, False]))
    for op in ['Softmax', 'LogSoftmax']:
        for name, dtype in FLOATS.items():
            logits = np.array([[1, 2, 3, -1], [1000, 0, -1000, 3], [0, 0, 0, 0]]).astype(dtype)
            f.case(f'{op}/{name}', lambda x, op=op: getattr(R, op)(logits=x), x=logits)
    f.case('Softmax/rank3', lambda x: tf.nn.softmax(x, axis=1), x=np.float32(f.rng('s').normal(size=(2, 3, 4))))
    for declared, fed in [([-1, 1], [3]), ([-1, 1], []), ([-1], [2, 2])]:
        f.case(f'half_plus_two/declared{declared}fed{fed}'.replace(' ', ''), lambda x: tf.constant(0.5) * x + tf.constant(2.0), known='none',
               declare={'x': declared}, x=np.float32(np.arange(1, 1 + int(np.prod(fed))).reshape(fed)))
    f.case('Tanh/scalar', lambda x: R.Tanh(x=x), x=np.float32(0.3))
    f.case('Tanh/empty', lambda x: R.Tanh(x=x), x=np.zeros([0, 3], np.float32))
    return f


def binary():
    f = Family('binary')
    floats = ([7.5, -7.5, 7.5, -7.5, 6.0, -6.0, 0.0, 1.0, np.inf, np.nan, 3.0], [2.0, 2.0, -2.0, -2.0, 3.0, 3.0, 5.0, 0.0, 2.0, 1.0, np.nan])
    for op in ['AddV2', 'Add', 'Sub', 'Mul', 'Div', 'RealDiv', 'Maximum', 'Minimum', 'FloorDiv', 'FloorMod', 'Pow', 'SquaredDifference',
               'DivNoNan', 'Mod', 'TruncateMod', 'MulNoNan', 'Xdivy', 'Xlogy', 'Xlog1py', 'Atan2']:
        for name, dtype in FLOATS.items():
            if name == 'bfloat16' and op in ('Atan2', 'Mod', 'TruncateMod', 'Xlog1py', 'Xdivy', 'Xlogy', 'DivNoNan') \
                    or name == 'half' and op in ('Mod', 'TruncateMod', 'Atan2'):
                continue
            x, y = (np.array(v).astype(dtype) for v in floats)
            if op in ('Mod', 'TruncateMod'):
                x, y = x[:7], y[:7]
            f.case(f'{op}/{name}', lambda x, y, op=op: getattr(R, op)(x=x, y=y), x=x, y=y)
    for op in ['AddV2', 'Sub', 'Mul', 'Maximum', 'Minimum', 'FloorDiv', 'FloorMod', 'TruncateDiv', 'TruncateMod', 'Div', 'SquaredDifference',
               'BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'LeftShift', 'RightShift', 'Pow']:
        for name, dtype in INTEGERS.items():
            if op in ('TruncateMod', 'SquaredDifference') and name not in ('int32', 'int64') or op == 'Pow' and name.startswith('uint'):
                continue  # TensorFlow has no such op
            signed = name.startswith('int')
            x = np.array([7, -7, 7, -7, 6, -6, 0, 9] if signed else [7, 8, 9, 100, 6, 200, 0, 1]).astype(dtype)
            y = np.array([2, 2, -2, -2, 3, 3, 5, 4] if signed else [2, 3, 9, 7, 100, 3, 5, 1]).astype(dtype)
            if op in ('LeftShift', 'RightShift', 'Pow'):
                y = np.array([0, 1, 2, 1, 2, 1, 3, 2]).astype(dtype)
                x = np.array([7, 3, 5, 11, 6, 1, 0, 4]).astype(dtype)
            f.case(f'{op}/{name}', lambda x, y, op=op: getattr(R, op)(x=x, y=y), x=x, y=y)
    big = np.array([2**53 + 1, -(2**62), 2**63 - 1, -(2**63)])
    f.case('AddV2/int64/beyond2^53', lambda x, y: R.AddV2(x=x, y=y), x=big, y=np.array([2, 3, 1, -1]))
    f.case('Mul/int64/wraps', lambda x, y: R.Mul(x=x, y=y), x=big, y=np.array([3, 4, 2, 5]))
    f.case('Mul/int32/wraps', lambda x, y: R.Mul(x=x, y=y), x=np.int32([2**30, -(2**31), 65537]), y=np.int32([4, 3, 65537]))
    f.case('AddV2/uint8/wraps', lambda x, y: R.AddV2(x=x, y=y), x=np.uint8([250, 255]), y=np.uint8([10, 1]))
    f.case('Neg/int8/least', lambda x: R.Neg(x=x), x=np.int8([-128, 127]))
    f.case('FloorDiv/int32/zero', lambda x, y: R.FloorDiv(x=x, y=y), x=np.int32([1]), y=np.int32([0]))
    f.case('FloorMod/int64/zero', lambda x, y: R.FloorMod(x=x, y=y), x=np.int64([1]), y=np.int64([0]))
    f.case('Pow/int32/negative', lambda x, y: R.Pow(x=x, y=y), x=np.int32([2]), y=np.int32([-1]))
    r = f.rng('broadcast')
    for name, (a, b) in {'scalar': ([2, 3], []), 'row': ([2, 3], [3]), 'both': ([2, 1, 3], [4, 1]), 'empty': ([0, 3], [1, 3]),
                         'leading': ([3], [2, 2, 3])}.items():
        f.case(f'AddV2/broadcast/{name}', lambda x, y: R.AddV2(x=x, y=y), x=np.float32(r.normal(size=a)), y=np.float32(r.normal(size=b)))
        f.case(f'Mul/broadcast/{name}', lambda x, y: R.Mul(x=x, y=y), known='none', x=np.int32(r.integers(-9, 9, a)), y=np.int32(r.integers(-9, 9, b)))
    f.case('AddV2/broadcast/refused', lambda x, y: R.AddV2(x=x, y=y), known='none', x=np.zeros([2, 3], np.float32), y=np.zeros([2], np.float32))
    f.case('AddV2/string', lambda x, y: R.Add(x=x, y=y), x=np.array([b'a', b'']), y=np.array([b'b\xff', b'c']))
    f.case('AddN', lambda x, y: R.AddN(inputs=[x, y, x]), x=np.float32([1, 2]), y=np.float32([3, 4]))
    f.case('AddN/one', lambda x: R.AddN(inputs=[x]), x=np.float32([1, 2]))
    for dtype in ['float32', 'float64', 'int32', 'int64']:
        f.case(f'ClipByValue/{dtype}', lambda x: tf.clip_by_value(x, 1, 4), x=np.array([0, 1, 3, 9]).astype(dtype))
    f.case('ClipByValue/raw', lambda x: R.ClipByValue(t=x, clip_value_min=-1.0, clip_value_max=1.0), x=np.float32(SPECIALS))
    f.case('BiasAdd', lambda x, b: R.BiasAdd(value=x, bias=b), x=np.float32(r.normal(size=(2, 3, 4))), b=np.float32([1, 2, 3, 4]))
    f.case('BiasAdd/nchw', lambda x, b: R.BiasAdd(value=x, bias=b, data_format='NCHW'), x=np.float32(r.normal(size=(2, 3, 2, 2))), b=np.float32([1, 2, 3]))
    f.case('LogicalAnd', lambda x, y: R.LogicalAnd(x=x, y=y), x=np.array([True, True, False, False]), y=np.array([True, False, True, False]))
    f.case('LogicalOr', lambda x, y: R.LogicalOr(x=x, y=y), x=np.array([True, True, False, False]), y=np.array([True, False, True, False]))
    f.case('NextAfter', lambda x, y: R.NextAfter(x1=x, x2=y), x=np.float64([1, 0, -1]), y=np.float64([2, -1, -1]))
    f.case('Polyval', lambda x: tf.math.polyval([1.0, 2.0, 3.0], x), x=np.float32([1, 2, -1]))
    f.case('Betainc', lambda a, b, x: R.Betainc(a=a, b=b, x=x), a=np.float32([1, 2]), b=np.float32([2, 3]), x=np.float32([0.3, 0.6]))
    f.case('Igamma', lambda a, x: R.Igamma(a=a, x=x), a=np.float32([1, 2]), x=np.float32([0.5, 3]))
    f.case('Complex', lambda x, y: {'abs': tf.abs(tf.complex(x, y)), 'angle': tf.math.angle(tf.complex(x, y)),
                                    'real': tf.math.real(tf.complex(x, y) * tf.complex(y, x)), 'imag': tf.math.imag(tf.math.conj(tf.complex(x, y)))},
           x=np.float32([3, -1, 0]), y=np.float32([4, 2, -1]))
    f.case('GeluErf', lambda x: tf.nn.gelu(x), x=np.float32(NORMALS))
    f.case('GeluTanh', lambda x: tf.nn.gelu(x, approximate=True), x=np.float32(NORMALS))
    f.case('Swish', lambda x: x * tf.sigmoid(x), x=np.float32(NORMALS))
    return f


def comparisons():
    f = Family('comparisons')
    for op in ['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual']:
        for name, dtype in {**FLOATS, **INTEGERS, 'bool': np.bool_}.items():
            if name == 'bool' and op not in ('Equal', 'NotEqual'):
                continue
            x = [1.0, 2.0, 3.0, 0.0, np.nan] if name in FLOATS else [1, 2, 3, 0]
            y = [2.0, 2.0, 1.0, -0.0, np.nan] if name in FLOATS else [2, 2, 1, 0]
            f.case(f'{op}/{name}', lambda x, y, op=op: getattr(R, op)(x=x, y=y), x=np.array(x).astype(dtype), y=np.array(y).astype(dtype))
    for op in ['Equal', 'NotEqual']:
        f.case(f'{op}/string', lambda x, y, op=op: getattr(R, op)(x=x, y=y), x=np.array([b'a', b'b', b'']), y=np.array([b'a', b'\xc3\xa9', b'']))
        f.case(f'{op}/string/broadcast', lambda x, y, op=op: getattr(R, op)(x=x, y=y), x=np.array([[b'a'], [b'b']]), y=np.array([b'a', b'b']))
        f.case(f'{op}/incompatible', lambda x, y, op=op: getattr(R, op)(x=x, y=y, incompatible_shape_error=False), known='none',
               x=np.float32([1, 2]), y=np.float32([1, 2, 3]))
    f.case('Less/int64/beyond2^53', lambda x, y: R.Less(x=x, y=y), x=np.int64([2**53]), y=np.int64([2**53 + 1]))
    f.case('ApproximateEqual', lambda x, y: R.ApproximateEqual(x=x, y=y, tolerance=0.1), x=np.float32([1, 1]), y=np.float32([1.05, 1.2]))
    return f


def casts():
    f = Family('casts')
    kinds = {**FLOATS, **INTEGERS, 'bool': np.bool_}
    for source, dtype in kinds.items():
        values = {'bool': [0, 1]}.get(source) or ([0.0, 1.5, 2.9, 100.25, 3.999] if source in FLOATS else [0, 1, 100, 127])
        targets = {t: tf.as_dtype(d) for t, d in kinds.items() if t != source}
        f.case(f'Cast/{source}', lambda x, targets=targets: {t: tf.cast(x, d) for t, d in targets.items()}, x=np.array(values).astype(dtype))
        if source in FLOATS or source.startswith('int'):
            signed = {t: d for t, d in targets.items() if t.startswith('int') or t in FLOATS}
            values = [-0.9, -1.5, -2.0, -100.75] if source in FLOATS else [-1, -2, -128]
            f.case(f'Cast/{source}/negative', lambda x, targets=signed: {t: tf.cast(x, d) for t, d in targets.items()}, x=np.array(values).astype(dtype))
    for source in ['int32', 'int64', 'uint32']:
        values = np.array([300, 65537, 70000, 2**31 - 1]).astype(source)
        f.case(f'Cast/{source}/wraps', lambda x: {t: tf.cast(x, t) for t in ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint64']}, x=values)
    f.case('Cast/int32/negativeWraps', lambda x: {t: tf.cast(x, t) for t in ['uint8', 'uint16', 'uint32', 'uint64', 'int8']}, x=np.int32([-1, -300, -70000]))
    f.case('Cast/float/nonfinite', lambda x: {t: tf.cast(x, t) for t in ['float64', 'half', 'bfloat16', 'bool']}, x=np.float32([np.inf, -np.inf, np.nan, -0.0, 1e30]))
    f.case('Cast/float/rounding', lambda x: {t: tf.cast(x, t) for t in ['half', 'bfloat16']}, x=np.float32([1.0009765, 1.00048828125, 65520.0, 6e-8, 1.00390625, 1.01171875]))
    f.case('Cast/float/truncate', lambda x: {t: tf.cast(x, t, name='c_' + t) for t in ['half', 'bfloat16']} if False else
           {t: R.Cast(x=x, DstT=tf.as_dtype(t), Truncate=True) for t in ['half', 'bfloat16']}, x=np.float32([1.0009765, 1.00048828125, 1.01171875]))
    f.case('Cast/int64/float', lambda x: {t: tf.cast(x, t) for t in ['float32', 'float64']}, x=np.int64([2**53 + 1, -(2**62) - 7, 16777217]))
    f.case('Cast/double/big', lambda x: {t: tf.cast(x, t) for t in ['int64', 'float32']}, x=np.float64([2.0**60, -1e15, 123456789.75]))
    f.case('SaturateCast', lambda x: {t: tf.saturate_cast(x, t) for t in ['uint8', 'int8', 'int32']}, x=np.float32([-300.5, 300.5, 3e9, 7.9]))
    pairs = [('float32', 'int32'), ('int32', 'float32'), ('float32', 'uint8'), ('uint8', 'float32'), ('int64', 'float64'), ('float64', 'int32'),
             ('int32', 'int16'), ('int16', 'int32'), ('half', 'uint16'), ('uint8', 'bfloat16'), ('uint32', 'int32')]
    for a, b in pairs:
        size = tf.as_dtype(a).size, tf.as_dtype(b).size
        shape = (2, size[1] // size[0]) if size[1] > size[0] else (2, 3)
        values = np.array([[1, 2, 3, 64, 5, 6, 7, 8][:shape[1]]] * 2).astype(kinds[a])
        f.case(f'Bitcast/{a}-{b}', lambda x, b=b: R.Bitcast(input=x, type=tf.as_dtype(b)), x=values)
    return f


def products():
    f = Family('products', weights='b')
    r = f.rng('products')
    n = lambda *s: np.float32(r.normal(size=s))
    for ta in [False, True]:
        for tb in [False, True]:
            f.case(f'MatMul/{ta}{tb}', lambda a, b, ta=ta, tb=tb: R.MatMul(a=a, b=b, transpose_a=ta, transpose_b=tb),
                   a=n(3, 2) if ta else n(2, 3), b=n(4, 3) if tb else n(3, 4))
            f.case(f'BatchMatMulV2/{ta}{tb}', lambda a, b, ta=ta, tb=tb: R.BatchMatMulV2(x=a, y=b, adj_x=ta, adj_y=tb),
                   a=n(2, 3, 2) if ta else n(2, 2, 3), b=n(2, 4, 3) if tb else n(2, 3, 4))
    for name, dtype in FLOATS.items():
        f.case(f'MatMul/{name}', lambda a, b: R.MatMul(a=a, b=b), a=n(2, 3).astype(dtype), b=n(3, 2).astype(dtype))
        f.case(f'BatchMatMulV2/{name}', lambda a, b: R.BatchMatMulV2(x=a, y=b), a=n(2, 2, 3).astype(dtype), b=n(2, 3, 2).astype(dtype))
    for name in ['int32', 'int64']:
        f.case(f'MatMul/{name}', lambda a, b: R.MatMul(a=a, b=b), a=r.integers(-9, 9, (2, 3)).astype(name), b=r.integers(-9, 9, (3, 2)).astype(name))
    f.case('BatchMatMul', lambda a, b: R.BatchMatMul(x=a, y=b), a=n(2, 2, 3), b=n(2, 3, 4))
    f.case('BatchMatMulV2/broadcast', lambda a, b: R.BatchMatMulV2(x=a, y=b), a=n(2, 1, 2, 3), b=n(4, 3, 2))
    f.case('BatchMatMulV3/int8', lambda a, b: R.BatchMatMulV3(x=a, y=b, Tout=tf.int32), a=r.integers(-99, 99, (1, 2, 3)).astype('int8'), b=r.integers(-99, 99, (1, 3, 2)).astype('int8'))
    f.case('MatMul/refused', lambda a, b: R.MatMul(a=a, b=b), known='none', a=n(2, 3), b=n(2, 3))
    for k, (eq, *shapes) in enumerate([('ij,jk->ik', (2, 3), (3, 4)), ('bij,bjk->bik', (2, 2, 3), (2, 3, 2)), ('abc,cde->abde', (2, 3, 4), (4, 2, 3)),
                                       ('abcd,cde->abe', (2, 3, 2, 4), (2, 4, 5)), ('aecd,abcd->acbe', (2, 3, 2, 4), (2, 5, 2, 4)),
                                       ('acbe,aecd->abcd', (2, 2, 5, 3), (2, 3, 2, 4)), ('...ij,jk->...ik', (2, 2, 3), (3, 2)), ('ij->ji', (2, 3)),
                                       ('ii->i', (3, 3)), ('ij->j', (2, 3)), ('i,j->ij', (2,), (3,)), ('bhwc,hkc->bwhk', (2, 3, 2, 4), (3, 2, 4)),
                                       ('...a,...b->...ab', (2, 3), (2, 2)), ('ijk->', (2, 2, 2)), ('ab,ab->ab', (2, 3), (2, 3)), ('ab,ab->a', (2, 3), (2, 3)),
                                       ('a...,a->a...', (2, 3), (2,)), ('ibnd,jbnd->bnij', (3, 2, 2, 4), (2, 2, 2, 4))]):
        f.case(f'Einsum/{eq}', lambda eq=eq, **xs: R.Einsum(inputs=list(xs.values()), equation=eq), known=['batch', 'all', 'rank'][k % 3],
               **{'x' + 'yz'[i - 1] if i else 'x': n(*s) for i, s in enumerate(shapes)})
    f.case('Einsum/three', lambda x, y, z: tf.einsum('ij,jk,kl->il', x, y, z), x=n(2, 3), y=n(3, 2), z=n(2, 2))
    f.case('Einsum/float64', lambda x, y: R.Einsum(inputs=[x, y], equation='ij,jk->ik'), x=r.normal(size=(2, 3)), y=r.normal(size=(3, 2)))
    f.case('Tensordot', lambda x, y: tf.tensordot(x, y, [[1, 2], [0, 1]]), known='all', x=n(2, 3, 4), y=n(3, 4, 2))
    f.case('L2Loss', lambda x: R.L2Loss(t=x), x=n(2, 3))
    f.case('Cross', lambda x, y: R.Cross(a=x, b=y), x=n(2, 3), y=n(2, 3))
    f.case('L2Normalize', lambda x: tf.math.l2_normalize(x, axis=1), x=n(2, 3))
    f.case('MatrixInverse', lambda x: R.MatrixInverse(input=x), x=np.float32([[2, 1], [1, 3]]))
    f.case('MatrixDeterminant', lambda x: R.MatrixDeterminant(input=x), x=np.float32([[[2, 1], [1, 3]]]))
    f.case('Cholesky', lambda x: R.Cholesky(input=x), x=np.float32([[4, 2], [2, 3]]))
    f.case('MatrixTriangularSolve', lambda x, y: R.MatrixTriangularSolve(matrix=x, rhs=y), x=np.float32([[4, 0], [2, 3]]), y=np.float32([[1], [2]]))
    return f


FAMILIES = [unary, binary, comparisons, casts, products]
