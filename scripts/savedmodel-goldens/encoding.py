"""Tensors, attributes and nodes as exact, compact JSON."""

import base64
import json
import math
import re

import numpy as np
import tensorflow as tf

SAFE = 2**53


def number(value):
    """Floats that JSON lacks, -0 and integers beyond 2^53 are strings."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        value = int(value)
        return value if -SAFE <= value <= SAFE else str(value)
    as_double = float(value)
    if math.isnan(as_double):
        return 'NaN'
    if math.isinf(as_double):
        return 'Infinity' if as_double > 0 else '-Infinity'
    if as_double == 0 and math.copysign(1, as_double) < 0:
        return '-0'
    if as_double == int(as_double) and abs(as_double) < SAFE:
        return int(as_double)
    if isinstance(value, np.float32):
        return float(str(value))  # the shortest text that rounds to the same float32
    return as_double


def tensor(array):
    """{dtype, shape, data}; complex numbers as pairs, strings as base64."""
    array = np.asarray(array)
    kind = array.dtype.kind
    if kind in 'OSU':
        data = [base64.b64encode(tf.compat.as_bytes(x)).decode() for x in array.reshape(-1).tolist()]
        return {'dtype': 'string', 'shape': list(array.shape), 'data': data}
    flat = array.reshape(-1)
    if kind == 'c':
        data = [number(part) for x in flat for part in (x.real, x.imag)]
    else:
        data = [number(x) for x in flat]
    if len(data) > 1 and all(x == data[0] for x in data):
        data = [data[0]]  # all the same: once
    return {'dtype': tf.as_dtype(array.dtype).name, 'shape': list(array.shape), 'data': data}


def shape(proto):
    return None if proto.unknown_rank else [d.size for d in proto.dim]


def attribute(value):
    """A letter and the value: `t1` is DT_FLOAT, `i5`, `f0.5`, `b1`, `sQUJD` (base64); others are objects with one field."""
    kind = value.WhichOneof('value')
    if kind == 's':
        return 's' + base64.b64encode(value.s).decode()
    if kind == 'i':
        return f'i{value.i}'
    if kind == 'f':
        return f'f{number(np.float32(value.f))}'
    if kind == 'b':
        return f'b{int(value.b)}'
    if kind == 'type':
        return f't{value.type}'
    if kind == 'shape':
        return {'shape': shape(value.shape)}
    if kind == 'tensor':
        return {'tensor': tensor(tf.make_ndarray(value.tensor))}
    if kind == 'func':
        return {'function': function_reference(value.func)}
    if kind == 'list':
        items = value.list
        out = {}
        if items.s:
            out['bytes'] = [base64.b64encode(x).decode() for x in items.s]
        if items.i:
            out['ints'] = [number(x) for x in items.i]
        if items.f:
            out['floats'] = [number(np.float32(x)) for x in items.f]
        if items.b:
            out['bools'] = list(items.b)
        if items.type:
            out['types'] = list(items.type)
        if items.shape:
            out['shapes'] = [shape(x) for x in items.shape]
        if items.func:
            out['functions'] = [function_reference(x) for x in items.func]
        return {'list': out}
    raise ValueError(f'attribute of kind {kind}')


def function_reference(func):
    return {'name': func.name, 'attributes': attributes(func.attr)}


DROPPED = {'_output_shapes', '_class', '_acd_function_control_output', '_construction_context', '_num_original_outputs',
           '_read_only_resource_inputs', '_has_manual_control_dependencies', '_lower_using_switch_merge', '_input_hostmem', 'output_shapes'}


def attributes(attr):
    return {name: attribute(value) for name, value in sorted(attr.items()) if name not in DROPPED}


def node(node_def):
    return [node_def.name, node_def.op, list(node_def.input), attributes(node_def.attr)]


def argument(arg):
    out = {'name': arg.name}
    if arg.type:
        out['type'] = arg.type
    if arg.type_attr:
        out['typeAttribute'] = arg.type_attr
    if arg.number_attr:
        out['numberAttribute'] = arg.number_attr
    if arg.type_list_attr:
        out['typeListAttribute'] = arg.type_list_attr
    return out


def function(function_def):
    return {
        'name': function_def.signature.name,
        'inputs': [argument(x) for x in function_def.signature.input_arg],
        'outputs': [argument(x) for x in function_def.signature.output_arg],
        'stateful': function_def.signature.is_stateful,
        'nodes': [node(x) for x in function_def.node_def],
        'returns': dict(sorted(function_def.ret.items())),
        'controlReturns': dict(sorted(function_def.control_ret.items())),
    }


def graph(graph_def):
    """Functions are numbered in the order in which they are referred to: TensorFlow's numbers count all that a process made."""
    library = {x.signature.name: x for x in graph_def.library.function}
    order, waiting = [], list(references(graph_def.node))
    while waiting:
        name = waiting.pop(0)
        if name in library and name not in order:
            order.append(name)
            waiting.extend(references(library[name].node_def))
    text = json.dumps({'nodes': [node(x) for x in graph_def.node], 'functions': [function(library[name]) for name in order]})
    for index, name in enumerate(order):
        own = re.sub(r'_\d+$', '', name) + f'_{index}'
        text = text.replace(f'"{name}"', f'"{own}"').replace(f'{name}___', f'{own}___')
    return json.loads(text)


def references(nodes):
    """The names of functions in the nodes' attributes."""
    for x in nodes:
        for _, value in sorted(x.attr.items()):
            for func in [value.func, *value.list.func]:
                if func.name:
                    yield func.name


def error_text(error):
    """The first line of TensorFlow's words, without the names of nodes around them."""
    original = error.__context__ if hasattr(error.__context__, 'message') else error
    text = original.message.split('\n')[0]
    text = re.sub(r'\{\{.*?\}\}', '', text)
    text = re.sub(r'_arg_(\w+?)_\d+_\d+', r'\1', text)
    return text.replace('[[]]', '').strip()
