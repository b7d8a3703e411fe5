// Attributes of a function's body that the caller says: `placeholder` attributes get the values of the call's attributes.
import type { Attribute, Attributes, FunctionMessage, FunctionReference } from '../proto/messages.ts';

/** The attributes with every placeholder that `values` has replaced, in functions that they name too. Others are left: who reads them refuses them. */
export function substituted(attributes: Attributes, values: Attributes): Attributes {
  let changed: Map<string, Attribute> | undefined;
  for (const [name, attribute] of attributes) {
    const replaced = substitutedAttribute(attribute, values);
    if (replaced !== attribute) {
      changed ??= new Map(attributes);
      changed.set(name, replaced);
    }
  }
  return changed ?? attributes;
}

/** Messages in messages are bounded where the file is read, and so is this recursion. */
function substitutedAttribute(attribute: Attribute, values: Attributes): Attribute {
  switch (attribute.kind) {
    case 'placeholder':
      return values.get(attribute.value) ?? attribute;
    case 'function': {
      const value = substitutedReference(attribute.value, values);
      return value === attribute.value ? attribute : { kind: 'function', value };
    }
    case 'list': {
      const functions = attribute.value.functions.map((each) => substitutedReference(each, values));
      return functions.every((each, i) => each === attribute.value.functions[i])
        ? attribute
        : { kind: 'list', value: { ...attribute.value, functions } };
    }
    default:
      return attribute;
  }
}

function substitutedReference(reference: FunctionReference, values: Attributes): FunctionReference {
  const attributes = substituted(reference.attributes, values);
  return attributes === reference.attributes ? reference : { name: reference.name, attributes };
}

const knownAnswers = new WeakMap<FunctionMessage, boolean>();

/** Whether the body of a function depends on the attributes that it is called with. */
export function hasPlaceholders(called: FunctionMessage): boolean {
  let answer = knownAnswers.get(called);
  if (answer === undefined) {
    answer = called.nodes.some(({ attributes }) => [...attributes.values()].some(isPlaceholder));
    knownAnswers.set(called, answer);
  }
  return answer;
}

function isPlaceholder(attribute: Attribute): boolean {
  const inside = (reference: FunctionReference): boolean =>
    [...reference.attributes.values()].some(isPlaceholder);
  return (
    attribute.kind === 'placeholder' ||
    (attribute.kind === 'function' && inside(attribute.value)) ||
    (attribute.kind === 'list' && attribute.value.functions.some(inside))
  );
}
