// Reads the formulas that the body of a loop computes, in a form in which equal steps have equal texts.
import { boolAttr, intAttr, intListAttr, stringAttr, tensorAttr } from '../../graph/attributes.ts';
import { argumentOf, nodeOf, outputOf } from '../../graph/flat-graph.ts';
import { decodeTensor } from '../../proto/tensor-proto.ts';
import { numbersOf } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import type { FlatGraph, GraphNode } from '../../graph/flat-graph.ts';
import type { Shape } from './list-terms.ts';

/**
 * An expression. `weight`: columns of a weight; the other kinds are texts in which order and association of sums play no
 * role. Columns of an expression are those of the weights in it.
 */
interface Expression {
  readonly text: string;
  /** How many columns, where it has more than one value a row; undefined for what is not followed. */
  readonly width: number | undefined;
  readonly columns: (start: number, end: number) => Expression;
  readonly parts?: readonly Expression[];
}

/** What cannot be part of such a step. */
class NoStep extends Error {}

/** Longer texts are no LSTM. */
const longestText = 6000;
/** A step has fewer nodes. */
const mostNodes = 150;

/** Reads the formulas of one body. */
export class StepReader {
  /** List and index of each item that is read: `@6 @2`. */
  readonly lists = new Set<string>();
  /** Matrix products: what the rows are, and the weight. */
  readonly products: { readonly left: string; readonly weight: string }[] = [];
  /** Weights that are added. */
  readonly summands = new Set<string>();
  readonly #graph: FlatGraph;
  readonly #shapes: readonly Shape[];
  readonly #known = new Map<string, Expression>();

  /** @param shapes of the body's arguments; of a variable what it holds */
  constructor(graph: FlatGraph, shapes: readonly Shape[]) {
    this.#graph = graph;
    this.#shapes = shapes;
  }

  /** The text of what a ref gives; undefined for what no step does. */
  textOf(ref: string): string | undefined {
    try {
      return this.#of(ref).text;
    } catch (reason) {
      if (reason instanceof NoStep || reason instanceof Unsupported) {
        return undefined;
      }
      throw reason;
    }
  }

  #of(ref: string): Expression {
    const resolved = this.#graph.resolve(ref);
    const known = this.#known.get(resolved);
    if (known !== undefined) {
      return known;
    }
    const argument = argumentOf(resolved);
    const node = this.#graph.nodes.get(nodeOf(resolved));
    if (this.#known.size > mostNodes || (argument === undefined && node === undefined)) {
      throw new NoStep();
    }
    const made =
      argument !== undefined || node === undefined
        ? this.#argument(argument ?? 0)
        : this.#operation(node, outputOf(resolved));
    if (made.text.length > longestText) {
      throw new NoStep();
    }
    this.#known.set(resolved, made);
    return made;
  }

  #argument(index: number): Expression {
    const width = this.#shapes[index]?.at(-1);
    return weight(`@${index}`, width !== undefined && width >= 0 ? width : undefined);
  }

  #operation(node: GraphNode, output: number): Expression {
    const [first = '', second = ''] = node.inputs;
    switch (node.op) {
      case 'Identity':
      case 'ReadVariableOp':
        return this.#of(first);
      case 'TensorListGetItem':
        this.lists.add(`${this.#of(first).text} ${this.#of(second).text}`);
        return opaque('x');
      case 'Sigmoid':
        return opaque(`sigmoid(${this.#of(first).text})`);
      case 'Tanh':
        return opaque(`tanh(${this.#of(first).text})`);
      case 'Mul':
        return opaque(product([this.#of(first).text, this.#of(second).text]));
      case 'Sub':
        return opaque(`(${this.#scalar(first)} - ${this.#of(second).text})`);
      case 'AddV2':
      case 'Add':
        return this.#sum(first, second);
      case 'BiasAdd':
        if (stringAttr(node, 'data_format', 'NHWC') !== 'NHWC') {
          throw new NoStep();
        }
        return this.#sum(first, second);
      case 'MatMul':
        if (boolAttr(node, 'transpose_a', false) || boolAttr(node, 'transpose_b', false)) {
          throw new NoStep();
        }
        return this.#matrixProduct(this.#of(first).text, this.#of(second));
      case 'Split':
        return this.#split(this.#scalar(first), this.#of(second), intAttr(node, 'num_split'), output);
      case 'SplitV':
        return this.#splitBySizes(node, output);
      case 'Squeeze':
        return this.#squeezed(node, this.#of(first));
      case 'StridedSlice':
        return this.#slice(node);
      default:
        throw new NoStep();
    }
  }

  #sum(first: string, second: string): Expression {
    const parts = [this.#of(first), this.#of(second)].flatMap((part) => part.parts ?? [part]);
    for (const { text, width } of parts) {
      if (width !== undefined && text.startsWith('@')) {
        this.summands.add(text);
      }
    }
    return sumOf(parts);
  }

  #matrixProduct(left: string, right: Expression): Expression {
    const source = right.text.startsWith('[') ? (right.text.slice(1).split(' ')[0] ?? '') : right.text;
    this.products.push({ left, weight: source });
    return matrixProduct(left, right);
  }

  #split(axis: number, value: Expression, count: number, output: number): Expression {
    if (axis === 0 && /^@\d+$/.test(value.text) && this.#shapes[Number(value.text.slice(1))]?.[0] === count) {
      return weight(`${value.text}#${output}`, value.width);
    }
    const width = (value.width ?? Number.NaN) / count;
    if ((axis !== 1 && axis !== -1) || !Number.isInteger(width)) {
      throw new NoStep();
    }
    return value.columns(output * width, (output + 1) * width);
  }

  #splitBySizes(node: GraphNode, output: number): Expression {
    const [value, sizes, axis] = node.inputs.map((input) => input);
    const whole = this.#of(value ?? '');
    const given = this.#numbers(sizes ?? '');
    const along = this.#scalar(axis ?? '');
    const total = given.reduce((sum, size) => sum + Math.max(size, 0), 0);
    const all = given.map((size) => (size < 0 ? (whole.width ?? Number.NaN) - total : size));
    const start = all.slice(0, output).reduce((sum, size) => sum + size, 0);
    if (along !== 1 && along !== -1) {
      throw new NoStep();
    }
    return whole.columns(start, start + (all[output] ?? Number.NaN));
  }

  #squeezed(node: GraphNode, value: Expression): Expression {
    const axes = intListAttr(node, 'squeeze_dims', []);
    if (!/^@\d+#\d+$/.test(value.text) || axes.length !== 1 || axes[0] !== 0) {
      throw new NoStep();
    }
    return value;
  }

  /** Columns: `v[:, a:b]`. */
  #slice(node: GraphNode): Expression {
    const [value = '', begin = '', end = '', strides = ''] = node.inputs;
    const starts = this.#numbers(begin);
    const ends = this.#numbers(end);
    const whole = this.#of(value);
    const masks = ['ellipsis_mask', 'new_axis_mask', 'shrink_axis_mask'];
    const beginMask = intAttr(node, 'begin_mask', 0);
    const endMask = intAttr(node, 'end_mask', 0);
    const isPlain =
      starts.length === 2 &&
      this.#numbers(strides).every((stride) => stride === 1) &&
      masks.every((mask) => intAttr(node, mask, 0) === 0) &&
      (beginMask & 1) === 1 &&
      (endMask & 1) === 1;
    const first = (beginMask & 2) === 2 ? 0 : (starts[1] ?? -1);
    const last = (endMask & 2) === 2 ? whole.width : ends[1];
    if (!isPlain || first < 0 || last === undefined || last < 0 || last > (whole.width ?? -1)) {
      throw new NoStep();
    }
    return whole.columns(first, last);
  }

  #scalar(ref: string): number {
    const [number, ...more] = this.#numbers(ref);
    if (number === undefined || more.length > 0) {
      throw new NoStep();
    }
    return number;
  }

  #numbers(ref: string): readonly number[] {
    const node = this.#graph.nodes.get(nodeOf(this.#graph.resolve(ref)));
    if (node?.op !== 'Const') {
      throw new NoStep();
    }
    return numbersOf(
      decodeTensor(tensorAttr(node, 'value'), (elements) => {
        if (elements > mostNumbers) {
          throw new NoStep();
        }
      }),
    );
  }
}

/** A step has no longer constants. */
const mostNumbers = 16;

/** What has no columns of its own. */
function opaque(text: string): Expression {
  const columns = (): never => {
    throw new NoStep();
  };
  return { text, width: undefined, columns };
}

function weight(name: string, width: number | undefined): Expression {
  const columns = (start: number, end: number): Expression => {
    if (width === undefined || start < 0 || end > width || start >= end) {
      throw new NoStep();
    }
    return start === 0 && end === width ? weight(name, width) : columnsOf(name, start, end);
  };
  return { text: name, width, columns };
}

function columnsOf(name: string, start: number, end: number): Expression {
  return {
    text: `[${name} ${start}:${end}]`,
    width: end - start,
    columns: (from, to) => {
      if (from < 0 || to > end - start || from >= to) {
        throw new NoStep();
      }
      return columnsOf(name, start + from, start + to);
    },
  };
}

function matrixProduct(left: string, right: Expression): Expression {
  return {
    text: `(${left} . ${right.text})`,
    width: right.width,
    columns: (start, end) => matrixProduct(left, right.columns(start, end)),
  };
}

function sumOf(parts: readonly Expression[]): Expression {
  const width = parts.every((part) => part.width === parts[0]?.width) ? parts[0]?.width : undefined;
  return {
    text: sum(parts.map(({ text }) => text)),
    width,
    parts,
    columns: (start, end) => {
      if (width === undefined) {
        throw new NoStep();
      }
      return sumOf(parts.map((part) => part.columns(start, end)));
    },
  };
}

/** A sum in the one form that it has here. */
export function sum(texts: readonly string[]): string {
  return `(${[...texts].sort().join(' + ')})`;
}

/** A product in the one form that it has here. */
export function product(texts: readonly string[]): string {
  return `(${[...texts].sort().join(' * ')})`;
}
