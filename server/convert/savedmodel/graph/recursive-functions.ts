// Finds functions that never end: those that reach themselves by calls, branches or loop bodies.
import type { Attribute, FunctionMessage } from '../proto/messages.ts';

/** The functions that call themselves, directly or through others, or call such a function. */
export function recursiveFunctions(functions: ReadonlyMap<string, FunctionMessage>): ReadonlySet<string> {
  const callers = new Map<string, string[]>();
  const open = new Map<string, number>();
  const ended: string[] = [];
  for (const [name, { nodes }] of functions) {
    const called = new Set<string>();
    for (const { op, attributes } of nodes) {
      called.add(op);
      for (const attribute of attributes.values()) {
        namesIn(attribute).forEach((each) => called.add(each));
      }
    }
    const known = [...called].filter((each) => functions.has(each));
    for (const each of known) {
      const list = callers.get(each);
      if (list === undefined) {
        callers.set(each, [name]);
      } else {
        list.push(name);
      }
    }
    open.set(name, known.length);
    if (known.length === 0) {
      ended.push(name);
    }
  }
  for (let name = ended.pop(); name !== undefined; name = ended.pop()) {
    open.delete(name);
    for (const caller of callers.get(name) ?? []) {
      const left = (open.get(caller) ?? 0) - 1;
      open.set(caller, left);
      if (left === 0) {
        ended.push(caller);
      }
    }
  }
  return new Set(open.keys());
}

function namesIn(attribute: Attribute): readonly string[] {
  switch (attribute.kind) {
    case 'function':
      return [attribute.value.name];
    case 'list':
      return attribute.value.functions.map(({ name }) => name);
    default:
      return [];
  }
}
