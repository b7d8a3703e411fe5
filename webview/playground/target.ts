// Which version of a model the playground asks.
import { isEither, isLiteral, isObject, isString, type Guard } from '../guards.ts';

/** `routed`: as a request that names neither version nor label. Versions are decimal digits. */
export type PlaygroundTarget =
  | { readonly kind: 'routed' }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'version'; readonly version: string };

/** Whether it is a target. */
export const isTarget: Guard<PlaygroundTarget> = isEither(
  isObject<{ kind: 'routed' }>({ kind: isLiteral('routed') }),
  isEither(
    isObject<{ kind: 'label'; label: string }>({ kind: isLiteral('label'), label: isString }),
    isObject<{ kind: 'version'; version: string }>({ kind: isLiteral('version'), version: isVersion }),
  ),
);

function isVersion(value: unknown): value is string {
  return isString(value) && /^[1-9]\d{0,18}$/.test(value);
}

/** A text that no two targets share, for keys and the values of options. */
export function targetKey(target: PlaygroundTarget): string {
  switch (target.kind) {
    case 'routed':
      return 'routed';
    case 'label':
      return `label:${target.label}`;
    case 'version':
      return `version:${target.version}`;
  }
}

/** The target of a key; `routed` for what is none. */
export function targetOfKey(key: string): PlaygroundTarget {
  if (key.startsWith('label:')) {
    return { kind: 'label', label: key.slice('label:'.length) };
  }
  return key.startsWith('version:')
    ? { kind: 'version', version: key.slice('version:'.length) }
    : { kind: 'routed' };
}
