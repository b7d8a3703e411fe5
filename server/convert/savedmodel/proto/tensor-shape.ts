// Reads TensorShapeProto.
import { delimited, varint, type FileReader } from './file-reader.ts';
import type { PartialShape } from './messages.ts';

const tags = { dimension: delimited(2), unknownRank: varint(3), size: varint(1) } as const;

/** As many axes as a TensorFlow tensor may have. */
const maximumRank = 254;

/** Reads the shape that follows; sizes are -1 or more. */
export function readShape(reader: FileReader): PartialShape {
  const sizes: number[] = [];
  let unknownRank = false as boolean;
  reader.message((tag) => {
    switch (tag) {
      case tags.dimension:
        if (sizes.length === maximumRank) {
          throw reader.malformed(`a shape has more than ${maximumRank} axes`);
        }
        sizes.push(readSize(reader));
        break;
      case tags.unknownRank:
        unknownRank = reader.bool();
        break;
      default:
        reader.skip(tag);
    }
  });
  return unknownRank ? undefined : sizes;
}

function readSize(reader: FileReader): number {
  let size = 0;
  reader.message((tag) => {
    if (tag === tags.size) {
      size = reader.safeInteger();
    } else {
      reader.skip(tag);
    }
  });
  if (size < -1) {
    throw reader.malformed(`a shape has an axis of size ${size}`);
  }
  return size;
}
