// Reads saved_model.pb and chooses the meta graph that is served.
import { PerchError } from '../../../errors.ts';
import { delimited, FileReader, varint } from './file-reader.ts';
import { readMetaGraph } from './meta-graph.ts';
import type { MetaGraph, SavedModelMessage } from './messages.ts';

const tags = { schemaVersion: varint(1), metaGraph: delimited(2) } as const;

/**
 * The contents of saved_model.pb as plain data. Tensors (`RawTensor`) are views of `bytes`; everything else is copied.
 * Unknown fields are skipped; of what may occur once, the last counts. Throws SAVED_MODEL_INVALID for anything else.
 */
export function readSavedModel(bytes: Uint8Array): SavedModelMessage {
  const reader = new FileReader(bytes, 'saved_model.pb');
  let schemaVersion = 0;
  const metaGraphs: MetaGraph[] = [];
  reader.fields((tag) => {
    switch (tag) {
      case tags.schemaVersion:
        schemaVersion = reader.safeInteger();
        break;
      case tags.metaGraph:
        metaGraphs.push(readMetaGraph(reader));
        break;
      default:
        reader.skip(tag);
    }
  });
  return { schemaVersion, metaGraphs };
}

/** The first meta graph whose tags are exactly these, as TensorFlow's loader chooses. Throws SAVED_MODEL_INVALID where there is none. */
export function selectMetaGraph(model: SavedModelMessage, wanted: readonly string[]): MetaGraph {
  const set = new Set(wanted);
  const found = model.metaGraphs.find((metaGraph) => {
    const own = new Set(metaGraph.tags);
    return own.size === set.size && metaGraph.tags.every((tag) => set.has(tag));
  });
  if (found === undefined) {
    const there = model.metaGraphs.map((metaGraph) => tagSetText(metaGraph.tags));
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `saved_model.pb has no meta graph with exactly the tags ${tagSetText(wanted)}; ` +
        (there.length === 0 ? 'it has no meta graph.' : `it has ${there.join(', ')}.`),
    );
  }
  return found;
}

function tagSetText(tagSet: readonly string[]): string {
  return `{${tagSet.join(', ')}}`;
}
