// What ops give and which attributes they have by default: from the file's own op definitions, else from our table.
import { PerchError } from '../../../errors.ts';
import { dataTypeOfValue } from '../proto/data-types.ts';
import { emptyList } from './nodes.ts';
import { defaultFacts, outputFacts } from './op-facts.ts';
import type { ValueType } from '../../value.ts';
import type { Attribute, Attributes, OpMessage } from '../proto/messages.ts';

/** An output argument: one tensor, or as many as the attribute `count` says. */
interface OutputArgument {
  readonly name: string;
  /** The attribute, empty for one tensor. */
  readonly count: string;
}

/** `Op Op: rest` in lines. */
function factLines(
  facts: string,
): readonly { readonly ops: readonly string[]; readonly rest: readonly string[] }[] {
  return facts
    .trim()
    .split('\n')
    .map((line) => {
      const colon = line.indexOf(': ');
      return { ops: line.slice(0, colon).split(' '), rest: line.slice(colon + 2).split(' ') };
    });
}

function parseOutputs(): ReadonlyMap<string, readonly OutputArgument[]> {
  const outputs = new Map<string, readonly OutputArgument[]>();
  for (const { ops, rest } of factLines(outputFacts)) {
    const parsed = rest.map((text) => {
      const [name = '', count = ''] = text.split('*');
      return { name, count };
    });
    for (const op of ops) {
      outputs.set(op, parsed);
    }
  }
  return outputs;
}

const utf8 = new TextEncoder();

/** A value of the facts, see `defaultFacts`. Lists are of integers. */
function parseValue(text: string): Attribute {
  if (text === 'true' || text === 'false') {
    return { kind: 'bool', value: text === 'true' };
  }
  if (text === '?') {
    return { kind: 'shape', value: undefined };
  }
  if (text.startsWith('@')) {
    return { kind: 'type', value: dataTypeOfValue(text.slice(1) as ValueType) };
  }
  if (text.startsWith("'")) {
    return { kind: 'bytes', value: utf8.encode(text.slice(1, -1)) };
  }
  if (text.startsWith('[')) {
    const items = text.slice(1, -1).split(',');
    return { kind: 'list', value: { ...emptyList, ints: text === '[]' ? [] : items.map(BigInt) } };
  }
  return text.endsWith('f')
    ? { kind: 'float', value: Number(text.slice(0, -1)) }
    : { kind: 'int', value: BigInt(text) };
}

function parseDefaults(): ReadonlyMap<string, Attributes> {
  const defaults = new Map<string, Attributes>();
  for (const { ops, rest } of factLines(defaultFacts)) {
    const parsed = new Map(
      rest.map((text) => {
        const equals = text.indexOf('=');
        return [text.slice(0, equals), parseValue(text.slice(equals + 1))] as const;
      }),
    );
    for (const op of ops) {
      defaults.set(op, parsed);
    }
  }
  return defaults;
}

const ownOutputs = parseOutputs();
const ownDefaults = parseDefaults();

/** The ops of one file: what it says of them, else what we know. */
export class OpTable {
  readonly #definitions: ReadonlyMap<string, OpMessage>;

  /** @param definitions the ones that the file brings */
  constructor(definitions: ReadonlyMap<string, OpMessage>) {
    this.#definitions = definitions;
  }

  /** The attributes with the op's defaults where a node says nothing. */
  complete(op: string, attributes: Attributes): Attributes {
    const defaults = this.#definitions.get(op)?.defaults ?? ownDefaults.get(op);
    if (defaults === undefined) {
      return attributes;
    }
    let completed: Map<string, Attribute> | undefined;
    for (const [name, value] of defaults) {
      if (!attributes.has(name)) {
        completed ??= new Map(attributes);
        completed.set(name, value);
      }
    }
    return completed ?? attributes;
  }

  /**
   * The index among all outputs of a node of the first tensor of one output argument. An op that nobody knows counts as
   * having one argument. Throws SAVED_MODEL_INVALID for an argument that the op does not have.
   */
  firstOutput(op: string, argument: string, attributes: Attributes): number {
    const outputs = this.#outputsOf(op);
    if (outputs === undefined || (outputs.length === 1 && outputs[0]?.name === argument)) {
      return 0;
    }
    let first = 0;
    for (const output of outputs) {
      if (output.name === argument) {
        return first;
      }
      first += widthOf(op, output, attributes);
    }
    throw new PerchError('SAVED_MODEL_INVALID', `Op ${op} has no output argument ${argument}.`);
  }

  #outputsOf(op: string): readonly OutputArgument[] | undefined {
    const definition = this.#definitions.get(op);
    if (definition === undefined) {
      return ownOutputs.get(op);
    }
    return definition.outputs.map(({ name, numberAttribute, typeListAttribute }) => ({
      name,
      count: numberAttribute === '' ? typeListAttribute : numberAttribute,
    }));
  }
}

/** How many tensors an output argument is. */
function widthOf(op: string, { name, count }: OutputArgument, attributes: Attributes): number {
  if (count === '') {
    return 1;
  }
  const attribute = attributes.get(count);
  const width =
    attribute?.kind === 'int'
      ? Number(attribute.value)
      : attribute?.kind === 'list'
        ? attribute.value.types.length
        : undefined;
  if (width === undefined || width < 0 || width > maximumWidth) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `A node of op ${op} does not say in ${count} how many tensors its output ${name} is.`,
    );
  }
  return width;
}

/** No node has more outputs. */
const maximumWidth = 1_000_000;
