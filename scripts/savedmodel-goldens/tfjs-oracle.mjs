// Runs the goldens of single ops in TensorFlow.js, a second opinion: prints per family where it agrees with TensorFlow.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const fixtures = path.join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'savedmodel', 'ops');
const typeNames = new Map([
  [1, 'float32'],
  [3, 'int32'],
  [7, 'string'],
  [10, 'bool'],
  [8, 'complex64'],
]);
const typeNumbers = new Map([...typeNames].map(([number, name]) => [name, number]));

/** Thrown for what TensorFlow.js cannot be asked: it has few element types. */
class Lacking extends Error {}

function numbersOf({ shape, data }) {
  const count = shape.reduce((product, size) => product * size, 1);
  const all = data.length === 1 ? new Array(count).fill(data[0]) : data;
  return all.map(Number);
}

function tensorProto({ dtype, shape, data }) {
  const type = typeNumbers.get(dtype);
  if (type === undefined || dtype === 'complex64') {
    throw new Lacking(`constants of ${dtype}`);
  }
  const dim = shape.map((size) => ({ size: String(size) }));
  const field = { float32: 'floatVal', int32: 'intVal', bool: 'boolVal', string: 'stringVal' }[dtype];
  const values = dtype === 'string' ? data : numbersOf({ shape, data });
  return { dtype: type, tensorShape: { dim }, [field]: dtype === 'bool' ? values.map(Boolean) : values };
}

function shapeProto(shape) {
  return shape === null ? { unknownRank: true } : { dim: shape.map((size) => ({ size: String(size) })) };
}

function attributeOf(attribute) {
  if (typeof attribute === 'string') {
    const value = attribute.slice(1);
    switch (attribute[0]) {
      case 't':
        return { type: Number(value) };
      case 'i':
        return { i: value };
      case 'f':
        return { f: Number(value) };
      case 'b':
        return { b: value === '1' };
      default:
        return { s: value };
    }
  }
  const [kind, value] = Object.entries(attribute)[0];
  switch (kind) {
    case 'shape':
      return { shape: shapeProto(value) };
    case 'tensor':
      return { tensor: tensorProto(value) };
    case 'function':
      return { func: { name: value.name, attr: attributesOf(value.attributes) } };
    default:
      return {
        list: {
          s: value.bytes ?? [],
          i: (value.ints ?? []).map(String),
          f: (value.floats ?? []).map(Number),
          b: value.bools ?? [],
          type: value.types ?? [],
          shape: (value.shapes ?? []).map(shapeProto),
        },
      };
  }
}

function attributesOf(attributes) {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]));
}

/** The model.json of a case. Constants lie in it as weights, as TensorFlow.js wants them. */
function modelOf({ graph }) {
  if (graph.functions.length > 0) {
    throw new Lacking('functions');
  }
  const weights = [];
  const chunks = [];
  const node = graph.nodes.map(([name, op, input, attributes]) => {
    if (op === 'Const') {
      const { dtype, shape, data } = attributes.value.tensor;
      if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
        throw new Lacking(`constants of ${dtype}`);
      }
      const numbers = numbersOf({ shape, data });
      const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
      weights.push({ name, shape, dtype });
      chunks.push(Buffer.from(arrays[dtype].from(numbers).buffer));
      return { name, op, input, attr: { dtype: attributeOf(attributes.dtype) } };
    }
    return { name, op, input, attr: attributesOf(attributes) };
  });
  const bytes = Buffer.concat(chunks);
  return {
    modelTopology: { node, versions: { producer: 1, minConsumer: 0 }, library: {} },
    weightSpecs: weights,
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  };
}

function feedOf(tf, { dtype, shape, data }) {
  if (dtype === 'string') {
    const count = shape.reduce((product, size) => product * size, 1);
    const all = data.length === 1 ? new Array(count).fill(data[0]) : data;
    return tf.tensor(
      all.map((text) => new Uint8Array(Buffer.from(text, 'base64'))),
      shape,
      'string',
    );
  }
  if (!['float32', 'int32', 'bool'].includes(dtype)) {
    throw new Lacking(`inputs of ${dtype}`);
  }
  return tf.tensor(numbersOf({ shape, data }), shape, dtype);
}

/** What differs, or undefined. Integers that TensorFlow.js has in a type of its own are compared as numbers. */
function difference(got, wanted) {
  if (String(got.shape) !== String(wanted.shape)) {
    return `shape [${got.shape}] for [${wanted.shape}]`;
  }
  if (wanted.dtype === 'string') {
    const texts = got.dataSync().map((text) => Buffer.from(text).toString('base64'));
    const all = wanted.data.length === 1 ? texts.map(() => wanted.data[0]) : wanted.data;
    const at = texts.findIndex((text, index) => text !== all[index]);
    return at < 0 ? undefined : `[${at}] is another text`;
  }
  const here = got.dataSync();
  const there = numbersOf(wanted);
  const largest = Math.max(0, ...there.map(Math.abs).filter(Number.isFinite));
  const at = there.findIndex((number, index) =>
    Number.isFinite(number)
      ? !(Math.abs(here[index] - number) <= 1e-5 * Math.abs(number) + 1e-6 * largest)
      : !Object.is(Number(here[index]), number),
  );
  return at < 0 ? undefined : `[${at}] is ${here[at]} for ${there[at]}`;
}

async function verdict(tf, converter, golden) {
  let model;
  try {
    const artifacts = modelOf(golden);
    model = await converter.loadGraphModel({ load: async () => artifacts });
    const feeds = Object.fromEntries(
      Object.entries(golden.inputs).map(([name, value]) => [name, feedOf(tf, value)]),
    );
    const names = Object.keys(golden.outputs);
    const refs = names.map((name) => golden.outputs[name].ref);
    const got = await model.executeAsync(feeds, refs);
    if (golden.error !== undefined) {
      return { kind: 'differs', what: `answers where TensorFlow says: ${golden.error}` };
    }
    const found = names.flatMap(
      (name, index) => difference([got].flat()[index], golden.outputs[name].value) ?? [],
    );
    return found.length === 0 ? { kind: 'agrees' } : { kind: 'differs', what: found[0] };
  } catch (error) {
    if (golden.error !== undefined && !(error instanceof Lacking)) {
      return { kind: 'agrees' };
    }
    const what = String(error.message).split('\n')[0];
    const lacks =
      error instanceof Lacking ||
      /not supported|is not registered|not registered for the backend|unknown dtype/i.test(what);
    return { kind: lacks ? 'lacks' : 'differs', what };
  } finally {
    model?.dispose();
    tf.disposeVariables();
  }
}

async function main() {
  const directory = mkdtempSync(path.join(tmpdir(), 'perch-tfjs-'));
  try {
    writeFileSync(path.join(directory, 'package.json'), '{"private":true}');
    const packages = ['core', 'converter', 'backend-cpu'].map((name) => `@tensorflow/tfjs-${name}@4.22.0`);
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], {
      cwd: directory,
      stdio: 'ignore',
    });
    const require = createRequire(path.join(directory, 'package.json'));
    const tf = require('@tensorflow/tfjs-core');
    tf.env().set('PROD', true); // no hints between the lines
    const converter = require('@tensorflow/tfjs-converter');
    require('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
    const wanted = new Set(process.argv.slice(2));
    for (const file of readdirSync(fixtures).sort()) {
      const family = path.basename(file, '.jsonl');
      if (wanted.size > 0 && !wanted.has(family)) {
        continue;
      }
      const counts = { agrees: 0, differs: 0, lacks: 0 };
      const lines = [];
      for (const line of readFileSync(path.join(fixtures, file), 'utf8').trimEnd().split('\n')) {
        const golden = JSON.parse(line);
        const { kind, what } = await verdict(tf, converter, golden);
        counts[kind]++;
        if (what !== undefined) {
          lines.push(`  ${kind} ${golden.id}: ${what.slice(0, 160)}`);
        }
      }
      console.log(`${family}: ${counts.agrees} agree, ${counts.differs} differ, ${counts.lacks} lacking`);
      console.log(lines.join('\n'));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
