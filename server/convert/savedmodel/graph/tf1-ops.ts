// The ops of TensorFlow 1's control flow, those on references included (tensorflow/core/ops/control_flow_ops.cc).
export const isEnter = oneOf('Enter', 'RefEnter');
export const isExit = oneOf('Exit', 'RefExit');
export const isNextIteration = oneOf('NextIteration', 'RefNextIteration');
export const isMerge = oneOf('Merge', 'RefMerge');
export const isSwitch = oneOf('Switch', 'RefSwitch');

function oneOf(...ops: readonly string[]): (node: { readonly op: string } | undefined) => boolean {
  const set = new Set(ops);
  return (node) => node !== undefined && set.has(node.op);
}
