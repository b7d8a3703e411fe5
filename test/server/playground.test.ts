// The playground's extension side against a real server: what it describes, sends and refuses, and its snippets.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { AdminClient } from '../../extension/daemon/admin-client.ts';
import { modelFromWire } from '../../extension/state/from-wire.ts';
import { PlaygroundHistory } from '../../extension/panels/playground/playground-history.ts';
import { PlaygroundSession } from '../../extension/panels/playground/playground-session.ts';
import { snippetOf } from '../../extension/snippets/snippets.ts';
import type { SnippetInput } from '../../extension/snippets/snippet-input.ts';
import type { Model } from '../../extension/state/model.ts';
import type { ModelState__Output } from '../../protos/gen/perch/admin/v1/ModelState.ts';
import { Draft } from '../../webview/playground/draft.ts';
import { errorPlace } from '../../webview/playground/error-place.ts';
import type { TargetSignature } from '../../webview/playground/exchange.ts';
import type {
  AnsweredMessage,
  PlaygroundHostMessage,
  PlaygroundPageMessage,
} from '../../webview/playground/protocol.ts';
import { readAnswer } from '../../webview/playground/read-answer.ts';
import type { PlaygroundTarget } from '../../webview/playground/target.ts';
import { plain } from '../unit/extension/plain.ts';
import { makeModels, startServer, testToken, type RunningServer } from './support/running-server.ts';

const run = promisify(execFile);

const routed: PlaygroundTarget = { kind: 'routed' };

/** A session whose page is this test. */
class Rig {
  readonly posted: PlaygroundHostMessage[] = [];
  readonly commands: unknown[] = [];
  readonly copied: string[] = [];
  readonly session: PlaygroundSession;
  readonly client: AdminClient;
  readonly running: RunningServer;

  constructor(running: RunningServer, models: readonly Model[]) {
    const { grpcAddress, restAddress } = running.server;
    this.running = running;
    this.client = new AdminClient({ grpcAddress, token: testToken });
    const kept = new Map<string, unknown>();
    const nothing = { dispose: () => undefined };
    this.session = new PlaygroundSession({
      translate: plain,
      locale: 'en',
      store: {
        models,
        live: true,
        get: (name) => models.find((model) => model.name === name),
        onDidChange: () => nothing,
      },
      history: new PlaygroundHistory({
        get: (key) => kept.get(key),
        update: (key, value) => Promise.resolve(void kept.set(key, value)),
      }),
      script: undefined,
      measure: () => Promise.reject(new Error('is not tried here')),
      word: () => 'running',
      client: () => this.client,
      endpoint: () => ({ version: '', pid: 1, grpcAddress, restAddress, token: testToken }),
      hold: () => nothing,
      onServerChange: () => nothing,
      copy: (text) => Promise.resolve(void this.copied.push(text)),
      run: (command, argument) => Promise.resolve(this.commands.push([command, argument])),
      exportText: () => Promise.resolve(),
      post: (message) => this.posted.push(message),
    });
    this.session.setVisible(true);
  }

  say(message: PlaygroundPageMessage): Promise<void> {
    return this.session.received(message);
  }

  async describe(model: string, target = routed, signature = ''): Promise<TargetSignature> {
    await this.say({ type: 'describe', model, target, signature });
    const told = this.posted.at(-1);
    assert.ok(told?.type === 'described' && told.description.kind === 'signature', JSON.stringify(told));
    return told.description;
  }

  async send(model: string, body: string, target = routed): Promise<AnsweredMessage['outcome']> {
    await this.say({ type: 'send', id: body.slice(0, 20), model, target, body, remember: true });
    const told = this.posted.at(-1);
    assert.ok(told?.type === 'answered', JSON.stringify(told));
    return told.outcome;
  }
}

describe('the playground with a server', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;
  let rig: Rig;
  before(async () => {
    models = await makeModels('digits', 'iris', 'half_plus_two');
    running = await startServer([`--models_directory=${models.directory}`]);
    await running.call('perch.admin.v1.Admin', 'SetLabel', { model: 'digits', label: 'stable', version: 2 });
    const { models: states } = await running.call('perch.admin.v1.Admin', 'ListModels', {});
    rig = new Rig(running, (states as ModelState__Output[]).map(modelFromWire));
  });
  after(async () => {
    rig.session.dispose();
    rig.client.dispose();
    await running.stop();
    await models.remove();
  });

  it('begins with words and models, and opens what was asked for', async () => {
    rig.session.open({ model: 'iris', target: routed, request: '' });
    await rig.say({ type: 'ready' });
    assert.deepEqual(
      rig.posted.map(({ type }) => type),
      ['words', 'snapshot', 'open'],
    );
    const [, told] = rig.posted;
    assert.ok(told?.type === 'snapshot');
    assert.deepEqual(
      told.snapshot.models.map(({ name, versions, labels }) => [name, versions, labels]),
      [
        ['digits', ['2'], [{ label: 'stable', version: '2' }]],
        ['half_plus_two', ['123'], []],
        ['iris', ['1'], []],
      ],
    );
    assert.equal(told.snapshot.hasRest, true);
  });

  it('sends what the form makes of each signature, and reads the answer', async () => {
    for (const model of ['digits', 'iris', 'half_plus_two']) {
      const signature = await rig.describe(model);
      const draft = new Draft(signature.inputs, '', signature.sample);
      for (const fill of ['zeros', 'ones', 'random'] as const) {
        draft.fill(fill);
        assert.equal(draft.firstWrong, undefined);
        const outcome = await rig.send(model, draft.wire());
        assert.ok(outcome.kind === 'answer', JSON.stringify(outcome));
        const outputs = readAnswer(outcome.json, signature.outputs);
        assert.equal(outputs?.length, signature.outputs.length);
        const { queue, run: engine, codec, network, whole } = outcome.timing;
        assert.ok(queue > 0 && engine > 0 && codec > 0 && network >= 0);
        assert.ok(Math.abs(queue + engine + codec + network - whole) < 1);
      }
    }
  });

  it('asks labels and versions, and says why they answered', async () => {
    const { sample } = await rig.describe('digits');
    const outcome = await rig.send('digits', sample, { kind: 'label', label: 'stable' });
    assert.ok(outcome.kind === 'answer');
    assert.equal(outcome.route, 'The request named the label stable, which leads to version 2.');
    const refused = await rig.send('digits', sample, { kind: 'version', version: '77' });
    assert.ok(refused.kind === 'refused');
    assert.equal(refused.status, 'NOT_FOUND');
  });

  it('finds the place of what the server refuses', async () => {
    const { inputs } = await rig.describe('digits');
    const names = inputs.map(({ name }) => name);
    for (const [body, row] of [
      ['{"instances": [[1, 2]]}', undefined],
      ['{"instances": ["a"]}', 0],
      ['{"inputs": [["a"]]}', undefined],
      ['{"instances": [[1, 2], [3]]}', 1],
      ['{"inputs": [[1], 2]}', undefined],
    ] as const) {
      const outcome = await rig.send('digits', body);
      assert.ok(outcome.kind === 'refused', body);
      assert.deepEqual(
        errorPlace(outcome.message, names),
        { input: names[0], ...(row === undefined ? {} : { row }) },
        outcome.message,
      );
    }
  });

  it('remembers what was sent, and saves it', async () => {
    await rig.send('half_plus_two', '{"instances": [7.0]}');
    await rig.say({ type: 'ready' });
    const snapshot = rig.posted.findLast((message) => message.type === 'snapshot');
    const [newest] = snapshot?.snapshot.history ?? [];
    await rig.say({ type: 'recall', id: newest?.id ?? '' });
    assert.deepEqual(rig.posted.at(-1), {
      type: 'open',
      model: 'half_plus_two',
      target: routed,
      request: '{"instances": [7.0]}',
    });
    await rig.say({
      type: 'save',
      model: 'digits',
      target: { kind: 'version', version: '2' },
      request: '{}',
      answer: '',
    });
    assert.deepEqual(rig.commands.at(-1), [
      'perch.request.save',
      { model: 'digits', version: '2', request: '{}' },
    ]);
  });

  it('copies curl and Node.js code that works as it is', async () => {
    const body = '{"instances": [1.0, 5.0]}';
    const expected = { predictions: [2.5, 4.5] };
    const copy = async (snippet: 'curl' | 'node'): Promise<string> => {
      await rig.say({ type: 'copySnippet', snippet, model: 'half_plus_two', target: routed, body });
      return rig.copied.at(-1) ?? '';
    };
    const { stdout: fetched } = await run(process.execPath, [
      '--input-type=module',
      '-e',
      await copy('node'),
    ]);
    assert.deepEqual(JSON.parse(fetched), expected);
    // Not every machine has curl: what it would send is sent by hand.
    const parts = /^curl -d '(.*)' (http:\S+)$/.exec(await copy('curl'));
    const answer = await fetch(parts?.[2] ?? '', { method: 'POST', body: parts?.[1] ?? '' });
    assert.deepEqual(await answer.json(), expected);
  });

  it('copies a grpcurl command whose message the server takes', async () => {
    const { inputs } = await rig.describe('half_plus_two');
    const input: SnippetInput = {
      grpcAddress: running.server.grpcAddress,
      restAddress: running.server.restAddress,
      model: 'half_plus_two',
      target: { kind: 'version', version: '123' },
      body: '{"instances": [1.0, 5.0]}',
      inputs,
    };
    const message = /-d '(.*)' /.exec(snippetOf('grpcurl', input))?.[1] ?? '';
    const answer = await running.call(
      'tensorflow.serving.PredictionService',
      'Predict',
      withCamelCase(JSON.parse(message)) as object,
    );
    const [output] = Object.values(
      answer.outputs as Record<string, { floatVal: number[]; tensorContent: Buffer }>,
    );
    const floats =
      output?.floatVal.length === 0
        ? [...new Float32Array(new Uint8Array(output.tensorContent).buffer)]
        : output?.floatVal;
    assert.deepEqual(floats, [2.5, 4.5]);
  });
});

/** Protobuf's JSON names as this project's codec has them; the names of inputs stay. */
function withCamelCase(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => withCamelCase(item));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const camel = isMap ? name : name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
      // An int64 in a wrapper of its own is a plain string in protobuf's JSON.
      return [
        camel,
        camel === 'version' ? { value: inner as unknown } : withCamelCase(inner, camel === 'inputs'),
      ];
    }),
  );
}
