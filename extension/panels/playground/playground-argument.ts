// What `perch.playground.open` was called with: a row of the tree, or a model and more. No vscode in here.
import { isTarget, type PlaygroundTarget } from '../../../webview/playground/target.ts';

/** What to open the playground with. */
export interface PlaygroundOpening {
  readonly model: string;
  readonly target: PlaygroundTarget;
  /** A body for `:predict`; empty: none. */
  readonly request: string;
}

/** Reads `{kind, model, version?}` or `{model, version?, label?, request?}`; undefined where no model is named. */
export function openingOf(argument: unknown): PlaygroundOpening | undefined {
  const fields = new Map<string, unknown>(
    typeof argument === 'object' && argument !== null ? Object.entries(argument) : [],
  );
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  const [model, version, label] = [text('model'), text('version'), text('label')];
  if (model === '') {
    return undefined;
  }
  const named: unknown = version === '' ? { kind: 'label', label } : { kind: 'version', version };
  const target: PlaygroundTarget =
    (version !== '' || label !== '') && isTarget(named) ? named : { kind: 'routed' };
  return { model, target, request: text('request') };
}
