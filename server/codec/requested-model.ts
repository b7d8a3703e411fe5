// Which model a request is for, read ahead of everything else in it: for a refusal that is to cost next to nothing.
import { WireReader, fieldTag, wireType } from './wire-reader.ts';

/** `model_spec` where there is one, `tasks` of MultiInferenceRequest, `name` of ModelSpec. */
const firstTag = fieldTag(1, wireType.LENGTH_DELIMITED);

/**
 * The model of a PredictRequest, ClassificationRequest or RegressionRequest, as their decoders see it: all occurrences of
 * `model_spec` count, wherever they are. Empty where the request has none. What else is in it is skipped unread.
 * @throws PerchError REQUEST_MALFORMED
 */
export function requestedModelName(request: Uint8Array): string {
  return nameIn(new WireReader(request));
}

/**
 * The model of a MultiInferenceRequest: that of its first task. Empty where it has none.
 * @throws PerchError REQUEST_MALFORMED
 */
export function requestedModelNameOfTasks(request: Uint8Array): string {
  const reader = new WireReader(request);
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === firstTag) {
      reader.enter();
      return nameIn(reader);
    }
    reader.skip(tag);
  }
  return '';
}

/** Reads the message that `reader` is in to its end: of several occurrences of a name, the last one counts. */
function nameIn(reader: WireReader): string {
  let name = '';
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === firstTag) {
      name = nameOfSpec(reader, name);
    } else {
      reader.skip(tag);
    }
  }
  return name;
}

/** Reads one ModelSpec whose tag was just read; `before` is what earlier ones gave. */
function nameOfSpec(reader: WireReader, before: string): string {
  let name = before;
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === firstTag) {
      name = reader.string();
    } else {
      reader.skip(tag);
    }
  }
  reader.leave(outer);
  return name;
}
