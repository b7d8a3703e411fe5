// Reads MetaGraphDef: the graph, its functions, signatures, assets and the names of the ops that restore and initialise.
import { PerchError } from '../../../errors.ts';
import { delimited, FileReader } from './file-reader.ts';
import { readFunction, readNode, readOp } from './graph-def.ts';
import { emptySignature, readAsset, readSignature } from './signature-def.ts';
import type {
  AssetMessage,
  FunctionMessage,
  MetaGraph,
  NodeMessage,
  OpMessage,
  SaverMessage,
  SignatureMessage,
} from './messages.ts';

const metaGraphTags = {
  info: delimited(1),
  graph: delimited(2),
  saver: delimited(3),
  collection: delimited(4),
  signature: delimited(5),
  asset: delimited(6),
} as const;

const infoTags = { ops: delimited(2), tag: delimited(4), tensorflowVersion: delimited(5) } as const;
const opListTags = { op: delimited(1) } as const;
const graphTags = { node: delimited(1), library: delimited(2) } as const;
const libraryTags = { function: delimited(1) } as const;
const saverTags = { filenameTensorName: delimited(1), restoreOpName: delimited(3) } as const;
const collectionTags = { nodeList: delimited(1), anyList: delimited(5) } as const;
const listTags = { value: delimited(1) } as const;
const anyTags = { value: delimited(2) } as const;

const initOpKey = '__saved_model_init_op';
const mainOpCollection = 'saved_model_main_op';
const legacyInitOpCollection = 'legacy_init_op';
const assetsCollection = 'saved_model_assets';

/** A collection as far as it is read: names of nodes, and assets. */
interface Collection {
  readonly nodes: readonly string[];
  readonly assets: readonly AssetMessage[];
}

const emptyCollection: Collection = { nodes: [], assets: [] };

/** Reads the MetaGraphDef that follows. Throws SAVED_MODEL_INVALID where two functions have the same name, or there is not one init op. */
export function readMetaGraph(reader: FileReader): MetaGraph {
  const tags: string[] = [];
  let tensorflowVersion = '';
  const ops = new Map<string, OpMessage>();
  const nodes: NodeMessage[] = [];
  const functions = new Map<string, FunctionMessage>();
  let saver: SaverMessage | undefined;
  const signatures = new Map<string, SignatureMessage>();
  const assets: AssetMessage[] = [];
  const collections = new Map<string, Collection>();

  const readOps = (tag: number): void => {
    if (tag === opListTags.op) {
      const op = readOp(reader);
      ops.set(op.name, op);
    } else {
      reader.skip(tag);
    }
  };
  const readInfo = (tag: number): void => {
    switch (tag) {
      case infoTags.ops:
        reader.message(readOps);
        break;
      case infoTags.tag:
        tags.push(reader.countedString());
        break;
      case infoTags.tensorflowVersion:
        tensorflowVersion = reader.string();
        break;
      default:
        reader.skip(tag);
    }
  };
  const readLibrary = (tag: number): void => {
    if (tag === libraryTags.function) {
      const read = readFunction(reader);
      if (functions.has(read.signature.name)) {
        throw new PerchError(
          'SAVED_MODEL_INVALID',
          `saved_model.pb has two functions "${read.signature.name}".`,
        );
      }
      functions.set(read.signature.name, read);
    } else {
      reader.skip(tag);
    }
  };
  const readGraph = (tag: number): void => {
    switch (tag) {
      case graphTags.node:
        nodes.push(readNode(reader));
        break;
      case graphTags.library:
        reader.message(readLibrary);
        break;
      default:
        reader.skip(tag);
    }
  };

  reader.message((tag) => {
    switch (tag) {
      case metaGraphTags.info:
        reader.message(readInfo);
        break;
      case metaGraphTags.graph:
        reader.message(readGraph);
        break;
      case metaGraphTags.saver:
        saver = readSaver(reader);
        break;
      case metaGraphTags.collection:
        readCollectionEntry(reader, collections);
        break;
      case metaGraphTags.signature:
        signatures.set(...reader.mapEntry(() => readSignature(reader), emptySignature));
        break;
      case metaGraphTags.asset:
        assets.push(readAsset(reader));
        break;
      default:
        reader.skip(tag);
    }
  });
  return {
    tags,
    tensorflowVersion,
    ops,
    nodes,
    functions,
    saver,
    signatures,
    assets: assets.length > 0 ? assets : (collections.get(assetsCollection)?.assets ?? []),
    initOpName: findInitOp(signatures, collections),
  };
}

/** Where TensorFlow's loader looks for it (cc/saved_model/loader_util.cc, GetInitOp). */
function findInitOp(
  signatures: ReadonlyMap<string, SignatureMessage>,
  collections: ReadonlyMap<string, Collection>,
): string | undefined {
  const signature = signatures.get(initOpKey);
  if (signature !== undefined) {
    return signature.outputs.get(initOpKey)?.name;
  }
  const collection = collections.get(mainOpCollection) ?? collections.get(legacyInitOpCollection);
  if (collection === undefined) {
    return undefined;
  }
  if (collection.nodes.length !== 1) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `saved_model.pb must name one main op, and names ${collection.nodes.length}.`,
    );
  }
  return collection.nodes[0];
}

function readSaver(reader: FileReader): SaverMessage {
  let filenameTensorName = '';
  let restoreOpName = '';
  reader.message((tag) => {
    switch (tag) {
      case saverTags.filenameTensorName:
        filenameTensorName = reader.string();
        break;
      case saverTags.restoreOpName:
        restoreOpName = reader.string();
        break;
      default:
        reader.skip(tag);
    }
  });
  return { filenameTensorName, restoreOpName };
}

/** Only the collections that say where assets and the init op are: old files have many others, and large ones. */
function readCollectionEntry(reader: FileReader, collections: Map<string, Collection>): void {
  const [name, bytes] = reader.mapEntry(() => reader.view(), undefined);
  if (name === mainOpCollection || name === legacyInitOpCollection || name === assetsCollection) {
    collections.set(
      name,
      bytes === undefined ? emptyCollection : readCollection(new FileReader(bytes, reader.fileName)),
    );
  }
}

function readCollection(reader: FileReader): Collection {
  const nodes: string[] = [];
  const assets: AssetMessage[] = [];
  const readAny = (tag: number): void => {
    if (tag === anyTags.value) {
      assets.push(readAsset(reader));
    } else {
      reader.skip(tag);
    }
  };
  const readNodeName = (tag: number): void => {
    if (tag === listTags.value) {
      nodes.push(reader.countedString());
    } else {
      reader.skip(tag);
    }
  };
  const readAnyOfList = (tag: number): void => {
    if (tag === listTags.value) {
      reader.message(readAny);
    } else {
      reader.skip(tag);
    }
  };
  reader.fields((tag) => {
    switch (tag) {
      case collectionTags.nodeList:
        reader.message(readNodeName);
        break;
      case collectionTags.anyList:
        reader.message(readAnyOfList);
        break;
      default:
        reader.skip(tag);
    }
  });
  return { nodes, assets };
}
