// Golden requests as a file has them: what a canary must still answer as before. No vscode in here.
import type { Translate } from '../translate.ts';
import type { Parsed } from './canary-plan.ts';

/** A request, and the answer that must come; both as JSON for `:predict`. */
export interface Golden {
  readonly name: string;
  readonly request: string;
  readonly response: string;
  /** Largest difference of a number; undefined: the daemon's. */
  readonly tolerance: number | undefined;
}

/** Reads a JSON array of `{"name", "request", "response", "tolerance"}`, as `perch canary start --golden` does. */
export function parseGolden(t: Translate, text: string): Parsed<readonly Golden[]> {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (reason) {
    return problem(t('This is no JSON: {0}', reason instanceof Error ? reason.message : String(reason)));
  }
  if (!Array.isArray(entries) || entries.length === 0) {
    return problem(t('This is no list of golden requests.'));
  }
  const list: readonly unknown[] = entries;
  const golden: Golden[] = [];
  for (const [index, entry] of list.entries()) {
    const fields = new Map<string, unknown>(isJsonObject(entry) ? Object.entries(entry) : []);
    const [name, tolerance] = [fields.get('name'), fields.get('tolerance')];
    const [request, response] = [fields.get('request'), fields.get('response')];
    if (!isJsonObject(request) || !isJsonObject(response)) {
      return problem(t('Entry {0} has no "request" and "response".', index + 1));
    }
    if (tolerance !== undefined && !(typeof tolerance === 'number' && tolerance >= 0)) {
      return problem(t('The "tolerance" of entry {0} is no number of 0 or more.', index + 1));
    }
    golden.push({
      name: typeof name === 'string' && name !== '' ? name : t('golden request {0}', index + 1),
      request: JSON.stringify(request),
      response: JSON.stringify(response),
      tolerance,
    });
  }
  return { kind: 'value', value: golden };
}

function isJsonObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function problem(text: string): { readonly kind: 'problem'; readonly text: string } {
  return { kind: 'problem', text };
}
