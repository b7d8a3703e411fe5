// What `perch.request.save` was called with, and where the file goes. No vscode in here.
import type { NewRequestFile } from '../../server/config/golden/print-request-file.ts';
import { requestFileEnding } from '../../server/config/golden/request-file.ts';

/** A request to keep, and where if that is known: a path in the workspace folder. */
export interface RequestToSave extends NewRequestFile {
  readonly file: string | undefined;
}

/** Reads the argument of the command, which can be called with anything; undefined where it has no model or no request. */
export function toSave(argument: unknown): RequestToSave | undefined {
  const fields = new Map<string, unknown>(
    typeof argument === 'object' && argument !== null ? Object.entries(argument) : [],
  );
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [model, request, version] = [text('model'), text('request'), text('version')];
  if (model === undefined || request === undefined) {
    return undefined;
  }
  return {
    model,
    request,
    version: version !== undefined && /^[1-9]\d*$/.test(version) ? version : undefined,
    label: version === undefined ? text('label') : undefined,
    name: text('name'),
    answer: text('answer'),
    file: text('file'),
  };
}

/** The path in its plain form, with `/`; undefined where it is none within the folder, or of no request file. */
export function requestPath(text: string): string | undefined {
  const steps = text
    .trim()
    .split(/[\\/]+/)
    .filter((step) => step !== '' && step !== '.');
  const last = steps.at(-1) ?? '';
  const isInside = !/^(?:[\\/]|[a-z]:)/i.test(text.trim()) && !steps.includes('..');
  return isInside && last.endsWith(requestFileEnding) && last !== requestFileEnding
    ? steps.join('/')
    : undefined;
}
