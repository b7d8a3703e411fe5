// docs/config-diagnostics.md has a section for each code, none for others, and examples that show what they say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checkConfig } from '../../../../server/config/check-config.ts';
import { configCodes } from '../../../../server/config/config-codes.ts';
import { configKinds } from '../../../../server/config/config-kind.ts';
import { documentationAnchor } from '../../../../server/config/finding.ts';

const file = 'config-diagnostics.md';
const docs = readFileSync(path.join(import.meta.dirname, '..', '..', '..', '..', 'docs', file), 'utf8');

/** By anchor: the heading, the first line below it, and the rest. */
const sections = new Map(
  [...docs.matchAll(/^<a id="(.*)"><\/a>\n\n### (.*)\n\n(.*)\n([^]*?)(?=^<a id=|^## |$(?![^]))/gm)].map(
    ([, anchor = '', heading = '', summary = '', body = '']) => [anchor, { heading, summary, body }],
  ),
);

describe(`docs/${file}`, () => {
  it('explains every code where findings link to, and no other', () => {
    const expected = [...configCodes].map(([code, summary]) => [documentationAnchor(code), code, summary]);
    const present = [...sections].map(([anchor, { heading, summary }]) => [
      `${file}#${anchor}`,
      heading,
      summary,
    ]);
    assert.deepEqual(present.sort(), expected.sort());
    assert.equal(docs.match(/<a id=/g)?.length, configCodes.size);
  });

  it('has examples of what is found and of what is not', () => {
    let examples = 0;
    for (const { heading: code, body } of sections.values()) {
      for (const [, verdict, kindName, text = ''] of body.matchAll(
        /^```textproto (wrong|right) ?(.*)\n([^]*?)\n```$/gm,
      )) {
        const kind = kindName === '' ? 'model' : configKinds.find((known) => known === kindName);
        assert.ok(kind !== undefined, kindName);
        const { findings } = checkConfig(`${text}\n`, kind);
        const codes = findings.map((finding) => finding.code);
        assert.ok(
          verdict === 'wrong' ? codes.includes(code) : codes.length === 0,
          `${code}: ${codes.join(' ')}\n${text}`,
        );
        examples++;
      }
    }
    assert.ok(examples > 200, String(examples));
  });
});
