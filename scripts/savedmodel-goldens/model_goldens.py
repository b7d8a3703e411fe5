"""Makes tiny models, strips them to what serving loads, and writes each with what real TensorFlow answers."""

import base64
import gzip
import importlib
import json
import pathlib
import shutil
import tempfile
import zlib

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

import encoding

OUT = pathlib.Path(__file__).resolve().parents[2] / 'test' / 'fixtures' / 'savedmodel' / 'models'
MODULES = ['keras_models', 'function_models', 'graph_models']


def make(names):
    OUT.mkdir(parents=True, exist_ok=True)
    total = 0
    for module in MODULES:
        for build in importlib.import_module(module).MODELS:
            name = build.__name__.replace('_', '-')
            if not names or name in names or module in names:
                total += make_one(name, build)
    print('models:', total, 'bytes')


def make_one(name, build):
    """`build(directory, rng)` saves a model there and gives (calls, tolerance); a call is (signature, inputs)."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    tf.keras.utils.set_random_seed(int(rng.integers(1 << 30)))
    directory = tempfile.mkdtemp()
    try:
        with tf.Graph().as_default() if getattr(build, 'in_graph', False) else tf.init_scope():
            calls, tolerance = build(directory, rng)
        strip(pathlib.Path(directory), keep_ops=zlib.crc32(name.encode()) % 2 == 0)
        golden = {'name': name, 'tolerance': tolerance, 'calls': answers(directory, calls), 'files': files(pathlib.Path(directory))}
    finally:
        shutil.rmtree(directory)
    text = json.dumps(golden, separators=(',', ':'))
    path = OUT / f'{name}.json.gz'
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f'{name}: {path.stat().st_size} bytes, {len(golden["calls"])} calls, {[c.get("error") for c in golden["calls"] if "error" in c]}', flush=True)
    tf.keras.backend.clear_session()
    return path.stat().st_size


def strip(directory, keep_ops):
    """Takes away what only training and Python need: the object graph, debug information, functions that no signature reaches."""
    for extra in ['fingerprint.pb', 'keras_metadata.pb', 'assets.extra', 'debug']:
        path = directory / extra
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path = directory / 'saved_model.pb'
    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    for meta in model.meta_graphs:
        meta.ClearField('object_graph_def')
        if not keep_ops:  # as TensorFlow 2.0 to 2.3 wrote it
            meta.meta_info_def.ClearField('stripped_op_list')
        graph = meta.graph_def
        graph.ClearField('debug_info')
        library = {f.signature.name: f for f in graph.library.function}
        reached, waiting = set(), [graph.node]
        while waiting:
            for node in waiting.pop():
                for attribute in node.attr.values():
                    for func in [attribute.func, *attribute.list.func]:
                        if func.name in library and func.name not in reached:
                            reached.add(func.name)
                            waiting.append(library[func.name].node_def)
        kept = [library[name] for name in library if name in reached]
        graph.library.Clear()
        graph.library.function.extend(kept)
        for function in graph.library.function:
            function.arg_attr.clear()
            for node in function.node_def:
                node.ClearField('experimental_debug_info')
        for node in graph.node:
            node.ClearField('experimental_debug_info')
    # Tables have the path of their vocabulary in their names: one that says nothing of this machine, as long as it.
    own = str(directory).encode()
    path.write_bytes(model.SerializeToString(deterministic=True).replace(own, b'/exported'.ljust(len(own), b'_')))


def answers(directory, calls):
    """What the stripped model answers to the calls, one after the other in one session, as TensorFlow Serving runs it."""
    out = []
    config = tf.compat.v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    with tf.Graph().as_default(), tf.compat.v1.Session(config=config) as session:
        meta = tf.compat.v1.saved_model.loader.load(session, ['serve'], directory)
        for signature, inputs in calls:
            definition = meta.signature_def[signature]
            inputs = {name: np.asarray(value) for name, value in inputs.items()}
            call = {'signature': signature, 'inputs': {name: encoding.tensor(value) for name, value in inputs.items()}}
            feed = {definition.inputs[name].name: value for name, value in inputs.items()}
            try:
                got = session.run({name: info.name for name, info in sorted(definition.outputs.items())}, feed)
                call['outputs'] = {name: encoding.tensor(np.asarray(value, dtype=object) if definition.outputs[name].dtype == 7 else value) for name, value in got.items()}
            except tf.errors.OpError as error:
                call['error'] = encoding.error_text(error)
                call['asked'] = sorted(definition.outputs)
            out.append(call)
    return out


def files(directory):
    return {str(p.relative_to(directory)): base64.b64encode(p.read_bytes()).decode() for p in sorted(directory.rglob('*')) if p.is_file()}
