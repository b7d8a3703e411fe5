// What the sources of values have to go by: the place, the text around it, and what lies on disk. Pure.
import type { PlainMessage } from '../../textproto/plain-message.ts';
import type { Document, Field, MessageValue } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import type { Surroundings } from '../surroundings.ts';
import type { CompletionHelp, CompletionKind } from './completion-item.ts';
import type { Frame, ValuePlace } from './cursor.ts';
import { isBatchable, newestSignature, type SignedVersion } from './model-facts.ts';
import type { OnnxSignature } from '../../models/onnx-signature.ts';
import { elementsOf, fieldOf, messagesOf, stringField, textOf } from './typed-tree.ts';

/** A value that can be written. */
export interface ValueOption {
  /** Of a string its content, else as it is written. */
  readonly text: string;
  readonly kind: CompletionKind;
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  /** Where it differs from `text`. */
  readonly label?: string;
}

export interface ValueContext {
  readonly document: Document;
  readonly kind: ConfigKind;
  readonly place: ValuePlace;
  readonly help: CompletionHelp;
  readonly around: Surroundings;
}

/** The newest version next to a config.pbtxt whose model could be read. */
export function signatureHere({ around }: ValueContext): SignedVersion | undefined {
  return newestSignature(around.directory);
}

/** The message `up` levels out of the one at the offset. */
export function outer({ place }: ValueContext, up: number): Frame | undefined {
  return place.frames.at(-1 - up);
}

/** The string that the message at the offset, or one around it, has in field `name`. */
export function siblingText(context: ValueContext, name: string, up = 0): string | undefined {
  return stringField(context.document.text, outer(context, up)?.body, name);
}

/** What the field at the offset has already, as it is written, strings without quotes; but not what is being written. */
export function otherElements({ document, place }: ValueContext): ReadonlySet<string> {
  const fields = place.frame.body?.fields ?? [];
  const own = fields.filter(({ name }) => name.text === place.field.name);
  return writtenIn(document, own, place.replace.start);
}

/** The values of `fields`, as they are written, strings without quotes; but not the one at `except`. */
export function writtenIn(document: Document, fields: readonly Field[], except: number): ReadonlySet<string> {
  const { text } = document;
  const values = fields.flatMap((field) => elementsOf(field));
  return new Set(
    values
      .filter(({ start, end }) => except < start || except > end)
      .map((value) => textOf(text, value) ?? text.slice(value.start, value.end)),
  );
}

/** The strings that the messages of the file's field `list` have in their field `name`; but not the one at the offset. */
export function namesInFile(
  { document, place }: ValueContext,
  list: string,
  name: string,
): ReadonlySet<string> {
  const fields = messagesNamed(document.root, list).flatMap((message) => fieldOf(message, name) ?? []);
  return writtenIn(document, fields, place.replace.start);
}

/** The messages of a message's field `name`. */
export function messagesNamed(body: MessageValue, name: string): readonly MessageValue[] {
  return body.fields.filter((field) => field.name.text === name).flatMap((field) => messagesOf(field));
}

/** The config of the model that the step at the offset runs. */
export function stepConfig(context: ValueContext): PlainMessage | undefined {
  const name = siblingText(context, 'model_name', 1);
  return name === undefined ? undefined : context.around.otherModels?.get(name);
}

/** Whether the dims of the file leave out a batch dimension that the model has. */
export function isBatchedHere({ root }: Document, signature: OnnxSignature): boolean {
  const size = fieldOf(root, 'max_batch_size')?.value;
  return isBatchable(signature) && size?.kind === 'number' && !size.negative && /[1-9]/.test(size.text);
}
