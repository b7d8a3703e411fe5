// What kind of config file a document is: by the names that nothing else has, the language that was chosen, or a header.
import { configKindOf, type ConfigKind } from '../../server/config/config-kind.ts';
import { parseDocument } from '../../server/textproto/document.ts';
import { baseName, claimedFileNames, isCandidateName, textprotoLanguage } from './candidates.ts';

/** The claimed names of files that list models, for a search through the workspace. */
export const modelServerFileNames: readonly string[] = claimedFileNames.filter(
  (name) => configKindOf(name) === 'model-server',
);

/** The kind of a document; undefined where it is no config file. */
export function documentKind(file: string, languageId: string, text: string): ConfigKind | undefined {
  const isTextproto = languageId === textprotoLanguage;
  if (!isTextproto && !isCandidateName(file)) {
    return undefined;
  }
  const name = baseName(file);
  const { headers } = parseDocument(leadingComments(text));
  if (headers.protoMessage !== undefined) {
    return configKindOf(name, headers);
  }
  return isTextproto || claimedFileNames.includes(name) ? configKindOf(name) : undefined;
}

/** How far into a file its header is looked for, in UTF-16 units. */
const headerLimit = 10_000;

/** The lines before the first that is neither empty nor a comment. */
function leadingComments(text: string): string {
  return /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:[ \t]*#[^\n]*)?/.exec(text.slice(0, headerLimit))?.[0] ?? '';
}
