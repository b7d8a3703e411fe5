// What the editor accepts, the daemon accepts, and what it refuses is refused in the same words.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checkConfig } from '../../../../server/config/check-config.ts';
import { configKindFacts, configKinds, type ConfigKind } from '../../../../server/config/config-kind.ts';
import { parseModelConfig } from '../../../../server/config/model-config.ts';
import { parseModelServerConfig } from '../../../../server/config/model-server-config.ts';
import { parseBatchingParameters } from '../../../../server/engine/batching/batch-parameters.ts';
import { PerchError } from '../../../../server/errors.ts';
import { parseMonitoringConfig } from '../../../../server/observe/monitoring-config.ts';
import { mutate, samples, seededRandom } from '../textproto/corpus.ts';

/** How the daemon reads the files of a kind. Those with keys are left out: it looks into the keys too. */
const daemonReads: ReadonlyMap<ConfigKind, (text: string) => unknown> = new Map<
  ConfigKind,
  (text: string) => unknown
>([
  ['model', (text: string) => parseModelConfig(text, 'config.pbtxt')],
  ['model-server', (text: string) => parseModelServerConfig(text, 'models.config')],
  ['batching', (text: string) => parseBatchingParameters(text, 'batching.config')],
  ['monitoring', (text: string) => parseMonitoringConfig(text, 'monitoring.config')],
]);

interface Example {
  readonly kind: ConfigKind;
  readonly text: string;
}

/** The examples of the documentation: of every code one that has it, and one that has not. */
function documented(): Example[] {
  const file = path.join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'config-diagnostics.md');
  const blocks = readFileSync(file, 'utf8').matchAll(/^```textproto \w+ ?(.*)\n([^]*?)\n```$/gm);
  return [...blocks].map(([, kind, text = '']) => ({
    kind: configKinds.find((known) => known === kind) ?? 'model',
    text: `${text}\n`,
  }));
}

const examples: readonly Example[] = [
  ...documented(),
  ...samples.map(({ message, text }) => ({
    kind: configKinds.find((kind) => configKindFacts[kind].message === message) ?? 'model',
    text,
  })),
].filter(({ kind }) => daemonReads.has(kind));

function refusal({ kind, text }: Example): string | undefined {
  try {
    daemonReads.get(kind)?.(text);
    return undefined;
  } catch (reason) {
    assert.ok(PerchError.is(reason, 'CONFIG_INVALID'), `${String(reason)}\n${text}`);
    return reason.message;
  }
}

describe('the daemon and the editor', () => {
  it('agree on every example of the documentation, and on 3,000 mutants', () => {
    const random = seededRandom(11);
    let accepted = 0;
    for (let at = 0; at < examples.length + 3000; at++) {
      const { kind, text: base } = examples[at % examples.length]!;
      const text = at < examples.length ? base : mutate(base, random);
      const words = refusal({ kind, text });
      const errors = checkConfig(text, kind).findings.filter(({ severity }) => severity === 'error');
      assert.equal(words !== undefined, errors.length > 0, `${words ?? errors[0]?.message}\n${text}`);
      if (words === undefined) {
        accepted++;
      } else {
        assert.ok(
          errors.some(({ message }) => words.includes(message)),
          `${words}\n${errors.map(({ message }) => message).join('\n')}\n${text}`,
        );
      }
    }
    assert.ok(accepted > 500, String(accepted));
  });
});
