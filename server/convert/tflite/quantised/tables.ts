// Functions of one integer of 8 bits, as tables of all their values.
import { typeAttr } from '../../savedmodel/graph/attributes.ts';
import { elementwise } from '../../savedmodel/emit/mappings/elementwise.ts';
import { tensorAt } from '../../savedmodel/emit/mappings/facts.ts';
import { elementTypeOf, onnxElementType } from '../../savedmodel/proto/data-types.ts';
import { Unsupported } from '../../savedmodel/unsupported.ts';
import type { Mapping, Mappings } from '../../savedmodel/emit/contract.ts';
import { type } from '../attribute-values.ts';
import type { Operation } from '../operation.ts';
import { isQuantisedType, rangeOf, scaleOf, type QuantisedType, type Scale } from './ranges.ts';

const tableOp = 'PerchTable';

/** The integer that a function gives for an integer; it is cut to the range of the result's type. */
export type IntegerFunction = (value: number, from: Scale, to: Scale) => number;

/** The operator as a table; undefined where its operand has more than 8 bits. */
export function tabulated(operation: Operation, compute: IntegerFunction): readonly string[] | undefined {
  const { build } = operation;
  const input = operation.input(0);
  const output = operation.output();
  if (!isEight(input.type) || !isEight(output.type)) {
    return undefined;
  }
  const [from, to] = [scaleOf(input.tensor), scaleOf(output.tensor)];
  const [lowest, highest] = rangeOf(output.type);
  const [first] = rangeOf(input.type);
  const values = Array.from({ length: 256 }, (_, index) =>
    Math.min(highest, Math.max(lowest, compute(first + index, from, to))),
  );
  const data = output.type === 'int8' ? Int8Array.from(values) : Uint8Array.from(values);
  const table = build.constant({ dtype: output.type, shape: [256], data });
  return [
    build.node(tableOp, [input.ref, table], {
      type: output.type,
      attributes: { type: type(output.type) },
    }),
  ];
}

function isEight(
  dtype: Operation['parts']['outputs'][number]['type'],
): dtype is Exclude<QuantisedType, 'int16'> {
  return isQuantisedType(dtype) && dtype !== 'int16';
}

const emitTable: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const table = scope.name(tensorAt(scope, inputs, 1));
  const dtype = elementTypeOf(typeAttr(node, 'type'));
  if (dtype !== 'int8' && dtype !== 'uint8') {
    throw new Unsupported(`a table of ${dtype}`);
  }
  const result = elementwise(scope, [x], dtype, ([name = '']) => {
    const wide = scope.node('Cast', [name], { to: onnxElementType('int32') });
    const index = x.dtype === 'int8' ? scope.node('Add', [wide, scope.scalar('int32', 128)]) : wide;
    return scope.node('Gather', [table, index]);
  });
  return [result];
};

/** The op that tables become. */
export const tableMappings: Mappings = new Map<string, Mapping>([[tableOp, emitTable]]);
