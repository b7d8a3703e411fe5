// Which signatures of a converted model are ONNX models by themselves.
import type { Program, ProgramSignature } from './program.ts';

/** What a signature is exported as. */
export interface SignatureExport {
  readonly signature: string;
  /** The ONNX file, a name in the program's directory; empty where it is refused. */
  readonly file: string;
  /** Why it is no ONNX model by itself, or empty. */
  readonly refusal: string;
}

/** Whether ONNX computes all of the signature. */
export function exportOf(program: Program, { name, plan: index }: ProgramSignature): SignatureExport {
  const plan = program.plans[index];
  const refuse = (refusal: string): SignatureExport => ({ signature: name, file: '', refusal });
  if (plan?.onnxFile === undefined) {
    return refuse('all of it is computed beside ONNX Runtime');
  }
  if (plan.host.nodes.length > 0) {
    const ops = [...new Set(plan.host.nodes.map(({ op }) => op))].sort().join(', ');
    return refuse(`these operators are computed beside ONNX Runtime: ${ops}`);
  }
  if (plan.state.length > 0) {
    return refuse('it keeps variables between requests');
  }
  const other = plan.outputs.find(({ from }) => from !== 'onnx');
  return other === undefined
    ? { signature: name, file: plan.onnxFile, refusal: '' }
    : refuse(`its output "${other.alias}" is no output of the ONNX model`);
}
