// What is below a version's row: what is wrong, labels, its share, inputs and outputs, files. No vscode in here.
import { percentOf } from '../state/canary-facts.ts';
import type { Model, NamedSignature, Signature, Tensor, Version } from '../state/model.ts';
import type { Translate } from '../translate.ts';
import { formatBytes } from './units.ts';
import { methodWord } from './version-words.ts';

/** A file of the version directory. */
export interface VersionFile {
  /** Relative to the version directory. */
  readonly name: string;
  /** Bytes; undefined for a directory. */
  readonly size: number | undefined;
}

/** One row below a version. */
export interface Detail {
  /**
   * Unique below its version: `problem`, `label:stable`, `share`, `input:x`, `output:y`, `signature:serving_default`, below
   * that `signature:serving_default/input:x`, `file:model.onnx`.
   */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  /** An id of VS Code's icons. */
  readonly icon: string;
  readonly color: string | undefined;
  /** For the `when` clauses of the menus: `detail.<kind>`. */
  readonly contextValue: string;
  readonly spoken: string;
  /** The label where it is absent. */
  readonly tooltip?: string;
  /** The rows below it. */
  readonly children?: readonly Detail[];
  /** Whether these are shown without asking. */
  readonly isOpen?: boolean;
}

const signaturePrefix = 'signature:';

/** The name of the signature whose row has this key; undefined for other rows. */
export function signatureOfDetail(key: string): string | undefined {
  return key.startsWith(signaturePrefix) ? key.slice(signaturePrefix.length) : undefined;
}

/** The rows, in their order. */
export function versionDetails(
  t: Translate,
  model: Model,
  version: Version,
  files: readonly VersionFile[],
): readonly Detail[] {
  const percent = version.phase === 'available' ? percentOf(model, version.number) : undefined;
  return [
    ...(version.error === '' ? [] : [problemDetail(t, version)]),
    ...version.labels.map((label) => labelDetail(t, label, false)),
    ...version.pendingLabels.map((label) => labelDetail(t, label, true)),
    ...(percent === undefined ? [] : [shareDetail(t, percent)]),
    ...(version.signatures.length > 0
      ? version.signatures.map((signature) => signatureDetail(t, signature, version.signatures.length === 1))
      : tensorDetails(t, version.signature)),
    ...files.map((file) => fileDetail(t, file)),
  ];
}

/** `float`, `string` … of `DT_FLOAT`, `DT_STRING`. */
export function dtypeWord(dtype: string): string {
  return dtype.replace(/^DT_/, '').toLowerCase();
}

/** `? × 784`; `()` of a scalar; `…` where the model does not say how many dimensions there are. */
export function shapeWord({ shape, isUnranked }: Pick<Tensor, 'shape' | 'isUnranked'>): string {
  if (isUnranked === true) {
    return '…';
  }
  return shape.length === 0 ? '()' : shape.map((size) => (size === '-1' ? '?' : size)).join(' × ');
}

function problemDetail(t: Translate, { error, errorCode }: Version): Detail {
  return {
    key: 'problem',
    label: error,
    description: errorCode,
    icon: 'error',
    color: 'testing.iconFailed',
    contextValue: 'detail.problem',
    spoken: t('Problem: {0}', error),
  };
}

function labelDetail(t: Translate, label: string, waits: boolean): Detail {
  return {
    key: `label:${label}`,
    label,
    description: waits ? t('label, waits for this version') : t('label'),
    icon: 'tag',
    color: undefined,
    contextValue: 'detail.label',
    spoken: t('Label {0}', label),
  };
}

function shareDetail(t: Translate, percent: number): Detail {
  return {
    key: 'share',
    label: t('{0} %', percent),
    description: t('of the requests that name no version'),
    icon: 'git-compare',
    color: undefined,
    contextValue: 'detail.share',
    spoken: t('{0} % of the requests', percent),
  };
}

function signatureDetail(t: Translate, signature: NamedSignature, isOpen: boolean): Detail {
  const { name, methodName, optionalInputs, isStateful } = signature;
  const key = signaturePrefix + name;
  const method = methodWord(methodName);
  const tooltip = [
    methodName === '' ? name : t('{0}, made for {1}', name, methodName),
    ...(optionalInputs.length === 0 ? [] : [t('May be left out: {0}', optionalInputs.join(', '))]),
    ...(isStateful ? [t('A request changes what the next one gets.')] : []),
  ];
  return {
    key,
    label: name,
    description: method === '' ? t('signature') : method,
    icon: 'symbol-method',
    color: undefined,
    contextValue: 'detail.signature',
    spoken: method === '' ? t('Signature {0}', name) : t('Signature {0}, {1}', name, method),
    tooltip: tooltip.join('\n'),
    children: tensorDetails(t, signature, `${key}/`),
    isOpen,
  };
}

/** The inputs and outputs of a signature; none without one. */
function tensorDetails(t: Translate, signature: Signature | undefined, prefix = ''): readonly Detail[] {
  return [
    ...(signature?.inputs ?? []).map((tensor) => tensorDetail(t, 'input', tensor, prefix)),
    ...(signature?.outputs ?? []).map((tensor) => tensorDetail(t, 'output', tensor, prefix)),
  ];
}

function tensorDetail(t: Translate, kind: 'input' | 'output', tensor: Tensor, prefix: string): Detail {
  const { name, dtype } = tensor;
  const type = `${dtypeWord(dtype)} ${shapeWord(tensor)}`;
  return {
    key: `${prefix}${kind}:${name}`,
    label: name,
    description: `${kind === 'input' ? t('input') : t('output')} · ${type}`,
    ...(tensor.isUnranked === true
      ? { tooltip: t('{0}: {1}, of any number of dimensions', name, dtypeWord(dtype)) }
      : {}),
    icon: kind === 'input' ? 'arrow-right' : 'arrow-left',
    color: undefined,
    contextValue: `detail.${kind}`,
    spoken: kind === 'input' ? t('Input {0}, {1}', name, type) : t('Output {0}, {1}', name, type),
  };
}

function fileDetail(t: Translate, { name, size }: VersionFile): Detail {
  return {
    key: `file:${name}`,
    label: name,
    description: size === undefined ? t('directory') : formatBytes(size),
    icon: size === undefined ? 'folder' : 'file',
    color: undefined,
    contextValue: 'detail.file',
    spoken: t('File {0}', name),
  };
}
