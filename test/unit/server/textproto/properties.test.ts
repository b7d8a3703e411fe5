// What must hold for any text at all.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deleteField, insertField, setValue } from '../../../../server/textproto/edit.ts';
import { parseDocument } from '../../../../server/textproto/document.ts';
import { formatDocument } from '../../../../server/textproto/printer.ts';
import { stringContent } from '../../../../server/textproto/strings.ts';
import type { Document, Field, MessageValue, Value } from '../../../../server/textproto/syntax-tree.ts';
import { applyEdits, type TextEdit } from '../../../../server/textproto/text-edit.ts';
import { mutate, samples, seededRandom } from './corpus.ts';
import { check } from './oracle.ts';

const pieces = [
  ...'{}<>[]:,;-#"\'\\ \n.=/$()'.split(''),
  ...[
    'name',
    'input',
    'dims',
    'true',
    'inf',
    '1',
    '0x1',
    '.5',
    '"x"',
    "'y'",
    '# c\n',
    '\n  ',
    '\r\n',
    '- ',
    '${x}',
    '“',
    '”',
    '\ufeff',
    '\u00a0',
    '💩',
    '\ud800',
    '/*',
    '*/',
    '//',
  ],
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((list) => list.join('')),
  fc
    .tuple(fc.constantFrom(...samples), fc.integer())
    .map(([sample, seed]) => mutate(sample.text, seededRandom(seed))),
);

/** The tree without its places: what a file says, however it is written. */
function shape(document: Document): unknown {
  const { text } = document;
  const ofField = ({ name, value }: Field): unknown => [name.kind, name.text, value && ofValue(value)];
  const ofValue = (value: Value): unknown => {
    switch (value.kind) {
      case 'string':
        return value.parts.map(({ start, end }) => unescapedQuotes(stringContent(text, start, end)));
      case 'number':
      case 'identifier':
        return [value.kind, value.negative, value.text];
      case 'list':
        return { list: value.elements.map(ofValue) };
      case 'message':
        return { message: value.fields.map(ofField) };
      case 'bare':
        return text.slice(value.start, value.end);
    }
  };
  const comments = document.comments.map(({ start, end }) => text.slice(start, end).trimEnd());
  return { fields: document.root.fields.map(ofField), comments };
}

/** Quotes may be escaped or not, as the quotes around them need it. */
function unescapedQuotes(content: string): string {
  return content.replaceAll(/\\(["'])|\\[^]/g, (whole, mark?: string) => mark ?? whole);
}

/** All messages of a tree, with the paths to them. */
function* messages(
  message: MessageValue,
  path: { field: string; index: number }[],
): Generator<[MessageValue, typeof path]> {
  yield [message, path];
  const counts = new Map<string, number>();
  for (const { name, value } of message.fields) {
    const values = value === undefined ? [] : value.kind === 'list' ? value.elements : [value];
    for (const one of values) {
      const index = counts.get(name.text) ?? 0;
      counts.set(name.text, index + 1);
      if (one.kind === 'message') {
        yield* messages(one, [...path, { field: name.text, index }]);
      }
    }
  }
}

/** Fails unless the text outside of `edits` is the same before and after. */
function assertMinimal(text: string, edits: readonly TextEdit[], after: string): void {
  let grown = 0;
  let last = 0;
  for (const { start, end, text: added } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    assert.ok(start >= last && end >= start && end <= text.length);
    assert.equal(after.slice(last + grown, start + grown), text.slice(last, start));
    grown += added.length - (end - start);
    last = end;
  }
  assert.equal(after.slice(last + grown), text.slice(last));
}

describe('any text', () => {
  it('is read without an exception, and every finding has a place in it', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom(...new Set(samples.map(({ message }) => message))),
        (text, message) => {
          for (const { start, end, fixes } of check(message, text).diagnostics) {
            assert.ok(start >= 0 && end <= text.length && (start < end || text === ''));
            for (const edit of fixes?.flatMap(({ edits }) => edits) ?? []) {
              assert.ok(edit.start >= 0 && edit.start <= edit.end && edit.end <= text.length);
            }
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('formatted says the same, and is formatted then', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseDocument(text);
        const formatted = formatDocument(document);
        const again = parseDocument(formatted);
        assert.deepEqual(shape(again), shape(document));
        assert.equal(formatDocument(again), formatted);
        assert.equal(again.diagnostics.length, document.diagnostics.length);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('an edit', () => {
  const good = fc
    .tuple(fc.constantFrom(...samples), fc.integer())
    .map(
      ([{ text }, seed]) =>
        [text, mutate(text, seededRandom(seed))].find(
          (one, i) => i === 1 && parseDocument(one).diagnostics.length === 0,
        ) ?? text,
    );

  it('changes its own bytes only, and the file says what it should', () => {
    fc.assert(
      fc.property(good, fc.nat(), fc.nat(), (text, which, what) => {
        const document = parseDocument(text);
        const all = [...messages(document.root, [])];
        const [message, path] = all[which % all.length] ?? [document.root, []];
        const inserted = insertField(document, path, { name: 'added', value: { kind: 'scalar', text: '1' } });
        assert.ok(inserted);
        const after = applyEdits(text, inserted);
        assertMinimal(text, inserted, after);
        const reread = parseDocument(after);
        assert.deepEqual(reread.diagnostics, [], after);
        assert.equal(
          [...messages(reread.root, [])]
            .flatMap(([one]) => one.fields)
            .filter(({ name }) => name.text === 'added').length,
          1,
        );

        const removed = deleteField(reread, [...path, 'added']);
        assert.ok(removed);
        const back = parseDocument(applyEdits(after, removed));
        assert.deepEqual(shape(back), shape(document));

        const field = message.fields[what % Math.max(1, message.fields.length)];
        if (
          field?.value === undefined ||
          (field.value.kind === 'list' && field.value.elements.length === 0)
        ) {
          return;
        }
        const steps = [...path, field.name.text];
        const set = setValue(document, steps, { kind: 'string', value: 'new "one"' });
        assert.ok(set);
        const changed = applyEdits(text, set);
        assertMinimal(text, set, changed);
        assert.deepEqual(parseDocument(changed).diagnostics, [], changed);
        assert.deepEqual(setValue(parseDocument(changed), steps, { kind: 'string', value: 'new "one"' }), []);

        const deleted = deleteField(document, steps);
        assert.ok(deleted);
        const rest = applyEdits(text, deleted);
        assertMinimal(text, deleted, rest);
        assert.deepEqual(parseDocument(rest).diagnostics, [], rest);
      }),
      { numRuns: 2000 },
    );
  });
});
