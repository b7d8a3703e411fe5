// Mappings of what carries tensors without computing: constants, identities, variables, handles, branches of TensorFlow 1.
import { sizeOf } from '../../../value.ts';
import { decodeTensor } from '../../proto/tensor-proto.ts';
import { stringAttr, tensorAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { RawTensor } from '../../proto/messages.ts';
import type { Value } from '../../../value.ts';
import type { Handle } from '../../evaluate/contract.ts';
import type { EmitScope, HandleTerm, Mapping, Mappings, Term } from '../contract.ts';

/** Constants are decoded once for all signatures: they share their weights by identity. */
const decoded = new WeakMap<RawTensor, Value>();

function constantOfNode(raw: RawTensor): Value {
  let value = decoded.get(raw);
  if (value === undefined) {
    value = decodeTensor(raw, (elements) => sizeOf([elements]));
    decoded.set(raw, value);
  }
  return value;
}

const constant: Mapping = (node, _inputs, scope) => [
  scope.constantTerm(constantOfNode(tensorAttr(node, 'value'))),
];

const identity: Mapping = (node, [input]) => [given(input, node.name)];
const identities: Mapping = (_node, inputs) => inputs;

function given(term: Term | undefined, name: string): Term {
  if (term === undefined) {
    throw new Unsupported(`node ${name} without an input`);
  }
  return term;
}

function handleOf(term: Term | undefined): HandleTerm {
  if (term?.kind !== 'handle') {
    throw new Unsupported('a variable that is not known at conversion');
  }
  return term;
}

/** A handle's key is what its shared name says, else its node's name. */
function handle(of: Handle['of'], reference?: true): Mapping {
  return (node) => {
    const shared = stringAttr(node, 'shared_name', '');
    const key = shared === '' ? node.name : shared;
    return [{ kind: 'handle', handle: { kind: 'handle', of, key, ...(reference && { reference }) } }];
  };
}

const readVariable: Mapping = (_node, [input], scope) => [scope.readVariable(handleOf(input).handle)];

const assign: Mapping = (_node, [target, value], scope) => {
  const { handle: variable } = handleOf(target);
  scope.writeVariable(variable, scope.asTensor(given(value, variable.key)));
  // TensorFlow 1's ops give the reference on; those of resources have no outputs, and nobody asks for one.
  return given(target, variable.key).kind === 'handle' ? [{ kind: 'handle', handle: variable }] : [];
};

function assignBy(op: string): Mapping {
  return (node, [target, value], scope) => {
    const { handle: variable } = handleOf(target);
    const [sum] = scope.call(op, node, [scope.readVariable(variable), given(value, variable.key)]);
    scope.writeVariable(variable, scope.asTensor(given(sum, variable.key)));
    return [{ kind: 'handle', handle: variable }];
  };
}

const chooseBranch: Mapping = (_node, [data, predicate], scope) => {
  const [taken] = scope.known(given(predicate, 'Switch'), 'the predicate of a Switch');
  const value = given(data, 'Switch');
  return taken === 0 ? [value, { kind: 'dead' }] : [{ kind: 'dead' }, value];
};

const mergeBranches: Mapping = (_node, inputs, scope) => {
  const index = inputs.findIndex(({ kind }) => kind !== 'dead');
  return [
    given(inputs[index], 'Merge'),
    scope.constant({ dtype: 'int32', shape: [], data: Int32Array.of(index) }),
  ];
};

function isInitialized(scope: EmitScope): Term {
  return scope.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(1) });
}

const variableIsInitialized: Mapping = (_node, [input], scope) => {
  scope.readVariable(handleOf(input).handle);
  return [isInitialized(scope)];
};

const placeholder: Mapping = () => {
  throw new Unsupported('a placeholder that is no input of the signature');
};

const nothing: Mapping = () => [];

/** Constants, identities, variables and tables as such. */
export const basicMappings: Mappings = new Map<string, Mapping>([
  ['Const', constant],
  ['Placeholder', placeholder],
  ['PlaceholderV2', placeholder],
  ['NoOp', nothing],
  ['ControlTrigger', nothing],
  ['Assert', nothing],
  ['Print', identity],
  ['PrintV2', nothing],
  ['Identity', identity],
  ['IdentityN', identities],
  ['RefIdentity', identity],
  ['StopGradient', identity],
  ['PreventGradient', identity],
  ['Snapshot', identity],
  ['GuaranteeConst', identity],
  ['OptimizationBarrier', identities],
  ['PlaceholderWithDefault', identity],
  ['CopyOp', identity],
  ['VarHandleOp', handle('variable')],
  ['Variable', handle('variable', true)],
  ['VariableV2', handle('variable', true)],
  ['HashTable', handle('table')],
  ['HashTableV2', handle('table')],
  ['MutableHashTable', handle('table')],
  ['MutableHashTableV2', handle('table')],
  ['MutableHashTableOfTensors', handle('table')],
  ['MutableHashTableOfTensorsV2', handle('table')],
  ['MutableDenseHashTable', handle('table')],
  ['MutableDenseHashTableV2', handle('table')],
  ['ReadVariableOp', readVariable],
  ['VarIsInitializedOp', variableIsInitialized],
  ['IsVariableInitialized', variableIsInitialized],
  ['AssignVariableOp', assign],
  ['Assign', assign],
  ['AssignAddVariableOp', assignBy('AddV2')],
  ['AssignAdd', assignBy('AddV2')],
  ['AssignSubVariableOp', assignBy('Sub')],
  ['AssignSub', assignBy('Sub')],
  ['Switch', chooseBranch],
  ['RefSwitch', chooseBranch],
  ['Merge', mergeBranches],
  ['RefMerge', mergeBranches],
]);
