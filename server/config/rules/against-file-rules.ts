// The files that a config.pbtxt speaks of, and whether they lie beside it. Pure.
import { quote, type Fix } from '../../textproto/diagnostics.ts';
import { insertField } from '../../textproto/edit.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import { suggest } from '../../textproto/suggest.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { ModelDirectoryFacts, VersionFacts } from '../surroundings.ts';
import type { TellModel } from './against-comparison.ts';
import { writeInstead } from './rule-fixes.ts';
import type { Placed, RuleMessage } from './rule-tree.ts';

/** More names are not compared with a misspelt one. */
const suggestLimit = 500;

/** The directory in which Triton looks for the data of warm-up requests. */
export const warmupDirectory = 'warmup';

/** Labels of outputs, and the data of warm-up requests. */
export function fileRules(root: RuleMessage, directory: ModelDirectoryFacts, tell: TellModel): void {
  const { files } = directory;
  const candidates = files.size > suggestLimit ? [] : [...files];
  for (const output of root.messages('output')) {
    const name = output.text('label_filename');
    if (name !== undefined && isMissing(name.value, '', files)) {
      const labels = candidates.filter((file) => !file.includes('/') && !file.endsWith('.pbtxt'));
      tell(
        'model/label-file',
        name.at,
        `There is no ${quote(name.value)} in the model's directory.`,
        nearestFixes(name, labels),
      );
    }
  }
  const prefix = `${warmupDirectory}/`;
  const data = candidates.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  for (const request of root.messages('model_warmup')) {
    for (const { value: input } of request.messageEntries('inputs')) {
      const name = input.text('input_data_file');
      if (name !== undefined && isMissing(name.value, prefix, files)) {
        tell(
          'model/warm-up-file',
          name.at,
          `There is no ${quote(name.value)} in the directory ${warmupDirectory} of the model.`,
          nearestFixes(name, data),
        );
      }
    }
  }
}

/** Whether a file in the model's directory is named and not there. Of paths that lead out of it nothing is known. */
function isMissing(name: string, prefix: string, files: ReadonlySet<string>): boolean {
  const path = plainPath(name);
  return path !== undefined && !files.has(prefix + path);
}

/** A relative path in the form of ModelDirectoryFacts.files; undefined for others. */
export function plainPath(path: string): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '.' && segment !== '');
  const isInside = !/^[/\\]|^[A-Za-z]:/.test(path) && !segments.includes('..');
  return isInside && segments.length > 0 ? segments.join('/') : undefined;
}

function nearestFixes(name: Placed<string>, files: readonly string[]): readonly Fix[] {
  const nearest = suggest(name.value, files) ?? (files.length === 1 ? files[0] : undefined);
  return nearest === undefined ? [] : writeInstead(name, stringLiteral(nearest));
}

/** Whether the version that counts has its model file, and a whole one. */
export function modelFileRule(
  document: Document,
  root: RuleMessage,
  { number, files, problem, signature }: VersionFacts,
  tell: TellModel,
): void {
  if (signature !== undefined) {
    return;
  }
  const name = root.text('default_model_filename');
  const models = files.filter((file) => file.endsWith('.onnx')).slice(0, suggestLimit);
  if (name !== undefined && name.value !== '' && !files.includes(name.value)) {
    const message = `Version ${number} has no file ${quote(name.value)}.`;
    tell('model/model-file', name.at, message, nearestFixes(name, models));
  } else if (problem !== undefined) {
    const [only] = models;
    const isOther = name?.value === '' && only !== undefined && models.length === 1 && only !== 'model.onnx';
    const edits = isOther
      ? insertField(document, [], { name: 'default_model_filename', value: { kind: 'string', value: only } })
      : undefined;
    const fixes = edits === undefined ? [] : [{ title: `Take ${only ?? ''} for the model file`, edits }];
    tell('model/model-file', name?.at ?? root.place, `Version ${number}: ${problem}`, fixes);
  }
}
