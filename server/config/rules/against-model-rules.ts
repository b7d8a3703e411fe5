// The rules that hold a config.pbtxt against what lies beside it: its versions, its files, and the model itself. Pure.
import type { ReportFinding } from '../finding.ts';
import { directions, type Comparison, type TellModel } from './against-comparison.ts';
import { dimsRules } from './against-dims-rules.ts';
import { fileRules, modelFileRule } from './against-file-rules.ts';
import { tensorRules } from './against-tensor-rules.ts';
import { comparedVersion } from './against-version.ts';
import { versionRules } from './against-version-rules.ts';
import { modelSeverity } from './model-codes.ts';
import { ruleTree, type RuleMessage } from './rule-tree.ts';
import type { Rules } from './run-rules.ts';

/** Everything that can be seen to be wrong beside the model; nothing where nothing is known of its directory. */
export const againstModelRules: Rules = ({ document, schema, message }, { directory }, report) => {
  if (directory === undefined) {
    return;
  }
  const root = ruleTree(document, schema);
  const given = root.text('name')?.value ?? '';
  const model = given === '' ? directory.name : given;
  const tell = teller(report, '');
  versionRules(document.text, root, directory, model, tell);
  fileRules(root, directory, tell);
  const version = comparedVersion(message, directory.versions);
  if (version === undefined || !isForOnnx(root)) {
    return;
  }
  modelFileRule(document, root, version, tell);
  const { signature } = version;
  const limit = root.integer('max_batch_size');
  if (signature === undefined || limit === undefined) {
    return;
  }
  const comparison: Comparison = {
    document,
    root,
    model,
    signature,
    isCompleted: root.count('input') === 0 || root.count('output') === 0,
    tell: teller(report, ` (compared with version ${version.number})`),
  };
  directions.forEach((direction) => tensorRules(comparison, direction, limit.value > 0n));
  dimsRules(comparison, limit);
};

function teller(report: ReportFinding, suffix: string): TellModel {
  return (code, at, message, fixes = []) => {
    report(code, at, `${message}${suffix}`, {
      severity: modelSeverity(code),
      ...(fixes.length === 0 ? {} : { fixes }),
    });
  };
}

/** Whether the model's file is an ONNX one, as far as the config says. */
function isForOnnx(root: RuleMessage): boolean {
  const platform = root.text('platform')?.value ?? '';
  const backend = root.text('backend')?.value ?? '';
  return ['', 'onnxruntime_onnx'].includes(platform) && ['', 'onnxruntime'].includes(backend);
}
