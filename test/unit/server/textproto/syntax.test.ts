// Mistakes of syntax: each is found once, in its place, and its quick fix leaves one mistake less.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findingLimit, type Diagnostic } from '../../../../server/textproto/diagnostics.ts';
import { parseDocument } from '../../../../server/textproto/document.ts';
import { applyEdits } from '../../../../server/textproto/text-edit.ts';

/** Text, and its mistakes: the code without its prefix, the text it points at, and the text after its fix. */
type Case = readonly [text: string, ...mistakes: (readonly [code: string, at: string, fixed?: string])[]];

const cases: Record<string, readonly Case[]> = {
  'good text': [
    [''],
    ['# only a comment'],
    ['a: 1, b: 2; c: 3 d { e: [] f: [1, 2] g <> h: {} } i [{}, <>]'],
    ["a: 'x' \"y\"\n'z' b: - # c\n 5 c: -inf d: 0x1F e: 017 f: .5e-3f g: 5. [a.b]: 1 [x.y/a.B] {}"],
    ['a:\n  - 5\nb:\n  name\nc:\n{ }'],
    ['a {\nb: 1\n  }\n    c: 2'],
  ],
  separators: [
    ['a: 1,, b: 2', ['extra-separator', ',', 'a: 1, b: 2']],
    [', a: 1', ['extra-separator', ',', ' a: 1']],
    ['a: 1;,; b: 2', ['extra-separator', ',;', 'a: 1; b: 2']],
    ['a: [1, 2, ]', ['trailing-comma', ',', 'a: [1, 2 ]']],
    [
      'a: [{}, ], b: [1,]',
      ['trailing-comma', ',', 'a: [{} ], b: [1,]'],
      ['trailing-comma', ',', 'a: [{}, ], b: [1]'],
    ],
    ['a: [1; 2]', ['list-separator', ';', 'a: [1, 2]']],
    ['a: [1 2]', ['missing-comma', '2', 'a: [1, 2]']],
    ['a: [{} {}]', ['missing-comma', '{', 'a: [{}, {}]']],
    ['a: [,1]', ['extra-separator', ',', 'a: [1]']],
  ],
  'missing brackets, by indentation': [
    [
      'input {\n  a: 1\noutput {\n  b: 2\n}\n',
      ['missing-bracket', '{', 'input {\n  a: 1\n}\noutput {\n  b: 2\n}\n'],
    ],
    ['a {\n  b {\n    c: 1\n}\n', ['missing-bracket', '{', 'a {\n  b {\n    c: 1\n  }\n}\n']],
    ['a [\n  {\n    b: 1\n]\nc: 2', ['missing-bracket', '{', 'a [\n  {\n    b: 1\n  }\n]\nc: 2']],
    ['a {\r\n  b: 1\r\n', ['missing-bracket', '{', 'a {\r\n  b: 1\r\n}\r\n']],
    ['a { b: 1', ['missing-bracket', '{', 'a { b: 1 }']],
    ['a: [1, 2\nb: 3', ['missing-bracket', '[', 'a: [1, 2]\nb: 3']],
    ['a { b: [1, 2 }', ['missing-bracket', '[', 'a { b: [1, 2] }']],
    ['a: 1 }', ['unmatched-bracket', '}', 'a: 1 ']],
    ['a {\n  b: 1\n  }\n  c: 2\n}', ['unmatched-bracket', '}', 'a {\n  b: 1\n  \n  c: 2\n}']],
    ['a < b: 1 }', ['mismatched-bracket', '}', 'a < b: 1 >']],
    ['a\n  b: 1\n}\nc: 2', ['missing-open-brace', 'a', 'a {\n  b: 1\n}\nc: 2']],
    ['[a.b: 1', ['missing-bracket', '[a.b', '[a.b]: 1']],
  ],
  'colons and values': [
    ['a "x"', ['missing-colon', 'a', 'a: "x"']],
    [
      'a 8 b TYPE c [1, 2]',
      ['missing-colon', 'a', 'a: 8 b TYPE c [1, 2]'],
      ['missing-colon', 'b', 'a 8 b: TYPE c [1, 2]'],
      ['missing-colon', 'c', 'a 8 b TYPE c: [1, 2]'],
    ],
    ['a = 1', ['equals-sign', '=', 'a : 1']],
    ['a := 1', ['equals-sign', '=', 'a : 1']],
    ['a:\nb: 1', ['missing-value', 'a']],
    ['a', ['missing-value', 'a']],
    ['a: , b: 1', ['missing-value', 'a']],
    [': 1', ['missing-name', ':']],
    ['"x"', ['missing-name', '"x"']],
    ['a {} {}', ['missing-name', '{']],
    ['a: [[1]]', ['nested-list', '[']],
    ['a [ b: 1 c: 2 ]', ['list-fields', 'b', 'a [ { b: 1 c: 2 } ]']],
    [
      'a: /x/y b: my-name c: s3://x/y',
      ['unquoted-string', '/x/y', 'a: "/x/y" b: my-name c: s3://x/y'],
      ['unquoted-string', 'my-name', 'a: /x/y b: "my-name" c: s3://x/y'],
      ['unquoted-string', 's3://x/y', 'a: /x/y b: my-name c: "s3://x/y"'],
    ],
  ],
  'habits of JSON and YAML': [
    ['{ a: 1 }', ['json-braces', '{', ' a: 1 ']],
    ['"a": 1, "b" { }', ['quoted-name', '"a"', 'a: 1, "b" { }'], ['quoted-name', '"b"', '"a": 1, b { }']],
    ['a:\n  b: 1\n  c: 2\nd: 3', ['yaml-block', 'a', 'a {\n  b: 1\n  c: 2\n}\nd: 3']],
    ['a:\n  - b: 1\n    c: 2\n  - b: 3\nd: 4', ['yaml-list', '-']],
    ['a:\n- 1\n- 2\n', ['yaml-list', '-']],
    ['- a: 1', ['yaml-list', '-']],
    ['a: 1 // c', ['comment-style', '// c', 'a: 1 # c']],
    ['a: x\\y//c', ['unquoted-string', 'x\\y', 'a: "x\\\\y"//c'], ['comment-style', '//c', 'a: x\\y# c']],
    ['/* b\n * c */\na: 1', ['comment-style', '/* b\n * c */', '# b\n# c\na: 1']],
    ['a-b: 1', ['field-name', 'a-b', 'a_b: 1']],
    ['a.b: 1', ['field-name', 'a.b']],
    ['1: 2', ['field-number', '1']],
  ],
  characters: [
    ['\ufeffa: 1', ['byte-order-mark', '\ufeff', 'a: 1']],
    ['a:\u00a01', ['odd-space', '\u00a0', 'a: 1']],
    ['a: “x”', ['smart-quotes', '“x”', 'a: "x"']],
    ['a: "x” b: 1', ['smart-quotes', '"x”', 'a: "x" b: 1']],
    ['a: ‘x’', ['smart-quotes', '‘x’', 'a: "x"']],
    ['a: +1', ['unexpected-character', '+', 'a: 1']],
    ['a: 1 @', ['unexpected-character', '@', 'a: 1 ']],
    [
      'a: ${x} b: {{ y }} c: $Z d: 1',
      ['placeholder', '${x}'],
      ['placeholder', '{{ y }}'],
      ['placeholder', '$Z'],
    ],
    ['${all}\na: 1', ['placeholder', '${all}']],
  ],
  'strings and numbers': [
    ['a: "x\nb: 1', ['unterminated-string', '"x', 'a: "x"\nb: 1']],
    ['a { b: "x }', ['unterminated-string', '"x', 'a { b: "x" }']],
    ['a: "x\'', ['unterminated-string', '"x\'', 'a: "x"']],
    ['a: "C:\\models"', ['bad-escape', '\\m', 'a: "C:\\\\models"']],
    ['a: "\\xg"', ['bad-escape', '\\x', 'a: "\\\\xg"']],
    ['a: "\\ud800"', ['bad-escape', '\\ud800']],
    ['a: 08', ['bad-number', '08', 'a: 8']],
    ['a: 1_000', ['bad-number', '1_000', 'a: 1000']],
    ['a: 10bar', ['bad-number', '10bar', 'a: "10bar"']],
    ['a: 0b1', ['bad-number', '0b1']],
    ['a: 1.5.5', ['bad-number', '1.5.5', 'a: "1.5.5"']],
    ['a: -', ['bad-number', '-']],
  ],
};

function shown(text: string, diagnostic: Diagnostic): string[] {
  const { code, start, end, fixes } = diagnostic;
  const [fix] = fixes ?? [];
  const mistake = [code.replace('textproto/', ''), text.slice(start, end)];
  return fix === undefined ? mistake : [...mistake, applyEdits(text, fix.edits)];
}

for (const [name, list] of Object.entries(cases)) {
  describe(name, () => {
    for (const [text, ...mistakes] of list) {
      it(JSON.stringify(text), () => {
        const { diagnostics } = parseDocument(text);
        assert.deepEqual(
          diagnostics.map((diagnostic) => shown(text, diagnostic)),
          mistakes.map((mistake) => [...mistake]),
        );
        for (const { fixes } of diagnostics) {
          for (const { edits } of fixes ?? []) {
            assert.equal(parseDocument(applyEdits(text, edits)).diagnostics.length, mistakes.length - 1);
          }
        }
      });
    }
  });
}

describe('depth', () => {
  it('of 100 messages is taken, of 101 is refused', () => {
    const nested = (depth: number): string => 'a {'.repeat(depth) + '}'.repeat(depth);
    assert.deepEqual(parseDocument(nested(100)).diagnostics, []);
    assert.deepEqual(
      parseDocument(nested(101)).diagnostics.map(({ code, start }) => [code, start]),
      [['textproto/too-deep', 302]],
    );
  });

  it('without end is one mistake, whatever the brackets', () => {
    for (const opening of ['a{', 'a:[{', 'a<', 'a:[', 'a:\n ']) {
      const { diagnostics } = parseDocument(opening.repeat(100_000));
      assert.ok(diagnostics.length <= findingLimit, opening);
    }
    assert.deepEqual(
      parseDocument('a{'.repeat(100_000)).diagnostics.map(({ code }) => code),
      ['textproto/too-deep'],
    );
  });
});

describe('headers', () => {
  it('are read from the comments before the first field', () => {
    const { headers } = parseDocument(
      '# proto-file: a/b.proto\r\n#  proto-message:  a.B \n\na: 1\n# proto-message: c.D\n',
    );
    assert.deepEqual(headers, { protoFile: 'a/b.proto', protoMessage: 'a.B' });
    assert.deepEqual(parseDocument('a: 1 # proto-message: a.B').headers, {});
  });
});

describe('findings', () => {
  it('are not more than the limit', () => {
    assert.equal(parseDocument(','.repeat(5000)).diagnostics.length, 1);
    assert.equal(parseDocument('a '.repeat(5000)).diagnostics.length, findingLimit);
  });
});
