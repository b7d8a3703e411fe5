// What to say about a field that a message does not have.
import { quote, replaceFix, type Report } from './diagnostics.ts';
import type { MessageSchema } from './schema.ts';
import { suggest } from './suggest.ts';
import type { FieldName } from './syntax-tree.ts';

/** After so many unknown fields the file is of another kind, and looking for what was meant is a waste of time. */
const suggestionLimit = 1000;

export class UnknownFields {
  private readonly report: Report;
  private readonly root: MessageSchema;
  /** By field name: the messages below the root that have it. Made when it is first asked for. */
  private homes: Map<string, string[]> | undefined;
  private suggestions = 0;

  constructor(root: MessageSchema, report: Report) {
    this.root = root;
    this.report = report;
  }

  /** Reports that `message` has no field `name`, with what was meant, as far as that can be told. */
  reject(name: FieldName, message: MessageSchema): void {
    const begin = `${shortName(message.fullName)} has no field ${quote(name.text)}`;
    this.suggestions++;
    if (this.suggestions > suggestionLimit) {
      this.report('textproto/unknown-field', name, `${begin}.`);
      return;
    }
    const meant = suggest(name.text, [...message.fields.keys()]);
    const homes = this.homesOf(name.text);
    if (homes.length > 0 && meant?.replaceAll('_', '') !== name.text.toLowerCase().replaceAll('_', '')) {
      const shown = homes.slice(0, 3).map(shortName).join(', ');
      this.report('textproto/unknown-field', name, `${begin}; that is a field of ${shown}.`);
      return;
    }
    if (meant === undefined) {
      const known = [...message.fields.keys()].slice(0, 8).join(', ');
      this.report('textproto/unknown-field', name, `${begin}${known === '' ? '' : `; it has ${known}`}.`);
      return;
    }
    const fix = replaceFix(`Change to ${meant}`, name, meant);
    this.report('textproto/unknown-field', name, `${begin}; did you mean ${meant}?`, fix);
  }

  private homesOf(field: string): readonly string[] {
    this.homes ??= homesBelow(this.root);
    return this.homes.get(field) ?? [];
  }
}

/** The messages that can be in a message of type `root`, itself included, by the fields that they have. */
function homesBelow(root: MessageSchema): Map<string, string[]> {
  const homes = new Map<string, string[]>();
  const seen = new Set([root]);
  for (const message of seen) {
    for (const { name, type } of message.fields.values()) {
      const known = homes.get(name) ?? [];
      known.push(message.fullName);
      homes.set(name, known);
      if (type.kind === 'message') {
        seen.add(type.message);
      }
    }
  }
  return homes;
}

function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}
