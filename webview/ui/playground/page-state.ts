// What the playground keeps while it is hidden, and over a reload of the window: where the user is and what is half typed.
import { isArrayOf, isObject, isOneOf, isString, type Guard } from '../../guards.ts';
import { isMeasurePlan, type MeasurePlan } from '../../playground/measure.ts';
import { snippetKinds, type SnippetKind } from '../../playground/protocol.ts';
import { requestViews, type RequestView } from './request-editor.ts';

/** What is shown beside the request. */
export const pageModes = ['answer', 'compare', 'measure'] as const;
export type PageMode = (typeof pageModes)[number];

/** The state. Targets are kept as their keys. */
export interface PageState {
  readonly model: string;
  readonly target: string;
  /** The name of the signature; empty for that of requests which name none. */
  readonly signature: string;
  /** The target that is compared with. */
  readonly second: string;
  /** The request's JSON; empty where it holds data, or is large. */
  readonly body: string;
  readonly view: RequestView;
  readonly mode: PageMode;
  readonly snippet: SnippetKind;
  readonly plan: MeasurePlan;
  /** The last requests: the one of the answer, and the two that are compared. Empty for none. */
  readonly ids: readonly string[];
}

/** More than this is not kept, UTF-16 units. */
export const maxKeptBody = 60_000;

const isPageState: Guard<PageState> = isObject<PageState>({
  model: isString,
  target: isString,
  signature: isString,
  second: isString,
  body: isString,
  view: isOneOf(requestViews),
  mode: isOneOf(pageModes),
  snippet: isOneOf(snippetKinds),
  plan: isMeasurePlan,
  ids: isArrayOf(isString),
});

/** What was kept, or how the page begins. */
export function pageStateOf(kept: unknown): PageState {
  return isPageState(kept)
    ? kept
    : {
        model: '',
        target: 'routed',
        signature: '',
        second: '',
        body: '',
        view: 'form',
        mode: 'answer',
        snippet: 'curl',
        plan: { rate: 0, concurrency: 4, seconds: 10 },
        ids: ['', '', ''],
      };
}
