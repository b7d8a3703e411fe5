// Goldens: small graphs and models, and what TensorFlow computed for them. scripts/savedmodel-goldens makes them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { valueTypeOf } from '../../../server/convert/savedmodel/proto/data-types.ts';
import type { ValueType } from '../../../server/convert/value.ts';
import { attr, constant, type FunctionJson, type NodeJson } from './nodes.ts';
import { testTensorOf, type GoldenTensor } from './golden-tensors.ts';
import type { ToleranceName } from './golden-tolerance.ts';
import { shapeJson, tensorJson, type Json } from './tensors.ts';
import { writeSavedModel } from './write-saved-model.ts';

const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures', 'savedmodel');

/** An attribute: a letter and the value (`t1` is DT_FLOAT, `i5`, `f0.5`, `b1`, `sQUJD` in base64), or an object whose one field says what it is. */
type GoldenAttribute = string | Readonly<Record<string, unknown>>;
type GoldenAttributes = Readonly<Record<string, GoldenAttribute>>;
type GoldenNode = readonly [
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: GoldenAttributes,
];

interface GoldenArgument {
  readonly name: string;
  readonly type?: number;
  readonly typeAttribute?: string;
  readonly numberAttribute?: string;
  readonly typeListAttribute?: string;
}

interface GoldenFunction {
  readonly name: string;
  readonly inputs: readonly GoldenArgument[];
  readonly outputs: readonly GoldenArgument[];
  readonly stateful: boolean;
  readonly nodes: readonly GoldenNode[];
  readonly returns: Readonly<Record<string, string>>;
  readonly controlReturns: Readonly<Record<string, string>>;
}

interface GoldenOutput {
  /** `node:0`. */
  readonly ref: string;
  /** TensorFlow's DataType. */
  readonly dtype: number;
  readonly tolerance?: ToleranceName;
  /** Absent where TensorFlow gave an error. */
  readonly value?: GoldenTensor;
}

/** A graph of one or a few ops. */
export interface OpCase {
  readonly id: string;
  readonly tolerance?: ToleranceName;
  readonly graph: { readonly nodes: readonly GoldenNode[]; readonly functions: readonly GoldenFunction[] };
  /** The op that fills its tables. */
  readonly init?: string;
  /** By placeholder, whose name is the alias too. */
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly outputs: Readonly<Record<string, GoldenOutput>>;
  /** The first line of TensorFlow's error. */
  readonly error?: string;
}

/** A request to a model, and the answer. */
export interface ModelCall {
  readonly signature: string;
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly outputs?: Readonly<Record<string, GoldenTensor>>;
  /** The first line of TensorFlow's error; absent where there are outputs. */
  readonly error?: string;
  /** The outputs that were asked for, where there is an error. */
  readonly asked?: readonly string[];
}

/** A whole model. Its calls are made one after the other: some have state. */
export interface ModelGolden {
  readonly name: string;
  readonly tolerance: ToleranceName | null;
  readonly calls: readonly ModelCall[];
  /** Contents as base64 by path in the version directory. */
  readonly files: Readonly<Record<string, string>>;
}

/** The families of small graphs. */
export function opFamilies(): string[] {
  return readdirSync(path.join(fixtures, 'ops'))
    .map((file) => path.basename(file, '.jsonl'))
    .sort();
}

/** The cases of a family. */
export function opCases(family: string): OpCase[] {
  const lines = readFileSync(path.join(fixtures, 'ops', `${family}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as OpCase);
}

/** The names of the models. */
export function modelNames(): string[] {
  return readdirSync(path.join(fixtures, 'models'))
    .map((file) => path.basename(file, '.json.gz'))
    .sort();
}

/** A model by its name. */
export function modelGolden(name: string): ModelGolden {
  const packed = readFileSync(path.join(fixtures, 'models', `${name}.json.gz`));
  return JSON.parse(gunzipSync(packed).toString()) as ModelGolden;
}

/** Writes the model's files into a version directory. */
export function writeModelGolden(directory: string, { files }: ModelGolden): void {
  for (const [name, contents] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(contents, 'base64'));
  }
}

/**
 * Writes the case as a SavedModel with the signature `serving_default`. `fed`: its inputs are placeholders, which tests
 * mappings and the host's part; `constant`: they are Const nodes, which tests what is folded.
 */
export function writeOpCase(directory: string, golden: OpCase, inputs: 'fed' | 'constant'): void {
  const { graph, init } = golden;
  const nodes = graph.nodes.map((entry): NodeJson => {
    const value = entry[1] === 'Placeholder' && inputs === 'constant' ? golden.inputs[entry[0]] : undefined;
    return value === undefined ? nodeJson(entry) : constant(entry[0], testTensorOf(value));
  });
  const shapes = new Map(graph.nodes.map(([name, , , attributes]) => [name, declaredShape(attributes)]));
  const taken = inputs === 'fed' ? Object.entries(golden.inputs) : [];
  writeSavedModel(directory, {
    graph: nodes,
    functions: graph.functions.map(functionJson),
    signatures: {
      serving_default: {
        inputs: Object.fromEntries(
          taken.map(([name, { dtype }]) => [name, { name: `${name}:0`, dtype, shape: shapes.get(name) }]),
        ),
        outputs: Object.fromEntries(
          Object.entries(golden.outputs).map(([name, { ref, dtype }]) => [
            name,
            { name: ref, dtype: valueTypeOf(dtype) as ValueType },
          ]),
        ),
      },
    },
    ...(init === undefined ? {} : { initOp: { name: init, in: '__saved_model_init_op' } }),
  });
}

function declaredShape(attributes: GoldenAttributes): readonly number[] | undefined {
  const shape = attributes.shape;
  return typeof shape === 'object' ? ((shape.shape as readonly number[] | null) ?? undefined) : undefined;
}

function nodeJson([name, op, input, attributes]: GoldenNode): NodeJson {
  return { name, op, input, attr: attributesJson(attributes) };
}

function attributesJson(attributes: GoldenAttributes): Record<string, Json> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeJson(value)]));
}

function attributeJson(attribute: GoldenAttribute): Json {
  if (typeof attribute === 'string') {
    return scalarJson(attribute.slice(0, 1), attribute.slice(1));
  }
  const [kind, value] = Object.entries(attribute)[0] ?? [];
  switch (kind) {
    case 'shape':
      return attr.shape((value as readonly number[] | null) ?? undefined);
    case 'tensor':
      return { tensor: tensorJson(testTensorOf(value as GoldenTensor)) };
    case 'function':
      return { func: functionReference(value as GoldenReference) };
    default:
      return { list: listJson(value as Readonly<Record<string, readonly unknown[]>>) };
  }
}

function scalarJson(kind: string, value: string): Json {
  switch (kind) {
    case 't':
      return { type: Number(value) };
    case 'i':
      return { i: value };
    case 'f':
      return attr.float(Number(value));
    case 'b':
      return { b: value === '1' };
    default:
      return { s: Buffer.from(value, 'base64') };
  }
}

function listJson(list: Readonly<Record<string, readonly unknown[]>>): Json {
  return {
    s: (list.bytes ?? []).map((text) => Buffer.from(text as string, 'base64')),
    i: (list.ints ?? []).map(String),
    f: (list.floats ?? []).map(Number),
    b: list.bools ?? [],
    type: list.types ?? [],
    shape: (list.shapes ?? []).map((shape) => shapeJson((shape as readonly number[] | null) ?? undefined)),
    func: (list.functions ?? []).map((reference) => functionReference(reference as GoldenReference)),
  };
}

interface GoldenReference {
  readonly name: string;
  readonly attributes: GoldenAttributes;
}

function functionReference({ name, attributes }: GoldenReference): Json {
  return { name, attr: attributesJson(attributes) };
}

function functionJson(golden: GoldenFunction): FunctionJson {
  return {
    signature: {
      name: golden.name,
      input_arg: golden.inputs.map(argumentJson),
      output_arg: golden.outputs.map(argumentJson),
      is_stateful: golden.stateful,
      control_output: Object.keys(golden.controlReturns),
    },
    node_def: golden.nodes.map(nodeJson),
    ret: golden.returns,
    control_ret: golden.controlReturns,
  } as FunctionJson;
}

function argumentJson(argument: GoldenArgument): Json {
  return {
    name: argument.name,
    type: argument.type ?? 0,
    type_attr: argument.typeAttribute ?? '',
    number_attr: argument.numberAttribute ?? '',
    type_list_attr: argument.typeListAttribute ?? '',
  };
}
