"""Runs small graphs in TensorFlow and writes each family of them as JSON lines, one case a line."""

import importlib
import json
import pathlib
import zlib

import numpy as np
import tensorflow as tf

import encoding

OUT = pathlib.Path(__file__).resolve().parents[2] / 'test' / 'fixtures' / 'savedmodel' / 'ops'
MODULES = ['mathematics', 'reductions', 'arrays', 'slices', 'neural', 'resizes', 'texts', 'parsing', 'images', 'signals', 'control']


class Family:
    """The cases of one file."""

    def __init__(self, name, known=None, weights=()):
        """`known` says what placeholders tell of their sizes: 'all', 'batch' (all but the first), 'rank', 'none'; by turns if it is None.

        The feeds that `weights` names tell all of their sizes, and are constants of the graph in every second case, as a
        model's weights are.
        """
        self.name = name
        self.known = known
        self.weights = weights
        self.cases = []
        self.broken = []

    def rng(self, seed):
        return np.random.default_rng(zlib.crc32(seed.encode()))

    def case(self, case_id, build, known=None, declare=None, tolerance=None, init=None, **feeds):
        """One graph: `build` takes placeholders and gives tensors, or a dictionary of them.

        `declare` replaces the shapes that placeholders are said to have. `tolerance` names a wider bound with its reason:
        'recurrent'. `init` is true for graphs with tables: the initialisers run first, and become the init op.
        """
        if any(c['id'] == case_id for c in self.cases):
            raise ValueError(f'{self.name}: {case_id} twice')
        known = known or self.known or ['batch', 'all', 'rank'][len(self.cases) % 3]
        graph = tf.Graph()
        with graph.as_default():
            placeholders = {}
            given = {}
            for name, value in list(feeds.items()):
                if name in self.weights and len(self.cases) % 2 == 0:
                    given[name] = tf.constant(feeds.pop(name))
                else:
                    sizes = 'all' if name in self.weights else known
                    given[name] = self.feed(placeholders, feeds, name, np.asarray(value), sizes)
            try:
                results = build(**given)
            except (TypeError, ValueError, NotImplementedError, tf.errors.OpError) as error:
                self.broken.append(f'{case_id}: {str(error)[:300]}')
                return
            if not isinstance(results, dict):
                results = list(results) if isinstance(results, (list, tuple)) else [results]
                results = {f'y{i}' if i else 'y': r for i, r in enumerate(results)}
            rounded = {name for name, t in results.items() if t.dtype == tf.bfloat16}
            results = carried(results)
            init_op = tf.compat.v1.tables_initializer(name='init') if init else None
        case = {'id': case_id}
        if tolerance:
            case['tolerance'] = tolerance
        wanted = [t.op.name for t in results.values()] + list(feeds) + ([init_op.name] if init_op is not None else [])
        definition = tf.compat.v1.graph_util.extract_sub_graph(graph.as_graph_def(), wanted)
        for node in definition.node:
            if 'shared_name' in node.attr:
                node.attr['shared_name'].s = node.name.encode()  # TensorFlow makes it by chance
            if declare and node.name in declare:
                del node.attr['shape'].shape.dim[:]
                for size in declare[node.name]:
                    node.attr['shape'].shape.dim.add(size=size)
        case['graph'] = encoding.graph(definition)
        if init_op is not None:
            case['init'] = init_op.name
        case['inputs'] = {name: encoding.tensor(value) for name, value in feeds.items()}
        config = tf.compat.v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
        config.graph_options.rewrite_options.disable_meta_optimizer = True
        config.graph_options.optimizer_options.opt_level = -1
        case['outputs'] = {name: {'ref': t.name, 'dtype': t.dtype.as_datatype_enum} for name, t in results.items()}
        for name in rounded:
            case['outputs'][name]['tolerance'] = 'bfloat16'
        with tf.compat.v1.Session(graph=graph, config=config) as session:
            if init_op is not None:
                session.run(init_op)
            try:
                got = session.run(results, {placeholders[n].name: v for n, v in feeds.items()})
                for name, value in got.items():
                    case['outputs'][name]['value'] = encoding.tensor(
                        np.asarray(value, dtype=object) if results[name].dtype == tf.string else value)
            except tf.errors.OpError as error:
                case['error'] = encoding.error_text(error)
                if 'OpKernel' in case['error']:
                    return  # TensorFlow itself has no kernel for it on the CPU
        self.cases.append(case)

    def feed(self, placeholders, feeds, name, value, known):
        """The tensor that is given to the graph. No request carries bfloat16 and complex numbers: they are made of float32."""
        def placeholder(own, fed):
            feeds[own] = fed
            placeholders[own] = tf.compat.v1.placeholder(
                tf.string if fed.dtype.kind in 'OSU' else fed.dtype, self.declared(fed.shape, known), name=own)
            return placeholders[own]

        if value.dtype.kind == 'c':
            del feeds[name]
            return tf.complex(placeholder(name + '_re', value.real), placeholder(name + '_im', value.imag))
        if value.dtype == tf.bfloat16.as_numpy_dtype:
            return tf.cast(placeholder(name, value.astype(np.float32)), tf.bfloat16)
        return placeholder(name, value)

    @staticmethod
    def declared(shape, known):
        if known == 'none':
            return None
        if known == 'rank':
            return [None] * len(shape)
        if known == 'batch' and shape:
            return [None, *shape[1:]]
        return list(shape)

    def write(self):
        OUT.mkdir(parents=True, exist_ok=True)
        path = OUT / f'{self.name}.jsonl'
        lines = [json.dumps(c, separators=(',', ':'), ensure_ascii=False) for c in self.cases]
        path.write_text('\n'.join(lines) + '\n')
        errors = [c['id'] + ': ' + c['error'] for c in self.cases if 'error' in c]
        print(f'{self.name}: {len(lines)} cases, {path.stat().st_size} bytes', *errors, *('NOT BUILT ' + b for b in self.broken), sep='\n  ', flush=True)


def carried(results):
    """The results as types that an answer can carry."""
    out = {}
    for name, t in results.items():
        if t.dtype.is_complex:
            out.update({name + '_re': tf.math.real(t), name + '_im': tf.math.imag(t)})
        else:
            out[name] = tf.cast(t, tf.float32) if t.dtype == tf.bfloat16 else t
    return out


def make(names):
    for module in MODULES:
        for build in importlib.import_module(f'ops.{module}').FAMILIES:
            if not names or build.__name__ in names or module in names:
                family = build()
                family.write()
