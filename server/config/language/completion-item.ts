// What completion offers: the shapes, and text that is made ready for snippets. Pure.
import type { Span } from '../../textproto/diagnostics.ts';
import type { Surroundings } from '../surroundings.ts';

/** For the icon. */
export type CompletionKind =
  | 'field'
  | 'message'
  | 'enumMember'
  | 'keyword'
  | 'value'
  | 'tensor'
  | 'model'
  | 'file'
  | 'folder'
  | 'snippet'
  | 'text';

/** One thing that can be written. */
export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** A snippet, with `$1` and `$0` for the places to go on. Lines end with \n and are indented relative to the first. */
  readonly insertText: string;
  /** What it takes the place of, on one line; the offset is in it or at its end. */
  readonly replace: Span;
  /** What editors compare with the text in `replace`. */
  readonly filterText: string;
  /** Items go in its order. */
  readonly sortText: string;
  /** A few words. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly isDeprecated?: boolean;
}

/** An entry of a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** What completion can know beside the text; all of it may be absent. */
export interface CompletionHelp {
  readonly around?: Surroundings;
  /** What the .proto files say of `package.Message.field` and `package.Enum.VALUE`. */
  readonly docs?: FieldDocs;
  /** What is in a directory, an absolute path with forward slashes. See `directoryWantedAt`. */
  readonly entries?: (directory: string) => readonly DirectoryEntry[];
}

/** The documentation of a field or an enum value, by its full name. */
export type FieldDocs = (fullName: string) => string | undefined;

/** `text` as snippets write it. */
export function snippetText(text: string): string {
  return text.replaceAll(/[\\$}]/g, '\\$&');
}

/** A place of a snippet where one of `choices` is picked. */
export function snippetChoice(stop: number, choices: readonly string[]): string {
  return `\${${stop}|${choices.map((choice) => choice.replaceAll(/[\\,|]/g, '\\$&')).join(',')}|}`;
}

/** A sort text: items of the same group stay in the order of `at`. */
export function sortKey(group: number, at: number): string {
  return `${group}${String(at).padStart(4, '0')}`;
}

/** The directory that a path being typed is in, with its slash; undefined where the path is not absolute. */
export function directoryTyped(path: string): string | undefined {
  return /^(?:[A-Za-z]:)?\//.test(path) ? path.slice(0, path.lastIndexOf('/') + 1) : undefined;
}
