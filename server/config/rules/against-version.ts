// Which version of a model a config.pbtxt is held against: the newest that its policy serves. Pure.
import type { PlainMessage, PlainValue } from '../../textproto/plain-message.ts';
import type { VersionFacts } from '../surroundings.ts';

/** The newest of `versions` that the version policy of `config` serves; undefined where it serves none. */
export function comparedVersion(
  config: PlainMessage,
  versions: readonly VersionFacts[],
): VersionFacts | undefined {
  const policy = messageIn(config.versionPolicy);
  const specific = messageIn(policy?.specific);
  const wanted = specific === undefined ? undefined : new Set(listIn(specific.versions).map(String));
  let newest: VersionFacts | undefined;
  for (const version of versions) {
    if (wanted?.has(String(version.number)) === false) {
      continue;
    }
    // Of two directories of one number, the one with the shorter name is served.
    const isNewer =
      newest === undefined ||
      version.number > newest.number ||
      (version.number === newest.number && version.name.length < newest.name.length);
    newest = isNewer ? version : newest;
  }
  return newest;
}

/** The message that a decoded field holds. */
export function messageIn(value: PlainValue | undefined): PlainMessage | undefined {
  return typeof value === 'object' && value !== null && !isList(value) && !isOther(value) ? value : undefined;
}

/** The values that a decoded repeated field holds. */
export function listIn(value: PlainValue | undefined): readonly PlainValue[] {
  return isList(value) ? value : [];
}

function isList(value: PlainValue | undefined): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function isOther(value: object): value is ReadonlyMap<string, PlainValue> | Uint8Array {
  return value instanceof Map || value instanceof Uint8Array;
}
