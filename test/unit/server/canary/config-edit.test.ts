// Edits of models.config: the label or the policy changes, and every other byte stays.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ensureVersionsKept, setLabelInConfig } from '../../../../server/canary/config-edit.ts';
import { parseModelServerConfig, type ModelConfig } from '../../../../server/config/model-server-config.ts';
import { PerchError } from '../../../../server/errors.ts';
import { mutate, seededRandom } from '../textproto/corpus.ts';

/** As TensorFlow Serving's documentation has it. */
const documented = `# our models
model_config_list {
  config {
    name: 'digits'
    base_path: '/models/digits' # on the big disk
    model_platform: "tensorflow"
    model_version_policy {
      specific {
        versions: 2 # known to be good
        versions: 3
      }
    }
    version_labels {
      # what everybody gets
      key: 'stable'
      value: 2
    }
    version_labels { # on trial
      key: 'canary'
      value: 3
    }
  }
  config {
    name: 'other'
    base_path: '/models/other'
  }
}
`;

/** As a list, on few lines, with colons, commas and angle brackets. */
const listed = `model_config_list: { config: [
  { name: "dig" "its", base_path: "/models/digits", version_labels: [{ key: "stable", value: 0x2 }], # two
    model_version_policy: < latest: < num_versions: 1 > > },
  { name: 'other' base_path: "/models/other" }
] }
`;

const lined = `model_config_list {
\tconfig: {
\t\tname: "digits"
\t\tbase_path: "/models/digits"
\t\tversion_labels { key: "stable" value: 2 } # the good one
\t}
\tconfig { name: "other" base_path: "/models/other" version_labels { key: "" } model_version_policy { all {} } }
}
`;

const one =
  'model_config_list { config { name: "digits" base_path: "/d" } config { name: "other" base_path: "/o" } }';
const styles = [documented, listed, lined, one, lined.replaceAll('\n', '\r\n')];

function models(text: string): ReadonlyMap<string, ModelConfig> {
  return new Map(parseModelServerConfig(text, 'models.config').models.map((model) => [model.name, model]));
}

const label = (text: string, name: string, version?: bigint): string =>
  setLabelInConfig(text, 'digits', name, version);

describe('setLabelInConfig', () => {
  it('moves a label, and nothing else', () => {
    assert.equal(label(documented, 'stable', 3n), documented.replace('value: 2', 'value: 3'));
    assert.equal(label(listed, 'stable', 3n), listed.replace('0x2', '3'));
    assert.equal(label(listed, 'stable', 2n), listed);
    const empty = setLabelInConfig(lined, 'other', '', 4n);
    assert.equal(empty, lined.replace('{ key: "" }', '{ key: "" value: 4 }'));
  });

  it('adds a label in the style of the others', () => {
    assert.equal(
      label(lined, 'canary', 3n),
      lined.replace('# the good one', '# the good one\n\t\tversion_labels { key: "canary" value: 3 }'),
    );
    assert.equal(
      label(listed, 'canary', 3n),
      listed.replace('value: 0x2 }', 'value: 0x2 }, { key: "canary" value: 3 }'),
    );
    assert.equal(
      label(one, 'canary', 3n),
      one.replace('"/d"', '"/d" version_labels { key: "canary" value: 3 }'),
    );
    assert.equal(
      label(documented, 'next', 9n),
      documented.replace(
        "key: 'canary'\n      value: 3\n    }\n",
        `key: 'canary'\n      value: 3\n    }\n    version_labels {\n      key: "next"\n      value: 9\n    }\n`,
      ),
    );
  });

  it('takes a label out, also where it is there twice', () => {
    assert.equal(
      label(documented, 'canary'),
      documented.replace(/ {4}version_labels \{ # on trial\n[^]*?\}\n/, ''),
    );
    assert.equal(label(lined, 'stable'), lined.replace(/\t\tversion_labels.*\n/, ''));
    const twice = lined.replace(
      '# the good one',
      '\n\t\tversion_labels { key: "stable" value: 4 }\n\t\tversion_labels { key: "x" value: 5 }',
    );
    assert.deepEqual(
      models(label(twice, 'stable', 7n)).get('digits')?.labels,
      new Map([
        ['stable', 7n],
        ['x', 5n],
      ]),
    );
    assert.deepEqual(models(label(twice, 'stable')).get('digits')?.labels, new Map([['x', 5n]]));
    assert.equal(label(documented, 'nobody'), documented);
  });

  it('does what it says for any changes, in files of any style', () => {
    const change = fc.record({
      model: fc.constantFrom('digits', 'other'),
      name: fc.oneof(fc.constantFrom('stable', 'canary', '__proto__', '"'), fc.string({ unit: 'grapheme' })),
      version: fc.option(fc.bigInt(0n, 2n ** 63n - 1n), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...styles), fc.array(change, { maxLength: 6 }), (start, changes) => {
        let text = start;
        for (const { model, name, version } of changes) {
          const before = models(text);
          const next = setLabelInConfig(text, model, name, version);
          const labels = new Map(before.get(model)?.labels);
          if (version === undefined) {
            labels.delete(name);
          } else {
            labels.set(name, version);
          }
          for (const [key, config] of models(next)) {
            const old = before.get(key);
            const isChanged = key === model;
            assert.deepEqual(config.labels, isChanged ? labels : old?.labels);
            assert.deepEqual({ ...config, labels: 0 }, { ...old, labels: 0 });
          }
          assert.equal(next.includes('# two'), text.includes('# two'));
          if (!before.get(model)!.labels.has(name) && version !== undefined) {
            // A separator that the new label needed stays.
            const without = setLabelInConfig(next, model, name, undefined);
            assert.equal(without.replaceAll(',', ''), text.replaceAll(',', ''));
          }
          text = next;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives what is right or throws, whatever is in the file', () => {
    let edited = 0;
    fc.assert(
      fc.property(fc.constantFrom(...styles), fc.nat(), fc.boolean(), (style, seed, isLabel) => {
        const text = mutate(style, seededRandom(seed));
        let config: ModelConfig | undefined;
        try {
          config = models(text).get('digits');
        } catch (reason) {
          assert.ok(PerchError.is(reason, 'CONFIG_INVALID'));
        }
        if (config === undefined) {
          return;
        }
        edited++;
        const next = isLabel ? label(text, 'stable', 77n) : ensureVersionsKept(text, 'digits', [77n]);
        const after = models(next).get('digits');
        if (isLabel) {
          assert.deepEqual(after, { ...config, labels: new Map([...config.labels, ['stable', 77n]]) });
        } else {
          const policy = after?.rules.policy;
          assert.ok(policy?.kind === 'all' || (policy?.kind === 'specific' && policy.versions.includes(77n)));
          assert.deepEqual({ ...after, rules: 0 }, { ...config, rules: 0 });
        }
      }),
      { numRuns: 3000 },
    );
    assert.ok(edited > 200, String(edited));
  });

  it('says what it cannot edit', () => {
    assert.throws(
      () => setLabelInConfig(one, 'digit', 'stable', 1n),
      (reason) => PerchError.is(reason, 'MODEL_UNKNOWN') && /models\.config.*digit\b/.test(reason.message),
    );
    for (const text of ['', 'custom_model_config {}']) {
      assert.throws(
        () => label(text, 'stable', 1n),
        (reason) => PerchError.is(reason, 'MODEL_UNKNOWN'),
      );
    }
    assert.throws(
      () => label(one.replace('base_path', 'basepath'), 'stable', 1n),
      (reason) => PerchError.is(reason, 'CONFIG_INVALID') && reason.message.includes('models.config: 1:'),
    );
  });
});

describe('ensureVersionsKept', () => {
  const ensure = (text: string, versions: readonly bigint[], available?: readonly bigint[]): string =>
    ensureVersionsKept(text, 'digits', versions, available === undefined ? {} : { available });

  it('makes the latest ones specific, in place', () => {
    assert.equal(
      ensure(listed, [3n]),
      listed.replace('latest: < num_versions: 1 >', 'specific: < versions: 2 versions: 3 >'),
    );
    const noted = one.replace(
      '"/d"',
      '"/d" model_version_policy {\n  # how many\n  latest { # few\n    num_versions: 2 # two\n  }\n}',
    );
    assert.equal(
      ensure(noted, [3n, 2n]),
      noted
        .replace('latest', 'specific')
        .replace('num_versions: 2 # two', 'versions: 2 # two\n    versions: 3'),
    );
    const bare = one.replace('"/d"', '"/d" model_version_policy { latest {} }');
    assert.equal(ensure(bare, [4n]), bare.replace('latest {}', 'specific { versions: 4 }'));
  });

  it('adds a policy where there is none', () => {
    assert.equal(
      ensure(one, [1n]),
      one.replace('"/d"', '"/d" model_version_policy { specific { versions: 1 } }'),
    );
    assert.deepEqual(models(ensure(lined, [5n])).get('digits')?.rules.policy, {
      kind: 'specific',
      versions: [2n, 5n],
    });
    const empty = one.replace('"/d"', '"/d" model_version_policy {}');
    assert.deepEqual(models(ensure(empty, [5n])).get('digits')?.rules.policy, {
      kind: 'specific',
      versions: [5n],
    });
  });

  it('adds to specific ones what is missing', () => {
    assert.equal(ensure(documented, [2n, 3n]), documented);
    assert.equal(
      ensure(documented, [7n]),
      documented.replace('versions: 3', 'versions: 3\n        versions: 7'),
    );
    const list = one.replace('"/d"', '"/d" model_version_policy { specific { versions: [1, 2] } }');
    assert.equal(ensure(list, [9n, 4n]), list.replace('[1, 2]', '[1, 2, 4, 9]'));
  });

  it('leaves a policy that serves them', () => {
    assert.equal(ensureVersionsKept(lined, 'other', [8n]), lined);
    assert.equal(ensure(one, [3n], [1n, 2n, 3n]), one);
    assert.notEqual(ensure(one, [2n], [1n, 2n, 3n]), one);
    assert.equal(ensure(listed, [], [1n, 2n]), listed);
    assert.notEqual(ensure(listed, [], [1n, 2n, 3n]), listed);
    assert.equal(ensure(one, []), one);
  });
});
