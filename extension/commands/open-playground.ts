// "Open Playground": ask a model, compare its versions, measure it.
import { openingOf } from '../panels/playground/playground-argument.ts';
import type { Services } from './services.ts';

/** `argument`: a row of the tree, or `{model, version?, label?, request?}`; without one, with what was shown before. */
export function openPlayground({ playground }: Services, argument?: unknown): void {
  playground.show(openingOf(argument));
}
