// The text of docs/operators.md: every TensorFlow operator with a mapping or a kernel, and its limits.
import { kernels } from '../../server/convert/savedmodel/evaluate/kernels.ts';
import { mappings } from '../../server/convert/savedmodel/emit/mappings.ts';
import { operatorLimits } from '../../server/convert/savedmodel/operator-limits.ts';

/** Ops of our own, which stand for something in a graph between two steps of the conversion. */
const ownPrefix = 'Perch';

/** All supported operators, by name. */
export function supportedOperators(): string[] {
  const all = new Set([...mappings.keys(), ...kernels.keys()]);
  return [...all].filter((op) => !op.startsWith(ownPrefix)).sort((a, b) => (a < b ? -1 : 1));
}

/** The whole document. */
export function operatorsDocument(): string {
  const operators = supportedOperators();
  const rows = operators.map((op) => {
    const cells = [
      `\`${op}\``,
      mappings.has(op) ? 'yes' : '',
      kernels.has(op) ? 'yes' : '',
      (operatorLimits.get(op) ?? '').replaceAll('|', '\\|'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `# TensorFlow operators that are served

Made by \`npm run operators\` from the code: do not edit. ${operators.length} operators.

- **ONNX**: the operator becomes ONNX nodes, and ONNX Runtime computes it.
- **Host**: the operator can be computed by Perch itself: once, at conversion, where its operands are known; before ONNX's part, where
  everything that it needs comes from the request (texts, \`tf.Example\`, images); or behind it.
- **Limits**: what is refused when the model is loaded, with the operator's name and the first node that uses it. Nothing beyond a limit is answered
  wrongly. An operator whose limits are exceeded in its ONNX form is still served where the host can compute it.

Elements of complex numbers, of bfloat16 and of quantised types are computed with, but no request or answer carries them.

| Operator | ONNX | Host | Limits |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
