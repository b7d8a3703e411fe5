// The LSTM that TensorFlow's converter fuses from a Keras layer.
import { boolAttr, intAttr } from '../../savedmodel/graph/attributes.ts';
import { tensorAt } from '../../savedmodel/emit/mappings/facts.ts';
import { Unsupported } from '../../savedmodel/unsupported.ts';
import { numbersOf, type RealValue } from '../../value.ts';
import type { Mapping, Mappings } from '../../savedmodel/emit/contract.ts';
import { flag, int } from '../attribute-values.ts';
import type { Operation, Translate, Translations } from '../operation.ts';
import { activation } from './activation.ts';

const lstmOp = 'PerchLstm';

/** The order of the gates in the operands (input, forget, cell, output), in ONNX's (input, output, forget, cell). */
const onnxGates = [0, 3, 1, 2];

/** The gates' tensors, the first of which is operand `first`, behind each other as ONNX wants them. */
function gates(operation: Operation, first: number, size: readonly number[]): RealValue {
  const length = size.reduce((product, count) => product * count, 1);
  const data = new Float32Array(4 * length);
  onnxGates.forEach((gate, place) => {
    const numbers = operation.known(first + gate, 'weights');
    if (numbers.length !== length) {
      throw new Unsupported('gates of different sizes');
    }
    data.set(numbers, place * length);
  });
  const [rows = 0, ...more] = size;
  return { dtype: 'float32', shape: [1, 4 * rows, ...more], data };
}

/** Full-size float LSTMs without peepholes, projection or normalisation: what Keras' layer becomes. Each request begins with zeros. */
const lstm: Translate = (operation) => {
  const { build } = operation;
  const extras = [9, 10, 11, 16, 17, 20, 21, 22, 23];
  if (extras.some((index) => operation.optional(index) !== undefined)) {
    throw new Unsupported('peepholes, a projection or normalised layers');
  }
  if (
    operation.optional(1) === undefined ||
    operation.byte(0) !== activation.tanh ||
    operation.float(2) > 0
  ) {
    throw new Unsupported('coupled gates, or an activation other than tanh');
  }
  if (operation.float(1) > 0) {
    throw new Unsupported('a limit to the cells');
  }
  if (operation.input(0).type !== 'float32') {
    throw new Unsupported('integers');
  }
  const [cells = 0, inputs = 0] = operation.input(1).tensor.shape;
  const [, outputs = 0] = operation.input(5).tensor.shape;
  if (outputs !== cells) {
    throw new Unsupported('outputs of another size than the cells');
  }
  const biases = gates(operation, 12, [cells]);
  const bias: RealValue = {
    dtype: 'float32',
    shape: [1, 8 * cells],
    data: Float32Array.from([...numbersOf(biases), ...new Array<number>(4 * cells).fill(0)]),
  };
  return [
    build.node(
      lstmOp,
      [
        operation.ref(0),
        build.constant(gates(operation, 1, [cells, inputs])),
        build.constant(gates(operation, 5, [cells, outputs])),
        build.constant(bias),
      ],
      {
        attributes: {
          cells: int(cells),
          time_major: flag(operation.flag(3)),
        },
      },
    ),
  ];
};

const emitLstm: Mapping = (node, inputs, scope) => {
  const [x, weights, recurrence, bias] = [0, 1, 2, 3].map((index) => tensorAt(scope, inputs, index));
  if (x === undefined || weights === undefined || recurrence === undefined || bias === undefined) {
    throw new Unsupported('operands that are missing');
  }
  const isTimeMajor = boolAttr(node, 'time_major');
  const name = scope.name(x);
  const steps = isTimeMajor ? name : scope.node('Transpose', [name], { perm: [1, 0, 2] });
  const cells = intAttr(node, 'cells');
  const operands = [steps, scope.name(weights), scope.name(recurrence), scope.name(bias)];
  const result = scope.node('LSTM', operands, { hidden_size: cells });
  // [time, directions, batch, cells]
  const squeezed = scope.node('Squeeze', [result, scope.ints([1])]);
  const ordered = isTimeMajor ? squeezed : scope.node('Transpose', [squeezed], { perm: [1, 0, 2] });
  const [first = -1, second = -1] = x.shape ?? [];
  return [scope.tensor('float32', ordered, { shape: [first, second, cells] })];
};

/** Recurrent layers. */
export const recurrentTranslations: Translations = new Map<string, Translate>([
  ['UNIDIRECTIONAL_SEQUENCE_LSTM', lstm],
]);

/** The op that they become. */
export const recurrentMappings: Mappings = new Map<string, Mapping>([[lstmOp, emitLstm]]);
