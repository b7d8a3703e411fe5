// The messages of config files, from the project's own .proto files, and what their fields mean. Pure.
import { configJson } from '../../protos/gen/config-json.ts';
import { fieldDocs } from '../../protos/gen/field-docs.ts';
import { schemaFromJson, type ExtraField } from '../textproto/schema-from-json.ts';
import type { MessageSchema, Schema } from '../textproto/schema.ts';
import { configKindFacts, type ConfigKind } from './config-kind.ts';

const servedModel = 'tensorflow.serving.ModelConfig';

/** What the daemon takes beyond TF Serving's schema: the address, as users write it, and how versions change. */
const extraFields: readonly (ExtraField & { readonly doc: string })[] = [
  {
    message: servedModel,
    name: 'address',
    type: 'string',
    doc: 'The IP address that the server listens on; models that name one name the same. --bind_address wins over it. TensorFlow Serving itself refuses the field.',
  },
  {
    message: servedModel,
    name: 'aspired_version_policy',
    type: 'string',
    doc: 'How this model changes from one version to the next: availability-preserving loads the new one before the old one goes, resource-preserving unloads the old one first. Default: what --aspired_version_policy says. TensorFlow Serving itself refuses the field.',
  },
];

/** Of fields that no .proto file of this project has. */
const extraDocs: ReadonlyMap<string, string> = new Map([
  ...extraFields.map(({ message, name, doc }) => [`${message}.${name}`, doc] as const),
  ['google.protobuf.Int64Value.value', 'The number. Default 0.'],
  ['google.protobuf.BoolValue.value', 'true or false. Default false.'],
  ['google.protobuf.StringValue.value', 'The text. Default: empty.'],
  [
    'google.protobuf.Any.type_url',
    'The kind of the message: a URL that ends with a slash and its full name.',
  ],
  ['google.protobuf.Any.value', 'The bytes of the message.'],
]);

let all: Schema | undefined;

/** The message that files of this kind are. */
export function configSchema(kind: ConfigKind): MessageSchema {
  all ??= schemaFromJson(configJson, extraFields);
  const { message } = configKindFacts[kind];
  const schema = all.message(message);
  if (schema === undefined) {
    throw new Error(`protos/gen has no ${message}.`);
  }
  return schema;
}

/**
 * What a field, a message, an enum or a oneof of a config file means, by its full name (`package.Message.field_name`,
 * `package.Enum.VALUE`): a paragraph. Undefined where nothing is said of it.
 */
export function configDoc(fullName: string): string | undefined {
  return extraDocs.get(fullName) ?? (Object.hasOwn(fieldDocs, fullName) ? fieldDocs[fullName] : undefined);
}
