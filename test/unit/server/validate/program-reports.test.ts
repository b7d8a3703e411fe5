// The findings for programs: one JSON document, and SARIF 2.1.0.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { tempDir } from '../../../support/temp-dir.ts';
import { runIn, write } from './support.ts';

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { id: string; helpUri?: string }[] } };
    readonly columnKind: string;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { uri: string }; readonly region: object };
      }[];
      readonly fixes?: readonly object[];
    }[];
  }[];
}

const text = 'name: "é"\r\nmax_batch_size: "8"\r\ndynamic_batching { }\n';

describe('perch validate --json', () => {
  it('gives every finding with its place and its fixes', async () => {
    const { code, out } = await runIn('/', ['validate', '-', '--kind=model', '--json'], text);
    assert.equal(code, 1);
    const report = JSON.parse(out) as { errors: number; files: { findings: { code: string }[] }[] };
    assert.equal(report.errors, 1);
    const [finding] = report.files[0]!.findings;
    assert.deepEqual(finding, {
      code: 'textproto/wrong-type',
      severity: 'error',
      message: 'max_batch_size takes an integer, not ""8"".',
      documentation: 'config-diagnostics.md#textproto-wrong-type',
      start: { line: 2, column: 17, offset: 27 },
      end: { line: 2, column: 20, offset: 30 },
      fixes: [
        {
          title: 'Remove the quotes',
          edits: [
            {
              start: { line: 2, column: 17, offset: 27 },
              end: { line: 2, column: 20, offset: 30 },
              text: '8',
            },
          ],
        },
      ],
    });
  });
});

describe('perch validate --sarif', () => {
  it('gives a log with rules, places from 1, and fixes', async () => {
    using directory = tempDir();
    write(directory.path, { 'a b/config.pbtxt': text });
    const { out } = await runIn(directory.path, ['validate', '--sarif'], '', {
      documentationBase: 'https://example.org/docs/',
    });
    const { version, runs } = JSON.parse(out) as Sarif;
    assert.equal(version, '2.1.0');
    const { tool, columnKind, results } = runs[0]!;
    assert.equal(columnKind, 'utf16CodeUnits');
    for (const { ruleId, ruleIndex, level, message } of results) {
      assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
      assert.ok(['error', 'warning', 'note'].includes(level));
      assert.notEqual(message.text, '');
    }
    assert.equal(
      tool.driver.rules.find(({ id }) => id === 'textproto/wrong-type')?.helpUri,
      'https://example.org/docs/config-diagnostics.md#textproto-wrong-type',
    );
    const first = results.find(({ ruleId }) => ruleId === 'textproto/wrong-type')!;
    const region = { startLine: 2, startColumn: 17, endLine: 2, endColumn: 20 };
    const artifactLocation = { uri: 'a%20b/config.pbtxt' };
    assert.deepEqual(first.locations, [{ physicalLocation: { artifactLocation, region } }]);
    assert.deepEqual(first.fixes, [
      {
        description: { text: 'Remove the quotes' },
        artifactChanges: [
          { artifactLocation, replacements: [{ deletedRegion: region, insertedContent: { text: '8' } }] },
        ],
      },
    ]);
  });

  it('names files outside of the working directory by their URL, and has no links without a base', async () => {
    using directory = tempDir();
    using elsewhere = tempDir();
    write(directory.path, { 'config.pbtxt': text });
    const { out } = await runIn(elsewhere.path, ['validate', `${directory.path}/config.pbtxt`, '--sarif']);
    const { results, tool } = (JSON.parse(out) as Sarif).runs[0]!;
    assert.equal(
      results[0]?.locations[0]?.physicalLocation.artifactLocation.uri,
      pathToFileURL(`${directory.path}/config.pbtxt`).href,
    );
    assert.ok(tool.driver.rules.every(({ helpUri }) => helpUri === undefined));
  });
});
