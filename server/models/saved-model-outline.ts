// Whether a SavedModel's files are whole, told from their outermost structure: saved_model.pb, the checkpoint's index, its shards.
import type { FileHandle } from 'node:fs/promises';
import type { OnnxOutline } from './onnx-outline.ts';
import { walkOnnxFields } from './onnx-fields.ts';

/** Field 2 of tensorflow.SavedModel: a MetaGraphDef. */
const metaGraphField = 2;
/** What the checkpoint of a SavedModel is called, in its directory. */
const checkpoint = 'variables/variables';
/** The index of a checkpoint, as a file of the version directory. */
export const checkpointIndexFile = `${checkpoint}.index`;
const shardName = /^variables\/variables\.data-\d{5}-of-(\d{5})$/;

/** A table's last bytes (LevelDB's format of tables): 40 of handles, then these. */
const tableMagic = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb);
const footerBytes = 48;

/** Looks at saved_model.pb (`size` bytes). Rejects with the file system's error. */
export async function readSavedModelOutline(file: FileHandle, size: number): Promise<OnnxOutline> {
  if (size === 0) {
    return truncated('the file is empty');
  }
  let graphSeen = false;
  // The walk knows nothing but protobuf's fields, which are a SavedModel's too.
  for await (const step of walkOnnxFields(file, size)) {
    if (step.kind === 'foreign') {
      return step;
    }
    if (step.kind === 'truncated') {
      return truncated(step.detail);
    }
    graphSeen ||= step.number === metaGraphField;
  }
  return graphSeen ? { kind: 'complete' } : truncated('it holds no graph yet');
}

/**
 * What is missing of the checkpoint among `names`, the files of the version directory; undefined where nothing is. A
 * SavedModel without variables has no checkpoint. Rejects with the file system's error.
 */
export async function missingOfCheckpoint(
  names: readonly string[],
  readIndex: <Result>(read: (file: FileHandle, size: number) => Promise<Result>) => Promise<Result>,
): Promise<string | undefined> {
  const shards = names.filter((name) => shardName.test(name));
  if (!names.includes(checkpointIndexFile)) {
    return shards.length === 0 ? undefined : `${checkpointIndexFile} is not there yet`;
  }
  const problem = await readIndex(problemOfTable);
  if (problem !== undefined) {
    return `${checkpointIndexFile} ${problem}`;
  }
  const count = Number(shardName.exec(shards[0] ?? '')?.[1] ?? 1);
  const isMissing = (shard: number): boolean => !names.includes(shardOf(shard, count));
  // Each shard but one has a name in `names`: no more than these are looked for.
  const missing = Array.from({ length: Math.min(count, names.length + 1) }, (_, at) => at).find(isMissing);
  return missing === undefined ? undefined : `${shardOf(missing, count)} is not there yet`;
}

/** What a table lacks; undefined for a whole one. */
async function problemOfTable(file: FileHandle, size: number): Promise<string | undefined> {
  if (size < footerBytes) {
    return `is ${size} bytes long and should be at least ${footerBytes}`;
  }
  const tail = new Uint8Array(tableMagic.length);
  await file.read(tail, 0, tail.length, size - tail.length);
  return tableMagic.every((byte, at) => tail[at] === byte) ? undefined : 'has no end yet';
}

function shardOf(shard: number, count: number): string {
  return `${checkpoint}.data-${padded(shard)}-of-${padded(count)}`;
}

function truncated(detail: string): OnnxOutline {
  return { kind: 'truncated', detail, loadable: false };
}

function padded(number: number): string {
  return number.toString().padStart(5, '0');
}
