"""Strings: shaping, RE2, hashing, numbers and text."""

import numpy as np
import tensorflow as tf

from op_goldens import Family

R = tf.raw_ops


def obj(*items):
    return np.array(items, dtype=object)


def strings():
    f = Family('strings')
    words = obj(b'Hello, World', b'', b'\xc3\x84pfel \xe2\x82\xac', b'a\x00b', b'  pad\t')
    f.case('StringLower', lambda x: {'b': R.StringLower(input=x), 'u': R.StringLower(input=x, encoding='utf-8')}, x=words)
    f.case('StringUpper', lambda x: {'b': R.StringUpper(input=x), 'u': R.StringUpper(input=x, encoding='utf-8')}, x=obj(b'Hello', 'stra\u00dfe \u00e9'.encode(), b''))
    f.case('StringLength', lambda x: {'b': R.StringLength(input=x), 'u': R.StringLength(input=x, unit='UTF8_CHAR')}, x=words)
    f.case('StringStrip', lambda x: R.StringStrip(input=x), x=obj(b'  a b \t\n', b'', b' \x0b\x0c\r', 'x\u00a0'.encode()))
    f.case('StringJoin', lambda x, y: R.StringJoin(inputs=[x, y], separator=', '), x=obj(b'a', b''), y=obj(b'b', b'c'))
    f.case('StringJoin/scalar', lambda x, y: R.StringJoin(inputs=[x, y, 'z']), x=obj(b'a', b'b'), y=np.array(b'-', dtype=object))
    f.case('Substr', lambda x: R.Substr(input=x, pos=1, len=3), x=obj(b'hello', b'abc', b'x'))
    f.case('Substr/negative', lambda x: R.Substr(input=x, pos=-3, len=2), x=obj(b'hello', b'abc'))
    f.case('Substr/utf8', lambda x: R.Substr(input=x, pos=1, len=2, unit='UTF8_CHAR'), x=obj('\u00c4\u20acx\U0001f600'.encode(), b'abc'))
    f.case('Substr/each', lambda x, p, n: R.Substr(input=x, pos=p, len=n), x=obj(b'hello', b'world'), p=np.int32([0, 2]), n=np.int32([2, 9]))
    f.case('Substr/outside', lambda x: R.Substr(input=x, pos=5, len=1), x=obj(b'abc'))
    f.case('StringSplit', lambda x: dict(zip('ivs', R.StringSplit(input=x, delimiter=' ,'))), x=obj(b'a b,c', b'', b' x '))
    f.case('StringSplit/keepEmpty', lambda x: dict(zip('ivs', R.StringSplit(input=x, delimiter=' ,', skip_empty=False))), x=obj(b'a b,,c', b'', b' x '))
    f.case('StringSplit/bytes', lambda x: dict(zip('ivs', R.StringSplit(input=x, delimiter=''))), x=obj(b'abc', b''))
    for sep in [b'', b',', b'--']:
        f.case(f'StringSplitV2/{sep.decode()}', lambda x, s=sep: dict(zip('ivs', R.StringSplitV2(input=x, sep=s))), x=obj(b'a b,c--d', b'', b'  x  y\t', b'--,,'))
    f.case('StringSplitV2/most', lambda x: dict(zip('ivs', R.StringSplitV2(input=x, sep=',', maxsplit=1))), x=obj(b'a,b,c', b'd'))
    f.case('UnicodeDecode', lambda x: list(R.UnicodeDecode(input=x, input_encoding='UTF-8', Tsplits=tf.int64)), x=obj('a\u00e9\u20ac\U0001f600'.encode(), b'\xff\x41', b''))
    f.case('UnicodeDecodeWithOffsets', lambda x: list(R.UnicodeDecodeWithOffsets(input=x, input_encoding='UTF-8', errors='ignore', Tsplits=tf.int64)), x=obj('a\u00e9\u20ac'.encode(), b'\xff\x41'))
    f.case('UnicodeEncode', lambda c, s: R.UnicodeEncode(input_values=c, input_splits=s, output_encoding='UTF-8'), c=np.int32([97, 8364, 128512, 233]), s=np.int64([0, 2, 2, 4]))
    f.case('UnicodeTranscode', lambda x: R.UnicodeTranscode(input=x, input_encoding='UTF-8', output_encoding='UTF-16-BE'), x=obj('a\u20ac'.encode(), b'\xff'))
    f.case('UnicodeScript', lambda x: R.UnicodeScript(input=x), x=np.int32([97, 1077, 0x4E00, 48]))
    f.case('ReduceJoin', lambda x: {'0': R.ReduceJoin(inputs=x, reduction_indices=[0], separator='-'), '1': R.ReduceJoin(inputs=x, reduction_indices=[-1], keep_dims=True), 'all': R.ReduceJoin(inputs=x, reduction_indices=[1, 0])}, x=np.array([[b'a', b'b'], [b'c', b'd']], dtype=object))
    f.case('StringFormat', lambda x: R.StringFormat(inputs=[x], template='v=%s', placeholder='%s'), x=np.int32([1, 2]))
    f.case('StringNGrams', lambda x, s: list(R.StringNGrams(data=x, data_splits=s, separator=' ', ngram_widths=[1, 2], left_pad='', right_pad='', pad_width=0, preserve_short_sequences=False)), x=obj(b'a', b'b', b'c', b'd'), s=np.int64([0, 3, 4]))
    f.case('StringNGrams/padded', lambda x, s: list(R.StringNGrams(data=x, data_splits=s, separator='_', ngram_widths=[3], left_pad='<', right_pad='>', pad_width=1, preserve_short_sequences=True)), x=obj(b'a', b'b', b'c', b'd'), s=np.int64([0, 3, 4]))
    f.case('DecodeBase64', lambda x: R.DecodeBase64(input=x), x=obj(b'aGVsbG8', b'_-8', b''))
    f.case('DecodeBase64/refused', lambda x: R.DecodeBase64(input=x), x=obj(b'a!b'))
    f.case('EncodeBase64', lambda x: {'n': R.EncodeBase64(input=x), 'p': R.EncodeBase64(input=x, pad=True)}, x=obj(b'hello', b'\xff\xef', b''))
    f.case('DecodeRaw', lambda x: {'u8': R.DecodeRaw(bytes=x, out_type=tf.uint8), 'i16': R.DecodeRaw(bytes=x, out_type=tf.int16), 'big': R.DecodeRaw(bytes=x, out_type=tf.int32, little_endian=False), 'f': R.DecodeRaw(bytes=x, out_type=tf.float32)}, x=obj(b'\x00\x00\x80?\x01\x02\x03\x04', b'abcdefgh'))
    f.case('DecodeRaw/refused', lambda x: R.DecodeRaw(bytes=x, out_type=tf.int16), x=obj(b'abc'))
    f.case('DecodePaddedRaw', lambda x: R.DecodePaddedRaw(input_bytes=x, fixed_length=4, out_type=tf.int16), x=obj(b'abcdef', b'ab'))
    f.case('TransposeGatherConcat', lambda x: tf.concat([tf.gather(tf.transpose(x), [1]), tf.transpose(x)], 0), x=np.array([[b'a', b'\xff'], [b'', b'd']], dtype=object))
    return f


def expressions():
    f = Family('regular-expressions')
    subjects = obj(b'hello world', b'', b'a1b22c333', 'stra\u00dfe \u00c4'.encode(), b'line1\nline2', b'foo.bar@example.com', b'\t tab', b'aaa', b'AbC', b'\xff\xfe')
    replaces = [
        ('[^a-z]', ''), ('[[:punct:]]', ''), ('[!"#$%&()\\*\\+,-\\./:;<=>?@\\[\\\\\\]^_`{|}~\\\']', ''), (r'(\w+) (\w+)', r'\2 \1'), (r'\d+', r'<\0>'), ('(?i)abc', 'x'),
        (r'\s+', ' '), ('a*', '-'), ('a*?', '-'), ('^', '>'), ('$', '<'), ('(?m)^', '>'), ('(?m)$', '<'), ('.', '.'), ('(?s).', '.'), (r'\pL', 'L'), (r'\p{Greek}', 'G'), (r'\p{Lu}', 'U'),
        (r'\C', 'c'), ('[[:alpha:]]+', 'A'), (r'\bline', 'L'), (r'(?P<n>[a-z])1', r'\1!'), (r'\Aa', 'X'), (r'c\z', 'Z'), (r'\x{DF}', 'ss'), (r'[\x{80}-\x{10FFFF}]', '?'), (r'\Qa.b\E', '!'), ('(a)|(b)', r'[\1\2]'),
        ('a{2}', 'x'), ('(?U)a+', 'x'), (r'[^\x00-\x7F]', '_'), ('', '-'), (r'\.', r'\\'), ('é|ß', 'S'), (r'(?:a|ab)(?:c|bcd)?', 'm'), (r'[\d\-x]', 'D'), (r'\W', ''), (r'[[:^digit:]]', ''), (r'\v', 'v'), (r'\h', 'h')]
    for pattern, rewrite in replaces:
        f.case(f'replace/{pattern}', lambda x, p=pattern, w=rewrite: {'all': R.StaticRegexReplace(input=x, pattern=p, rewrite=w), 'one': R.StaticRegexReplace(input=x, pattern=p, rewrite=w, replace_global=False)}, x=subjects)
    for pattern in ['hello.*', '(?i)abc', r'[a-z]\d[a-z]\d{2}.*', r'line1.line2', r'(?s)line1.line2', 'a+', r'.*@.*\.com', '', r'\w+', r'stra.e .', '(hello|hello world)', r'\s?\stab']:
        f.case(f'match/{pattern}', lambda x, p=pattern: R.StaticRegexFullMatch(input=x, pattern=p), x=subjects)
    f.case('RegexReplace/fed', lambda x, p, w: R.RegexReplace(input=x, pattern=p, rewrite=w), x=subjects, p=np.array(b'[aeiou]', dtype=object), w=np.array(b'*', dtype=object))
    f.case('RegexFullMatch/fed', lambda x, p: R.RegexFullMatch(input=x, pattern=p), x=subjects, p=np.array(b'[a-z ]+', dtype=object))
    f.case('refused/lookahead', lambda x, p: R.RegexReplace(input=x, pattern=p, rewrite=''), x=subjects, p=np.array(b'a(?=b)', dtype=object))
    f.case('refused/backreference', lambda x, p: R.RegexReplace(input=x, pattern=p, rewrite=''), x=subjects, p=np.array(rb'(a)\1', dtype=object))
    f.case('refused/rewrite', lambda x, p: R.RegexReplace(input=x, pattern=p, rewrite=r'\3'), x=subjects, p=np.array(b'(a)', dtype=object))
    return f


def hashes():
    f = Family('hashes')
    text = bytes((i * 37 + 11) % 256 for i in range(300))
    lengths = [*range(0, 67), 80, 96, 97, 127, 128, 129, 150, 191, 192, 193, 200, 257]
    items = obj(*[text[:n] for n in lengths])
    few = items[::4]
    f.case('StringToHashBucketFast', lambda x: R.StringToHashBucketFast(input=x, num_buckets=2**62), x=items)
    f.case('StringToHashBucketFast/small', lambda x: R.StringToHashBucketFast(input=x, num_buckets=10), x=few)
    f.case('StringToHashBucketFast/other', lambda x: R.StringToHashBucketFast(input=x, num_buckets=1000003), x=obj(*[text[i:i + n] for i, n in enumerate(range(0, 200, 3))]))
    f.case('StringToHashBucketStrong', lambda x: R.StringToHashBucketStrong(input=x, num_buckets=2**62, key=[123, -456]), x=items)
    f.case('StringToHashBucketStrong/small', lambda x: R.StringToHashBucketStrong(input=x, num_buckets=7, key=[1, 2]), x=few)
    f.case('StringToHashBucket', lambda x: R.StringToHashBucket(string_tensor=x, num_buckets=2**62), x=items)
    f.case('FarmFingerprint', lambda x: R.Fingerprint(data=x, method='farmhash64'), x=few)
    f.case('Fingerprint/numbers', lambda x: R.Fingerprint(data=x, method='farmhash64'), x=np.float32([[1, 2], [3, 4]]))
    f.case('SparseCross', lambda x, y: tf.sparse.to_dense(tf.sparse.cross_hashed([x, y], num_buckets=1000)), x=np.array([[b'a', b'b'], [b'c', b'd']], dtype=object), y=np.int64([[1], [2]]))
    f.case('SparseCross/strings', lambda x, y: tf.sparse.to_dense(tf.sparse.cross([x, y]), default_value=''), x=np.array([[b'a', b'b'], [b'c', b'd']], dtype=object), y=np.int64([[1], [2]]))
    return f


def numerals():
    f = Family('numerals')
    floats = [0.0, -0.0, 1.0, -1.5, 0.1, 3.14159265, 1e10, 1e-10, 123456.789, 1e20, 1.5e-7, 16777216.0, np.inf, -np.inf, np.nan, 0.5, 2.5, 99999.5, 999999.5]
    for name in ['float32', 'float64']:
        for label, options in {'plain': {}, 'precision3': {'precision': 3}, 'scientific': {'scientific': True}, 'shortest': {'shortest': True}, 'scientific2': {'scientific': True, 'precision': 2},
                               'width': {'width': 12, 'precision': 2, 'fill': ' '}, 'left': {'width': 12, 'precision': 2, 'fill': '-'}, 'zero': {'width': 10, 'precision': 1, 'fill': '0'}, 'precision0': {'precision': 0}}.items():
            f.case(f'AsString/{name}/{label}', lambda x, o=options: R.AsString(input=x, **o), x=np.array(floats).astype(name))
    for name in ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'bool']:
        values = np.array([0, 1, 1, 0]) if name == 'bool' else np.array([0, 1, 42, 127] if name[0] == 'u' else [0, -1, 42, -128])
        f.case(f'AsString/{name}', lambda x: R.AsString(input=x), x=values.astype(name))
    f.case('AsString/int64/extremes', lambda x: R.AsString(input=x), x=np.int64([2**63 - 1, -(2**63), 2**53 + 1]))
    f.case('AsString/int32/width', lambda x: {'z': R.AsString(input=x, width=6, fill='0'), 's': R.AsString(input=x, width=6, fill=' '), 'l': R.AsString(input=x, width=6, fill='-'), 'p': R.AsString(input=x, width=6, fill='+')}, x=np.int32([5, -42]))
    f.case('AsString/half', lambda x: R.AsString(input=x), x=np.float16([1.5, 0.1]))
    f.case('AsString/complex', lambda x: R.AsString(input=x), x=np.complex64([1 + 2j]))
    texts = {'int32': [b'0', b'-17', b' 42 ', b'2147483647', b'+5', b'007'], 'int64': [b'9223372036854775807', b'-9223372036854775808', b'12'],
             'float32': [b'1.5', b'-2e3', b'inf', b'-Infinity', b'nan', b'.5', b'1e-40', b' 3.25 ', b'0x10', b'1e39', b'16777217'], 'float64': [b'1.5', b'0.1', b'1e308', b'1e-320', b'123456789.123456789']}
    for name, items in texts.items():
        f.case(f'StringToNumber/{name}', lambda x, n=name: R.StringToNumber(string_tensor=x, out_type=tf.as_dtype(n)), x=obj(*items))
    for name, bad in {'int32': b'2147483648', 'int64': b'1.5', 'float32': b'abc', 'float64': b'', 'float32x': b'1.5x'}.items():
        f.case(f'StringToNumber/refused/{name}', lambda x, n=name: R.StringToNumber(string_tensor=x, out_type=tf.as_dtype(n.rstrip('x'))), x=obj(bad))
    return f


FAMILIES = [strings, expressions, hashes, numerals]
