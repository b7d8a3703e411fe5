// What holds for any text at any offset: nothing throws, and every place lies in the file.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { configKinds } from '../../../../../server/config/config-kind.ts';
import { codeLenses } from '../../../../../server/config/language/code-lens.ts';
import { completeAt, directoryWantedAt } from '../../../../../server/config/language/completion.ts';
import { definitionAt } from '../../../../../server/config/language/definition.ts';
import { foldingRanges } from '../../../../../server/config/language/folding.ts';
import { formatEdits } from '../../../../../server/config/language/format.ts';
import { hoverAt } from '../../../../../server/config/language/hover.ts';
import { modelNameAt, renameModel } from '../../../../../server/config/language/rename.ts';
import { selectionSpansAt } from '../../../../../server/config/language/selection.ts';
import { semanticTokens } from '../../../../../server/config/language/semantic-tokens.ts';
import { symbolsOf, type ConfigSymbol } from '../../../../../server/config/language/symbols.ts';
import type { Span } from '../../../../../server/textproto/diagnostics.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import { lineMap } from '../../../../../server/textproto/line-map.ts';
import { samples } from '../../textproto/corpus.ts';
import { repository, served } from './marker.ts';

const around = { ...repository, ...served };

const pieces = [
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  ':',
  ',',
  ';',
  '#',
  '\n',
  '\r\n',
  '\\',
  '-',
  '/',
  ' ',
  'name',
  'é',
  '😀',
  '\ud800',
  '${x}',
  '// c\n',
  '/* c */',
  '“',
  'input {',
  'dims: [',
  'name: "',
];

interface Mutation {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(2000),
  remove: fc.nat(12),
  insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })),
});

const mutant = fc
  .tuple(fc.constantFrom(...samples.map(({ text }) => text)), fc.array(mutation, { maxLength: 4 }))
  .map(([text, mutations]) =>
    mutations.reduce((now, { at, remove, insert }) => {
      const place = at % (now.length + 1);
      return now.slice(0, place) + insert + now.slice(place + remove);
    }, text),
  );

function checkSymbols(symbols: readonly ConfigSymbol[], inside: Span): void {
  for (const { name, span, selection, children } of symbols) {
    assert.notEqual(name, '');
    assert.ok(span.start >= inside.start && span.end <= inside.end && span.start < span.end);
    assert.ok(selection.start >= span.start && selection.end <= span.end && selection.start <= selection.end);
    checkSymbols(children, span);
  }
}

describe('on any text', () => {
  it('everything answers, with places that lie in the file', () => {
    fc.assert(
      fc.property(mutant, fc.nat(2000), fc.constantFrom(...configKinds), (text, place, kind) => {
        const document = parseDocument(text);
        const offset = place % (text.length + 1);
        const whole = { start: 0, end: text.length };
        const within = ({ start, end }: Span): boolean => start >= 0 && start <= end && end <= text.length;

        for (const { replace, insertText, label } of completeAt(document, kind, offset, { around })) {
          assert.ok(within(replace) && replace.start <= offset && offset <= replace.end, label);
          assert.ok(!text.slice(replace.start, replace.end).includes('\n'), label);
          assert.notEqual(insertText, '');
        }
        directoryWantedAt(document, kind, offset);
        const hover = hoverAt(document, kind, offset, { around });
        assert.ok(
          hover === undefined ||
            (within(hover.span) && hover.span.start <= offset && offset <= hover.span.end),
        );
        const definition = definitionAt(document, kind, offset, around);
        assert.ok(definition === undefined || within(definition.originSpan));
        checkSymbols(symbolsOf(document, kind), whole);
        const { lineCount } = lineMap(text);
        for (const { startLine, endLine } of foldingRanges(document)) {
          assert.ok(startLine >= 0 && startLine < endLine && endLine < lineCount);
        }
        let last = 0;
        for (const token of semanticTokens(document, kind)) {
          assert.ok(token.start >= last && token.start < token.end && token.end <= text.length);
          assert.ok(!text.slice(token.start, token.end).includes('\n'));
          last = token.end;
        }
        const spans = selectionSpansAt(document, kind, offset);
        assert.deepEqual(spans.at(-1), whole);
        spans.reduce((inner, outer) => {
          assert.ok(outer.start <= inner.start && inner.end <= outer.end);
          return outer;
        });
        codeLenses(document, kind, 'm');
        formatEdits(document).forEach((edit) => assert.ok(within(edit)));
        const mention = modelNameAt(document, kind, offset);
        if (mention !== undefined) {
          const renamed = renameModel(
            new Map([[0, { kind, document, directory: 'd' }]]),
            mention.name,
            'another',
          );
          assert.equal(renamed.kind, 'edits');
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('completion works at every offset of the good files', () => {
    for (const { text } of samples) {
      const document = parseDocument(text);
      for (let offset = 0; offset <= text.length; offset++) {
        completeAt(document, 'model', offset, { around });
        completeAt(parseDocument(text.slice(0, offset)), 'model-server', offset, { around });
      }
    }
  });
});
