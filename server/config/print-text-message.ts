// Messages to protobuf text format, for configurations that did not come from a file.
import protobuf from 'protobufjs';
import textformat from 'protobufjs/ext/textformat.js';
import { rootJson } from '../../protos/gen/root-json.ts';
import type { MessageInput, MessageName } from '../../protos/messages.ts';

/** The message in text format. */
export function printTextMessage<K extends MessageName>(name: K, message: MessageInput<K>): string {
  const type = protobuf.Root.fromJSON(rootJson).lookupType(name);
  return textformat.toText(type, type.fromObject(message));
}
