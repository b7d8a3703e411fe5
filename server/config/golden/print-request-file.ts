// Writes a request file, and puts another expected answer into one, of which all else stays as it is. Pure.
import { printJson } from './print-json.ts';
import type { RequestFile } from './request-file.ts';

/** What a new request file says. JSON parts are TensorFlow Serving's. */
export interface NewRequestFile {
  readonly model: string;
  /** In decimal. */
  readonly version?: string | undefined;
  readonly label?: string | undefined;
  readonly name?: string | undefined;
  readonly request: string;
  readonly answer?: string | undefined;
}

/** A replacement: offsets in UTF-16 units. */
export interface TextReplacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text of a new request file.
 * @throws PerchError JSON_INVALID, JSON_TOO_DEEP for a request or an answer that is no JSON
 */
export function printRequestFile({ model, version, label, name, request, answer }: NewRequestFile): string {
  const members = [
    `"model": ${JSON.stringify(model)}`,
    ...(version === undefined ? [] : [`"version": ${version}`]),
    ...(label === undefined ? [] : [`"label": ${JSON.stringify(label)}`]),
    ...(name === undefined ? [] : [`"name": ${JSON.stringify(name)}`]),
    `"request": ${printJson(request, 2)}`,
    ...(answer === undefined ? [] : [`"expect": {\n    "answer": ${printJson(answer, 4)}\n  }`]),
  ];
  return `{\n  ${members.join(',\n  ')}\n}\n`;
}

/**
 * What to replace so that `answer` is the expected one; a tolerance that is there stays. `text` is that of `file`.
 * @throws PerchError JSON_INVALID, JSON_TOO_DEEP
 */
export function expectAnswer(text: string, { places }: RequestFile, answer: string): TextReplacement {
  if (places.answer !== undefined) {
    const line = text.slice(text.lastIndexOf('\n', places.answer.start) + 1, places.answer.start);
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    return { ...places.answer, text: printJson(answer, indent) };
  }
  const { end } = places.request.value;
  return { start: end, end, text: `,\n  "expect": {\n    "answer": ${printJson(answer, 4)}\n  }` };
}
