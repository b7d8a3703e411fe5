// protobufjs as the judge: what it takes, and the bytes of what it takes.
import assert from 'node:assert/strict';
import protobuf from 'protobufjs';
import textformat from 'protobufjs/ext/textformat.js';
import { rootJson } from '../../../../protos/gen/root-json.ts';
import { decodeMessage } from '../../../../server/textproto/decode.ts';
import type { Diagnostic } from '../../../../server/textproto/diagnostics.ts';
import { parseDocument } from '../../../../server/textproto/document.ts';
import type { PlainMessage, PlainValue } from '../../../../server/textproto/plain-message.ts';
import { schemaFromJson } from '../../../../server/textproto/schema-from-json.ts';
import type { MessageSchema } from '../../../../server/textproto/schema.ts';

const root = protobuf.Root.fromJSON(rootJson).resolveAll();

export const schema = schemaFromJson(rootJson);

/** The schema of a message that there is. */
export function messageSchema(name: string): MessageSchema {
  const message = schema.message(name);
  if (message === undefined) {
    throw new Error(`no message ${name}`);
  }
  return message;
}

/** All that the core says about a text. */
export function check(
  name: string,
  text: string,
): { readonly value: PlainMessage; readonly diagnostics: readonly Diagnostic[] } {
  const document = parseDocument(text);
  const { value, diagnostics } = decodeMessage(document, messageSchema(name));
  return { value, diagnostics: [...document.diagnostics, ...diagnostics] };
}

export function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === 'error');
}

/** What protobufjs makes of a text: the message, or undefined if it refuses it. */
export function judge(name: string, text: string): protobuf.Message | undefined {
  try {
    return textformat.fromText(root.lookupType(name), text);
  } catch {
    return undefined;
  }
}

/** The message as protos/messages.ts shows it. */
export function plainOf(name: string, message: protobuf.Message): object {
  return root
    .lookupType(name)
    .toObject(message, { longs: String, enums: String, oneofs: true, defaults: true });
}

export function bytesOf(name: string, message: protobuf.Message): string {
  return Buffer.from(root.lookupType(name).encode(message).finish()).toString('hex');
}

/** The bytes of a decoded message. */
export function bytesOfValue(name: string, value: PlainMessage): string {
  return bytesOf(name, root.lookupType(name).fromObject(asObject(messageSchema(name), value)));
}

/** A decoded message with objects for Maps, and bytes for the messages in Any. */
export function asObject(type: MessageSchema, value: PlainMessage): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of type.fields.values()) {
    const { property, type: fieldType } = field;
    const given = value[property];
    const convert = (one: PlainValue | undefined): unknown =>
      fieldType.kind === 'message' && isMessage(one) ? asObject(fieldType.message, one) : one;
    if (given === undefined) {
      continue;
    }
    if (given instanceof Map) {
      out[property] = Object.fromEntries(
        [...(given as ReadonlyMap<string, PlainValue>)].map(([key, one]) => [key, convert(one)]),
      );
    } else if (Array.isArray(given)) {
      out[property] = given.map(convert);
    } else if (type.fullName === 'google.protobuf.Any' && property === 'value' && isMessage(given)) {
      const { type_url: url } = value;
      assert.ok(typeof url === 'string');
      const embedded = messageSchema(url.slice(url.lastIndexOf('/') + 1));
      const fields = asObject(embedded, given);
      const content = root.lookupType(embedded.fullName);
      out[property] = content.encode(content.fromObject(fields)).finish();
    } else {
      out[property] = convert(given);
    }
  }
  for (const { property } of type.oneofs) {
    const which = value[property];
    if (which !== undefined) {
      out[property] = which;
    }
  }
  return out;
}

function isMessage(value: PlainValue | undefined): value is PlainMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Map) &&
    !(value instanceof Uint8Array)
  );
}
