// What a snippet is made of, and the parts that several of them have. No vscode in here.
import type { TensorFacts } from '../../webview/playground/check-input.ts';
import type { PlaygroundTarget } from '../../webview/playground/target.ts';

/** A request, and where it goes. */
export interface SnippetInput {
  /** host:port. */
  readonly grpcAddress: string;
  /** host:port, or a URL of that; empty where REST is off. */
  readonly restAddress: string;
  readonly model: string;
  readonly target: PlaygroundTarget;
  /** The body for `:predict`, JSON. */
  readonly body: string;
  /** What the model takes. */
  readonly inputs: readonly TensorFacts[];
}

/** Longer bodies are read from a file: a command line has an end, and an editor too. UTF-16 units. */
export const maxInline = 64_000;

/** The file that a snippet reads where the body is longer than that. */
export const bodyFile = 'request.json';

/** `http://127.0.0.1:8501/v1/models/digits/versions/2:predict`. */
export function predictUrl({
  restAddress,
  model,
  target,
}: Pick<SnippetInput, 'restAddress' | 'model' | 'target'>): string {
  const base = restAddress.includes('://') ? restAddress : `http://${restAddress}`;
  return `${base}/v1/models/${encodeURIComponent(model)}${pathOf(target)}:predict`;
}

function pathOf(target: PlaygroundTarget): string {
  switch (target.kind) {
    case 'routed':
      return '';
    case 'version':
      return `/versions/${target.version}`;
    case 'label':
      return `/labels/${encodeURIComponent(target.label)}`;
  }
}

/** A word for a POSIX shell, quoted so that nothing in it can be taken for its syntax. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A string literal of Python. JSON's is one, but for surrogates that stand alone. */
export function pythonString(text: string): string {
  return JSON.stringify(text);
}
