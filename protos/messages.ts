// Messages and services of protos/ at run time: codecs, what grpc-js needs for servers and clients, and reflection data.
import protobuf from 'protobufjs/light.js';
import { files } from './gen/files.ts';
import type { MessageTypes } from './gen/message-types.ts';
import { rootJson } from './gen/root-json.ts';
import { services } from './gen/services.ts';

/** Full name of a message that is not nested in another, such as `tensorflow.serving.PredictRequest`. */
export type MessageName = keyof MessageTypes;

/** What `encode` takes: every field optional, 64-bit integers as number or decimal string, enums by name or number. */
export type MessageInput<K extends MessageName> = MessageTypes[K]['input'];

/**
 * What `decode` gives: every field there, with its default where the bytes have none; 64-bit integers as decimal
 * strings, enums by name (by number where the number has no name), bytes as Buffer. Absent: the members of a oneof but
 * for the one that is set, which the oneof's own property names. Null: other messages that are not set.
 * Keys of maps come from outside: read them with Object.entries, and make them with Object.fromEntries.
 */
export type MessageOutput<K extends MessageName> = MessageTypes[K]['output'];

export interface MessageCodec<K extends MessageName> {
  /**
   * Throws TypeError where a message is expected and something else came. Other values are converted without a word:
   * an unknown enum name is left out, and a string in a field of bytes is taken as base64.
   */
  readonly encode: (message: MessageInput<K>) => Buffer;
  /** Throws Error if the bytes are no such message. Fields that it does not know are left out. */
  readonly decode: (bytes: Uint8Array) => MessageOutput<K>;
}

/** Full name of a service, such as `tensorflow.serving.PredictionService`. */
export type ServiceName = keyof typeof services;

interface MethodShape {
  readonly request: MessageName;
  readonly requestStream: boolean;
  readonly response: MessageName;
  readonly responseStream: boolean;
}

/** One method, as a `MethodDefinition` of grpc-js, and the names of its messages. */
export interface ServiceMethod<M extends MethodShape> {
  /** `/<service>/<method>`. */
  readonly path: string;
  /** With a small first letter: the second name under which clients have the method. */
  readonly originalName: string;
  readonly request: M['request'];
  readonly requestStream: M['requestStream'];
  readonly response: M['response'];
  readonly responseStream: M['responseStream'];
  readonly requestSerialize: MessageCodec<M['request']>['encode'];
  readonly requestDeserialize: MessageCodec<M['request']>['decode'];
  readonly responseSerialize: MessageCodec<M['response']>['encode'];
  readonly responseDeserialize: MessageCodec<M['response']>['decode'];
}

/** The methods of a service by name. */
export type ServiceMethods<S extends ServiceName> = {
  readonly [M in keyof (typeof services)[S]]: (typeof services)[S][M] extends MethodShape
    ? ServiceMethod<(typeof services)[S][M]>
    : never;
};

/** A .proto file for server reflection. */
export interface FileDescriptor {
  /** As imports have it: `tensorflow_serving/apis/predict.proto`. */
  readonly name: string;
  /** Names of the files that it imports itself. */
  readonly dependencies: readonly string[];
  /** A serialized google.protobuf.FileDescriptorProto. */
  readonly bytes: Uint8Array;
}

/** All .proto files, those of google/protobuf that are imported included. */
export interface FileDescriptors {
  readonly files: ReadonlyMap<string, FileDescriptor>;
  /** Full name of a service, method, message or enum (nested ones too), and the name of the file that defines it. */
  readonly symbols: ReadonlyMap<string, string>;
}

let root: protobuf.Root | undefined;

/** Made at the first use, since it takes some 10 ms. */
function messageType(name: MessageName): protobuf.Type {
  root ??= protobuf.Root.fromJSON(rootJson);
  return root.lookupType(name);
}

/** Those that the types in gen/ were generated with. */
const outputOptions = { longs: String, enums: String, defaults: true, oneofs: true };

/** Encodes and decodes the messages of one name. Bytes in what `decode` gives are views into what it was given. */
export function messageCodec<K extends MessageName>(name: K): MessageCodec<K> {
  // Looked up at the first use: services are made when a program starts, and most of their messages are used later or never.
  let type: protobuf.Type | undefined;
  const known = (): protobuf.Type => (type ??= messageType(name));
  return {
    encode: (message) => viewOf(known().encode(known().fromObject(message)).finish()),
    decode: (bytes) => known().toObject(known().decode(viewOf(bytes)), outputOptions),
  };
}

/** The methods of a service: what `Server.addService` and `makeGenericClientConstructor` of grpc-js take. */
export function serviceMethods<S extends ServiceName>(name: S): ServiceMethods<S> {
  const methods = Object.entries<MethodShape>(services[name]).map(([method, shape]) => {
    const request = messageCodec(shape.request);
    const response = messageCodec(shape.response);
    return [
      method,
      {
        ...shape,
        path: `/${name}/${method}`,
        originalName: method.charAt(0).toLowerCase() + method.slice(1),
        requestSerialize: request.encode,
        requestDeserialize: request.decode,
        responseSerialize: response.encode,
        responseDeserialize: response.decode,
      },
    ] as const;
  });
  return Object.fromEntries(methods) as ServiceMethods<S>;
}

/** What server reflection answers from. */
export function fileDescriptors(): FileDescriptors {
  return {
    files: new Map(
      files.map(({ name, dependencies, base64 }) => [
        name,
        { name, dependencies, bytes: Buffer.from(base64, 'base64') },
      ]),
    ),
    symbols: new Map(files.flatMap(({ name, symbols }) => symbols.map((symbol) => [symbol, name] as const))),
  };
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
