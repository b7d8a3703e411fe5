// Formatting in txtpbfmt's style.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDocument } from '../../../../server/textproto/document.ts';
import { formatDocument } from '../../../../server/textproto/printer.ts';

const cases: [name: string, text: string, formatted: string][] = [
  ['nothing', '', ''],
  ['spaces, separators and indentation', 'a : 1,b:2;\n\tc   {\nd:3 }', 'a: 1\nb: 2\nc {\n  d: 3\n}\n'],
  [
    'what is on one line',
    'a {b:1,c {d:2}}\ne{}\nf: [1,2 ,3]\ng [{h:1},<i:2>]',
    'a { b: 1 c { d: 2 } }\ne {}\nf: [1, 2, 3]\ng [{ h: 1 }, { i: 2 }]\n',
  ],
  ['colons before messages', 'a: {\n}\nb {\n}\n', 'a: {\n}\nb {\n}\n'],
  ['angle brackets', 'a <\nb: 1\n>', 'a {\n  b: 1\n}\n'],
  [
    'lists on several lines',
    'a: [\n1,2\n]\nb [ {\nc: 1\n}, {} ]',
    'a: [\n  1,\n  2\n]\nb [\n  {\n    c: 1\n  },\n  {}\n]\n',
  ],
  ['quotes', `a: 'x"\\'y' b: "it's"`, `a: "x\\"\\'y"\nb: "it's"\n`],
  ['strings on several lines', 'a: "x"\n  "y"\nb:\n "z"\nc:\n 1', 'a:\n  "x"\n  "y"\nb: "z"\nc: 1\n'],
  ['blank lines', '\n\na: 1\n\n\nb {\n\n c: 2\n\n}\n\n', 'a: 1\n\nb {\n  c: 2\n}\n'],
  [
    'comments',
    '# 1\n\n#2\na: 1#3\n  # 4\nb { # 5\n c: 2 # 6\n# 7\n} # 8\n#9',
    '# 1\n\n#2\na: 1  #3\n# 4\nb {  # 5\n  c: 2  # 6\n  # 7\n}  # 8\n#9\n',
  ],
  [
    'comments in lists',
    'a: [ # 1\n1, # 2\n# 3\n2 # 4\n# 5\n]',
    'a: [  # 1\n  1,  # 2\n  # 3\n  2  # 4\n  # 5\n]\n',
  ],
  [
    'comments in odd places',
    'a: # 1\n "x" # 2\n "y"\nb # 3\n { c: - # 4\n 1 }',
    'a:\n  # 1\n  "x"  # 2\n  "y"\n# 3\nb {\n  # 4\n  c: -1\n}\n',
  ],
  ['line ends', 'a {\r\nb: 1\r\n}\r\n', 'a {\r\n  b: 1\r\n}\r\n'],
  ['names in brackets', '[ a . b ] : 1 [x.y / a.B] { }', '[a.b]: 1\n[x.y/a.B] {}\n'],
];

describe('formatting', () => {
  for (const [name, text, formatted] of cases) {
    it(name, () => {
      assert.equal(formatDocument(parseDocument(text)), formatted);
      assert.equal(formatDocument(parseDocument(formatted)), formatted);
    });
  }

  it('leaves a file with mistakes alone, and one that says so', () => {
    for (const text of ['a  1', '# txtpbfmt: disable\na :  1']) {
      assert.equal(formatDocument(parseDocument(text)), text);
    }
  });
});
