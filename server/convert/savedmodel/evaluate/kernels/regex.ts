// Kernels of regular expressions, with RE2's results in linear time.
import { boolAttr, bytesAttr } from '../../graph/attributes.ts';
import { refusal, stringsAt } from '../operands.ts';
import { RegexBudget } from '../regex/regex-matcher.ts';
import { matcherFor, parseRewrite, replaceMatches } from '../regex/regex-replace.ts';
import { shapeText } from '../shapes.ts';
import type { StringValue } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

function replaced(
  input: StringValue,
  pattern: Uint8Array,
  rewrite: Uint8Array,
  isGlobal: boolean,
): StringValue {
  const matcher = matcherFor(pattern);
  const parsed = parseRewrite(rewrite);
  const budget = new RegexBudget();
  return {
    ...input,
    data: input.data.map((text) => replaceMatches(matcher, text, parsed, isGlobal, budget)),
  };
}

function matched(input: StringValue, pattern: Uint8Array): ReturnType<Kernel> {
  const matcher = matcherFor(pattern);
  const budget = new RegexBudget();
  const data = Uint8Array.from(input.data, (text) => (matcher.matchesWhole(text, budget) ? 1 : 0));
  return [{ dtype: 'bool', shape: input.shape, data }];
}

function scalarAt(name: string, ...[operands, index, node]: Parameters<typeof stringsAt>): Uint8Array {
  const { shape, data } = stringsAt(operands, index, node);
  const [only] = data;
  if (shape.length > 0 || only === undefined) {
    throw refusal(`${name} must be scalar, but received ${shapeText(shape)}`);
  }
  return only;
}

export const regexKernels: Kernels = new Map<string, Kernel>([
  [
    'RegexReplace',
    (operands, node) => [
      replaced(
        stringsAt(operands, 0, node),
        scalarAt('Pattern', operands, 1, node),
        scalarAt('Rewrite', operands, 2, node),
        boolAttr(node, 'replace_global', true),
      ),
    ],
  ],
  [
    'StaticRegexReplace',
    (operands, node) => [
      replaced(
        stringsAt(operands, 0, node),
        bytesAttr(node, 'pattern'),
        bytesAttr(node, 'rewrite'),
        boolAttr(node, 'replace_global', true),
      ),
    ],
  ],
  [
    'RegexFullMatch',
    (operands, node) => matched(stringsAt(operands, 0, node), scalarAt('Pattern', operands, 1, node)),
  ],
  [
    'StaticRegexFullMatch',
    (operands, node) => matched(stringsAt(operands, 0, node), bytesAttr(node, 'pattern')),
  ],
]);
