// What the tests of a config against its model share: surroundings with versions, and what the rules find.
import { configSchema } from '../../../../../server/config/config-schema.ts';
import type { Finding } from '../../../../../server/config/finding.ts';
import { againstModelRules } from '../../../../../server/config/rules/against-model-rules.ts';
import type { Surroundings, VersionFacts } from '../../../../../server/config/surroundings.ts';
import type { OnnxSignature, OnnxValue } from '../../../../../server/models/onnx-signature.ts';
import { decodeMessage } from '../../../../../server/textproto/decode.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';

/** An input or output; its type without `TYPE_`. */
export function value(name: string, dims: OnnxValue['dims'], type: string | undefined = 'FP32'): OnnxValue {
  return { name, dims, dataType: `TYPE_${type}` };
}

export function signature(inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxSignature {
  return { inputs, outputs, producer: 'test', opset: 17 };
}

/** The directory `m` with these versions, each with a model.onnx; a string is the problem of its model. */
export function beside(
  versions: Readonly<Record<string, OnnxSignature | string>>,
  files: readonly string[] = [],
): Surroundings {
  const facts = Object.entries(versions).map(([name, model]): VersionFacts => ({
    name,
    number: BigInt(name),
    files: ['model.onnx'],
    ...(typeof model === 'string' ? { problem: model } : { signature: model }),
  }));
  return {
    directory: { name: 'm', versions: facts, directories: Object.keys(versions), files: new Set(files) },
  };
}

/** What the rules say of the config of `m`. */
export function findingsOf(text: string, around: Surroundings): Finding[] {
  const document = parseDocument(text);
  const schema = configSchema('model');
  const { value: message } = decodeMessage(document, schema);
  const findings: Finding[] = [];
  againstModelRules({ document, schema, message }, around, (code, at, words, options = {}) => {
    const { severity = 'error', fixes } = options;
    const { start, end } = at;
    findings.push({ code, message: words, start, end, severity, ...(fixes === undefined ? {} : { fixes }) });
  });
  return findings;
}
