// The top of the playground: which model and version is asked, and the button that sends.
import type { TargetSignature } from '../../playground/exchange.ts';
import type { PlaygroundModel, PlaygroundSnapshot } from '../../playground/snapshot.ts';
import { targetKey } from '../../playground/target.ts';
import { element, setText } from '../dom.ts';
import { makeIcon } from '../icons.ts';
import { makeButton } from '../toolkit.ts';
import { selectField, type Option } from './controls.ts';
import { say, type PageContext } from './page-context.ts';

/** What the bar tells its page. */
export interface TargetBarParts {
  onModel(model: string): void;
  onTarget(key: string): void;
  onSignature(name: string): void;
  send(): void;
  cancel(): void;
  start(): void;
}

/** What the bar shows beside the snapshot. */
export interface TargetBarState {
  readonly model: string;
  readonly target: string;
  /** Undefined while it is not known. */
  readonly signature: Pick<TargetSignature, 'name' | 'choices' | 'hasExampleSignatures'> | undefined;
  readonly isWaiting: boolean;
  readonly canSend: boolean;
}

/** The bar. */
export interface TargetBar {
  readonly root: HTMLElement;
  update(snapshot: PlaygroundSnapshot, state: TargetBarState): void;
}

/** Makes the bar, empty. */
export function targetBar(context: PageContext, parts: TargetBarParts): TargetBar {
  const { words } = context;
  const model = selectField<string>(words.model, (name) => parts.onModel(name));
  const target = selectField<string>(words.target, (key) => parts.onTarget(key));
  const signature = selectField<string>(words.signature, (name) => parts.onSignature(name));
  const send = makeButton('primary', () => {
    if (!send.hasAttribute('disabled')) {
      parts.send();
    }
  });
  send.append(words.send);
  send.setAttribute('title', words.sendKeys);
  const cancel = makeButton('secondary', () => parts.cancel());
  cancel.append(words.cancel);
  const start = makeButton('secondary', () => parts.start());
  start.append(words.startServer);
  const routing = element('p', { class: 'secondary routing' });
  const examples = element('p', { class: 'secondary' }, words.exampleSignatures);
  const obstacle = element('bdi');
  const obstacleLine = element('p', { class: 'state obstacle' }, makeIcon('warning'), obstacle, start);
  return {
    root: element(
      'header',
      {},
      element('h1', { class: 'spoken' }, words.heading),
      element('div', { class: 'bar' }, model.root, target.root, signature.root, send, cancel),
      routing,
      examples,
      obstacleLine,
    ),
    update: (snapshot, state) => {
      const known = snapshot.models.find(({ name }) => name === state.model);
      model.set(
        snapshot.models.map(({ name }) => ({ value: name, text: name })),
        state.model,
      );
      target.set(targetOptions(context, known), state.target);
      const choices = state.signature?.choices ?? [];
      signature.set(
        choices.map((value) => ({ value, text: value })),
        state.signature?.name ?? '',
      );
      signature.root.hidden = choices.length === 0;
      examples.hidden = state.signature?.hasExampleSignatures !== true;
      model.select.disabled = snapshot.models.length === 0;
      target.select.disabled = known === undefined;
      setText(
        routing,
        state.target === 'routed' && known !== undefined ? say(context, 'routedTo', known.routing) : '',
      );
      routing.hidden = routing.textContent === '';
      setText(obstacle, snapshot.obstacle !== '' ? snapshot.obstacle : words.noModels);
      obstacleLine.hidden = snapshot.obstacle === '' && snapshot.models.length > 0;
      start.hidden = !snapshot.canStart;
      send.toggleAttribute('disabled', !state.canSend || state.isWaiting);
      cancel.hidden = !state.isWaiting;
    },
  };
}

/** The targets of a model, as the bar and the comparison offer them. */
export function targetOptions(
  context: PageContext,
  model: PlaygroundModel | undefined,
): readonly Option<string>[] {
  const { words } = context;
  return [
    { value: 'routed', text: words.asRouted },
    ...(model?.labels ?? []).map(({ label, version }) => ({
      value: targetKey({ kind: 'label', label }),
      text: say(context, 'labelTarget', label, version),
      group: words.labels,
    })),
    ...(model?.versions ?? []).map((version) => ({
      value: targetKey({ kind: 'version', version }),
      text: say(context, 'versionTarget', version),
      group: words.versions,
    })),
  ];
}

/** Whether what can be asked of a model has changed, so that its signature may be another. */
export function isNews(before: PlaygroundSnapshot, next: PlaygroundSnapshot, name: string): boolean {
  const of = ({ models, obstacle }: PlaygroundSnapshot): string => {
    const { versions, labels } = models.find((model) => model.name === name) ?? {};
    return JSON.stringify([obstacle, versions, labels]);
  };
  return of(before) !== of(next);
}
