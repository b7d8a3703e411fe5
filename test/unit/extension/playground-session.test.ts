// The playground's session without a server: when it asks and posts, what it tells again, measuring.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasureOutcome } from '../../../extension/measure/measure-run.ts';
import { PlaygroundHistory } from '../../../extension/panels/playground/playground-history.ts';
import {
  PlaygroundSession,
  type SessionDeps,
} from '../../../extension/panels/playground/playground-session.ts';
import type { PlaygroundHostMessage, PlaygroundPageMessage } from '../../../webview/playground/protocol.ts';
import { plain } from './plain.ts';

const routed = { kind: 'routed' } as const;
const plan = { rate: 0, concurrency: 2, seconds: 5 };
const measure: PlaygroundPageMessage = { type: 'measure', model: 'm', target: routed, body: '{}', plan };

/** A session with nothing behind it; what it does is noted. */
class Rig {
  readonly posted: PlaygroundHostMessage[] = [];
  readonly commands: unknown[] = [];
  readonly exported: string[] = [];
  held = 0;
  endMeasure: ((outcome: MeasureOutcome) => void) | undefined;
  measureSignal: AbortSignal | undefined;
  readonly session: PlaygroundSession;

  constructor(changes: Partial<SessionDeps> = {}) {
    const kept = new Map<string, unknown>();
    const nothing = { dispose: () => undefined };
    this.session = new PlaygroundSession({
      translate: plain,
      locale: 'en',
      store: { models: [], live: true, get: () => undefined, onDidChange: () => nothing },
      history: new PlaygroundHistory({
        get: (key) => kept.get(key),
        update: (key, value) => Promise.resolve(void kept.set(key, value)),
      }),
      script: '/daemon.cjs',
      measure: (_options, _onLine, signal) => {
        this.measureSignal = signal;
        return new Promise((resolve) => (this.endMeasure = resolve));
      },
      word: () => 'running',
      client: () => undefined,
      endpoint: () => ({
        version: '',
        pid: 1,
        grpcAddress: '127.0.0.1:1',
        restAddress: '127.0.0.1:2',
        token: 't',
      }),
      hold: () => {
        this.held++;
        return {
          dispose: () => {
            this.held--;
          },
        };
      },
      onServerChange: () => nothing,
      copy: () => Promise.resolve(),
      run: (command, argument) => Promise.resolve(this.commands.push([command, argument])),
      exportText: (_name, text) => Promise.resolve(void this.exported.push(text)),
      post: (message) => this.posted.push(message),
      ...changes,
    });
  }

  say(message: PlaygroundPageMessage): Promise<void> {
    return this.session.received(message);
  }

  get types(): readonly string[] {
    return this.posted.map(({ type }) => type);
  }
}

describe('PlaygroundSession', () => {
  it('holds the models while it is seen, and lets go of them', () => {
    const rig = new Rig();
    assert.equal(rig.held, 0);
    rig.session.setVisible(true);
    rig.session.setVisible(true);
    assert.equal(rig.held, 1);
    rig.session.setVisible(false);
    assert.equal(rig.held, 0);
    rig.session.setVisible(true);
    rig.session.dispose();
    assert.equal(rig.held, 0);
  });

  it('opens what was asked for once the page listens, and once', async () => {
    const rig = new Rig();
    rig.session.open({ model: 'm', target: routed, request: '{}' });
    rig.session.setVisible(true);
    assert.deepEqual(rig.types, []);
    await rig.say({ type: 'ready' });
    assert.deepEqual(rig.types, ['words', 'snapshot', 'open']);
    await rig.say({ type: 'ready' });
    assert.deepEqual(rig.types, ['words', 'snapshot', 'open', 'words', 'snapshot']);
    rig.session.setVisible(false);
    rig.session.open({ model: 'n', target: routed, request: '' });
    assert.equal(rig.types.length, 5);
  });

  it('says at the request and at the target that the server does not run', async () => {
    const rig = new Rig();
    await rig.say({ type: 'describe', model: 'm', target: routed, signature: '' });
    await rig.say({ type: 'send', id: '1', model: 'm', target: routed, body: '{}', remember: true });
    const text = 'The Perch server is not running.';
    assert.deepEqual(rig.posted, [
      {
        type: 'described',
        model: 'm',
        target: routed,
        signature: '',
        description: { kind: 'problem', text },
      },
      { type: 'answered', id: '1', outcome: { kind: 'refused', status: 'UNAVAILABLE', message: text } },
    ]);
    const gone = new Rig({ endpoint: () => undefined });
    await assert.rejects(gone.say(measure), { message: text });
    const snippet = { type: 'copySnippet', snippet: 'curl', model: 'm', target: routed, body: '{}' } as const;
    await assert.rejects(gone.say(snippet), { message: text });
  });

  it('acts on nothing that is no message', async () => {
    const rig = new Rig();
    for (const message of [null, {}, { type: 'copyText' }, { ...measure, plan: { ...plan, seconds: 1e9 } }]) {
      await rig.session.received(message);
    }
    assert.deepEqual([rig.posted, rig.commands], [[], []]);
  });

  it('tells a measurement to a page that was hidden meanwhile, and stops it', async () => {
    const rig = new Rig();
    rig.session.setVisible(true);
    await rig.say({ type: 'ready' });
    const run = rig.say(measure);
    assert.equal(rig.types.at(-1), 'measured');
    rig.session.setVisible(false);
    const before = rig.posted.length;
    await rig.say({ type: 'act', act: 'stopMeasure' });
    assert.equal(rig.measureSignal?.aborted, true);
    rig.endMeasure?.({ kind: 'failed', status: 'CANCELLED', message: 'Cancelled.' });
    await run;
    assert.equal(rig.posted.length, before);
    rig.session.setVisible(true);
    await rig.say({ type: 'ready' });
    const told = rig.posted.at(-1);
    assert.ok(told?.type === 'measured');
    assert.equal(told.view.state, 'failed');
    await rig.say({ type: 'act', act: 'exportMeasure' });
    assert.deepEqual(rig.exported, []);
  });

  it('starts the server, saves requests, and forgets the history', async () => {
    const rig = new Rig();
    await rig.say({ type: 'act', act: 'start' });
    const label = { kind: 'label', label: 'canary' } as const;
    await rig.say({ type: 'save', model: 'm', target: label, request: '{}', answer: '{"a": 1}' });
    assert.deepEqual(rig.commands, [
      ['perch.server.start', {}],
      ['perch.request.save', { model: 'm', label: 'canary', request: '{}', answer: '{"a": 1}' }],
    ]);
    await rig.say({ type: 'send', id: '1', model: 'm', target: routed, body: '{}', remember: true });
    await rig.say({ type: 'send', id: '2', model: 'm', target: routed, body: '{"b": 1}', remember: false });
    rig.session.setVisible(true);
    await rig.say({ type: 'ready' });
    const history = (): number => {
      const told = rig.posted.findLast((message) => message.type === 'snapshot');
      return told?.snapshot.history.length ?? -1;
    };
    assert.equal(history(), 1);
    await rig.say({ type: 'act', act: 'forget' });
    await rig.say({ type: 'ready' });
    assert.equal(history(), 0);
    rig.session.dispose();
  });
});
