// The extension's side of one open playground: answers its messages, and keeps it current while it is seen. No vscode in here.
import type { RequestOutcome, TargetSignature } from '../../../webview/playground/exchange.ts';
import {
  isPlaygroundPageMessage,
  type DescribeMessage,
  type PlaygroundActMessage,
  type PlaygroundHostMessage,
  type PlaygroundPageMessage,
  type SaveMessage,
  type SendMessage,
  type SnippetKind,
} from '../../../webview/playground/protocol.ts';
import { signatureNameOf } from '../../../webview/playground/request-body.ts';
import { targetKey, type PlaygroundTarget } from '../../../webview/playground/target.ts';
import type { AdminClient } from '../../daemon/admin-client.ts';
import type { Disposable } from '../../signal.ts';
import { snippetOf } from '../../snippets/snippets.ts';
import type { ModelStore } from '../../state/model-store.ts';
import { SnapshotFeed } from '../snapshot-feed.ts';
import { askTarget, describeTarget, versionOf } from './ask-target.ts';
import { Measurement, type MeasurementDeps } from './measurement.ts';
import type { PlaygroundOpening } from './playground-argument.ts';
import type { PlaygroundHistory } from './playground-history.ts';
import { playgroundSnapshot } from './playground-snapshot.ts';
import { playgroundWords } from './playground-words.ts';

/** What a session needs of the extension. */
export interface SessionDeps extends MeasurementDeps {
  /** BCP 47. */
  readonly locale: string;
  readonly store: Pick<ModelStore, 'models' | 'get' | 'live' | 'onDidChange'>;
  readonly history: PlaygroundHistory;
  /** The value of the context key `perch.state`. */
  word(): string;
  client(): AdminClient | undefined;
  /** Keeps the models current until it is disposed of. */
  hold(): Disposable;
  /** Calls back when `word()` or `client()` gives something new. */
  onServerChange(listener: () => void): Disposable;
  copy(text: string): Thenable<void>;
  run(command: string, argument: object): Thenable<unknown>;
  /** Lets the user save a text. */
  exportText(name: string, text: string): Thenable<void>;
  post(message: PlaygroundHostMessage): void;
}

/** The outcomes that are given again to a page that was hidden. */
const keptOutcomes = 3;

/** One open panel. */
export class PlaygroundSession implements Disposable {
  readonly #deps: SessionDeps;
  readonly #feed: SnapshotFeed;
  readonly #subscriptions: readonly Disposable[];
  readonly #running = new Map<string, AbortController>();
  readonly #outcomes = new Map<string, RequestOutcome>();
  readonly #signatures = new Map<string, TargetSignature>();
  readonly #measurement: Measurement;
  #held: Disposable | undefined;
  #isVisible = false;
  #isReady = false;
  #asked: PlaygroundOpening | undefined;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#measurement = new Measurement(deps, () => this.#tellMeasurement());
    this.#feed = new SnapshotFeed({
      isVisible: () => this.#isVisible,
      post: () => deps.post({ type: 'snapshot', snapshot: this.#snapshot() }),
    });
    this.#subscriptions = [
      deps.store.onDidChange(() => {
        this.#signatures.clear();
        this.#feed.stateChanged();
      }),
      deps.onServerChange(() => {
        this.#signatures.clear();
        this.#feed.stateChanged();
      }),
    ];
  }

  /** Shows this model, with this request, as soon as the page listens. */
  open(opening: PlaygroundOpening): void {
    this.#asked = opening;
    this.#tellOpening();
  }

  /** The panel was shown or hidden. */
  setVisible(visible: boolean): void {
    this.#isVisible = visible;
    if (visible) {
      this.#held ??= this.#deps.hold();
    } else {
      // A page that comes into sight again is a new one, and says that it is ready.
      this.#isReady = false;
      this.#held?.dispose();
      this.#held = undefined;
    }
    this.#feed.visibilityChanged();
  }

  /** Answers a message of the page. Rejects with what the user is to see. */
  async received(message: unknown): Promise<void> {
    if (isPlaygroundPageMessage(message)) {
      await this.#answer(message);
    }
  }

  dispose(): void {
    this.#feed.dispose();
    this.#held?.dispose();
    this.#measurement.stop();
    for (const abort of this.#running.values()) {
      abort.abort();
    }
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  async #answer(message: PlaygroundPageMessage): Promise<void> {
    const { translate, history, locale } = this.#deps;
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        this.#deps.post({ type: 'words', locale, words: playgroundWords(translate) });
        this.#feed.pageReady();
        this.#tellOpening();
        this.#tellAgain();
        break;
      case 'describe':
        await this.#describe(message);
        break;
      case 'send':
        await this.#send(message);
        break;
      case 'cancel':
        this.#running.get(message.id)?.abort();
        break;
      case 'copySnippet':
        await this.#deps.copy(
          await this.#snippet(message.snippet, message.model, message.target, message.body),
        );
        this.#deps.post({ type: 'copied', what: 'snippet' });
        break;
      case 'copyText':
        await this.#deps.copy(message.text);
        this.#deps.post({ type: 'copied', what: 'text' });
        break;
      case 'save':
        await this.#save(message);
        break;
      case 'recall': {
        const past = history.find(message.id);
        if (past !== undefined) {
          this.#deps.post({ type: 'open', model: past.model, target: past.target, request: past.body });
        }
        break;
      }
      case 'measure':
        await this.#measurement.run(message);
        break;
      case 'act':
        await this.#act(message.act);
        break;
    }
  }

  async #act(act: PlaygroundActMessage['act']): Promise<void> {
    switch (act) {
      case 'start':
        await this.#deps.run('perch.server.start', {});
        break;
      case 'forget':
        this.#deps.history.clear();
        this.#feed.stateChanged();
        break;
      case 'stopMeasure':
        this.#measurement.stop();
        break;
      case 'exportMeasure': {
        const text = this.#measurement.document;
        if (text !== undefined) {
          await this.#deps.exportText('measurement.json', text);
        }
        break;
      }
    }
  }

  #snapshot(): ReturnType<typeof playgroundSnapshot> {
    const { translate, store, history } = this.#deps;
    return playgroundSnapshot(translate, {
      word: this.#deps.word(),
      isLive: store.live,
      hasRest: (this.#deps.endpoint()?.restAddress ?? '') !== '',
      models: store.models,
      history: history.list(),
    });
  }

  #tellOpening(): void {
    if (this.#asked !== undefined && this.#isReady && this.#isVisible) {
      this.#deps.post({ type: 'open', ...this.#asked });
      this.#asked = undefined;
    }
  }

  /** What a page that was hidden has missed. */
  #tellAgain(): void {
    for (const [id, outcome] of this.#outcomes) {
      this.#deps.post({ type: 'answered', id, outcome });
    }
    this.#tellMeasurement();
  }

  async #describe({ model, target, signature }: DescribeMessage): Promise<void> {
    const about = { type: 'described', model, target, signature } as const;
    try {
      const description = await this.#signature(model, target, signature);
      this.#deps.post({ ...about, description });
    } catch (reason) {
      const text = reason instanceof Error ? reason.message : String(reason);
      this.#deps.post({ ...about, description: { kind: 'problem', text } });
    }
  }

  async #signature(model: string, target: PlaygroundTarget, wanted: string): Promise<TargetSignature> {
    const key = JSON.stringify([targetKey(target), model, wanted]);
    const known = this.#signatures.get(key);
    if (known !== undefined) {
      return known;
    }
    const version = versionOf(this.#deps.store.get(model), target);
    const signature = await describeTarget(this.#requireClient(), model, version, {
      wanted,
      signaturesOf: (described) =>
        this.#deps.store.get(model)?.versions.find(({ number }) => number === described)?.signatures ?? [],
    });
    this.#signatures.set(key, signature);
    return signature;
  }

  async #send({ id, model, target, body, remember }: SendMessage): Promise<void> {
    const { translate, history } = this.#deps;
    if (remember) {
      history.add({ model, target, body }, Date.now());
      this.#feed.stateChanged();
    }
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      const outcome = await askTarget(
        translate,
        this.#requireClient(),
        { model, target, body },
        abort.signal,
      );
      this.#outcomes.set(id, outcome);
      for (const old of [...this.#outcomes.keys()].slice(0, -keptOutcomes)) {
        this.#outcomes.delete(old);
      }
      this.#deps.post({ type: 'answered', id, outcome });
    } catch (reason) {
      const message = reason instanceof Error ? reason.message : String(reason);
      this.#deps.post({ type: 'answered', id, outcome: { kind: 'refused', status: 'UNAVAILABLE', message } });
    } finally {
      this.#running.delete(id);
    }
  }

  async #snippet(kind: SnippetKind, model: string, target: PlaygroundTarget, body: string): Promise<string> {
    const { translate } = this.#deps;
    const info = this.#deps.endpoint();
    if (info === undefined) {
      throw new Error(translate('The Perch server is not running.'));
    }
    const { inputs } = await this.#signature(model, target, signatureNameOf(body));
    const { grpcAddress, restAddress } = info;
    return snippetOf(kind, { grpcAddress, restAddress, model, target, body, inputs });
  }

  async #save({ model, target, request, answer }: SaveMessage): Promise<void> {
    await this.#deps.run('perch.request.save', {
      model,
      ...(target.kind === 'version' ? { version: target.version } : {}),
      ...(target.kind === 'label' ? { label: target.label } : {}),
      request,
      ...(answer === '' ? {} : { answer }),
    });
  }

  #tellMeasurement(): void {
    const { view } = this.#measurement;
    if (view !== undefined && this.#isVisible && this.#isReady) {
      this.#deps.post({ type: 'measured', view });
    }
  }

  #requireClient(): AdminClient {
    const client = this.#deps.client();
    if (client === undefined) {
      throw new Error(this.#deps.translate('The Perch server is not running.'));
    }
    return client;
  }
}
