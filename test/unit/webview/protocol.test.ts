// The guards of the status page's protocol: whole messages pass, and nothing that lacks or bends any part of one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isHostMessage,
  isPageMessage,
  statusCommands,
  type HostMessage,
  type PageMessage,
} from '../../../webview/protocol.ts';
import { englishText, runningSnapshot } from '../../webview/support/health-sample.ts';

/** Every way to spoil one part of a JSON value: left out, null, or of another type. */
function* spoiled(value: unknown): Generator {
  yield null;
  yield typeof value === 'string' ? 7 : 'text';
  if (typeof value === 'number') {
    yield* [-1, 0.5, Number.NaN, 2 ** 53];
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      for (const bad of spoiled(part)) {
        yield Array.isArray(value)
          ? value.map((element: unknown, index) => (String(index) === key ? bad : element))
          : { ...value, [key]: bad };
      }
      if (!Array.isArray(value)) {
        yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
      }
    }
  }
}

const hostMessages: readonly HostMessage[] = [
  englishText,
  { type: 'snapshot', snapshot: runningSnapshot },
  {
    type: 'snapshot',
    snapshot: { server: { kind: 'stopped', detail: '' }, commands: ['start'], models: [] },
  },
  { type: 'copied', field: 'grpcAddress' },
];

const pageMessages: readonly PageMessage[] = [
  { type: 'copy', field: 'restAddress' },
  ...statusCommands.map((command) => ({ type: 'run', command }) as const),
];

describe('the protocol of the status', () => {
  it('lets whole messages pass, in their direction only', () => {
    for (const message of hostMessages) {
      assert.equal(isHostMessage(structuredClone(message)), true, message.type);
      assert.equal(isPageMessage(message), false, message.type);
    }
    for (const message of pageMessages) {
      assert.equal(isPageMessage(structuredClone(message)), true, message.type);
      assert.equal(isHostMessage(message), false, message.type);
    }
  });

  it('refuses a message of which any part is missing or of the wrong kind', () => {
    let count = 0;
    for (const message of hostMessages) {
      for (const bad of spoiled(message)) {
        assert.equal(isHostMessage(bad), false, JSON.stringify(bad).slice(0, 300));
        count += 1;
      }
    }
    for (const message of pageMessages) {
      for (const bad of spoiled(message)) {
        assert.equal(isPageMessage(bad), false, JSON.stringify(bad));
        count += 1;
      }
    }
    assert.ok(count > 500, `only ${count} were tried`);
  });

  it('refuses commands and fields that are not on the list, also those of every object', () => {
    for (const name of ['perch.server.stop', 'constructor', '__proto__', 'toString', '']) {
      assert.equal(isPageMessage({ type: 'run', command: name }), false, name);
      assert.equal(isPageMessage({ type: 'copy', field: name }), false, name);
    }
  });

  it('does not take inherited fields for a message', () => {
    assert.equal(isPageMessage(Object.create({ type: 'ready' })), false);
  });
});
