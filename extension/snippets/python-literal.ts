// JSON as a literal of Python. No vscode in here.
import { isJsonObject, readJson, type JsonNode } from '../../webview/playground/json-nodes.ts';
import { pythonString } from './snippet-input.ts';

const words = new Map([
  ['true', 'True'],
  ['false', 'False'],
  ['null', 'None'],
  ['NaN', 'float("nan")'],
  ['Infinity', 'float("inf")'],
  ['-Infinity', 'float("-inf")'],
]);

/** The literal. Throws JsonSyntaxError. */
export function pythonLiteral(json: string): string {
  return literalOf(readJson(json));
}

function literalOf(node: JsonNode): string {
  if (typeof node === 'string') {
    return words.get(node) ?? (node.startsWith('"') ? node.replaceAll('\\/', '/') : node);
  }
  if (isJsonObject(node)) {
    return `{${Array.from(node.members, ([key, value]) => `${pythonString(key)}: ${literalOf(value)}`).join(', ')}}`;
  }
  return `[${node.map(literalOf).join(', ')}]`;
}
