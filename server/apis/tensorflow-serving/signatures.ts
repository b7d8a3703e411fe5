// Which signature of a version a request means, and what TensorFlow Serving says of one that does not fit the call.
import { defaultSignatureName, type Signature } from '../../codec/tensor.ts';
import { PerchError, type ErrorCode } from '../../errors.ts';
import type { LoadedVersion } from '../../lifecycle/version-state.ts';

/** The signatures of a version: one without a name of an ONNX model, several of a converted one. */
export type Signatures = Pick<LoadedVersion, 'signature' | 'signatures' | 'conversion'>;

/** What a call does with a signature. */
export type SignatureUse = 'predict' | 'classify' | 'regress';

/** The method names of TensorFlow Serving's calls. */
export const methodNames = {
  predict: 'tensorflow/serving/predict',
  classify: 'tensorflow/serving/classify',
  regress: 'tensorflow/serving/regress',
} as const;

/** The signature of this name, the default one for an empty name; undefined where there is none. */
export function signatureNamed({ signature, signatures }: Signatures, name: string): Signature | undefined {
  const wanted = name === '' ? defaultSignatureName : name;
  if (signatures !== undefined) {
    return signatures.get(wanted);
  }
  return wanted === defaultSignatureName ? signature : undefined;
}

/**
 * What a request for a signature that is not served is refused with: OPERATORS_UNSUPPORTED with what it needs where the
 * model has it; `code` and `text`, TensorFlow Serving's words, where there is none of that name.
 */
export function signatureRefusal(
  { conversion }: Signatures,
  name: string,
  code: ErrorCode,
  text: string,
): PerchError {
  const wanted = name === '' ? defaultSignatureName : name;
  const omitted = conversion?.omittedSignatures.find((one) => one.name === wanted);
  if (omitted === undefined) {
    return new PerchError(code, text);
  }
  const needs = omitted.unsupported.map(
    ({ op, count, firstNode, reason }) => `${op} (${count}, first ${firstNode}: ${reason})`,
  );
  return new PerchError(
    'OPERATORS_UNSUPPORTED',
    `Signature "${wanted}" is not served, since these operators cannot be converted: ${needs.join('; ')}.`,
  );
}

/** The name that answers tell: that of an ONNX model's signature is TensorFlow Serving's default. */
export function signatureNameOf({ named }: Signature): string {
  return named?.name ?? defaultSignatureName;
}

/**
 * With --enable_signature_method_name_check: throws in TensorFlow Serving's words where the signature is not made for
 * `use`, INTERNAL for Predict and TASKS_INVALID for the others. An ONNX model's signature is made for all.
 */
export function checkMethodName({ named }: Signature, use: SignatureUse): void {
  if (named === undefined || named.methodName === methodNames[use]) {
    return;
  }
  if (use === 'predict') {
    const allowed = Object.values<string>(methodNames);
    if (!allowed.includes(named.methodName)) {
      throw new PerchError(
        'INTERNAL',
        `Expected prediction signature method_name to be one of {${allowed.join(', ')}}. Was: ${named.methodName}`,
      );
    }
    return;
  }
  const kind = use === 'classify' ? 'classification' : 'regression';
  throw new PerchError(
    'TASKS_INVALID',
    `Expected ${kind} signature method_name to be ${methodNames[use]}. Was: ${named.methodName}`,
  );
}
