// Triton's rules for config.pbtxt, one after the other. Pure.
import { findingLimit } from '../../textproto/diagnostics.ts';
import type { ReportFinding } from '../finding.ts';
import type { Surroundings } from '../surroundings.ts';
import { batchIoRules } from './batch-io-rules.ts';
import { dynamicBatchingRules, maxBatchSizeRule } from './dynamic-batching-rules.ts';
import { ensembleRules } from './ensemble-rules.ts';
import { instanceGroupRules } from './instance-group-rules.ts';
import { metricsRules } from './metrics-rules.ts';
import { ioRules } from './model-io-rules.ts';
import { batchDimensionLint, batchingLints, duplicateTensorLint, leadingZerosLint } from './model-lints.ts';
import { modelFilenameRule, nameRules, versionPolicyRule } from './model-name-rules.ts';
import type { ModelRule, RuledModel } from './model-rule.ts';
import { optimizationRules, parameterRules } from './onnx-backend-rules.ts';
import { backendRule, platformRules } from './platform-rules.ts';
import { rateLimiterRules } from './rate-limiter-rules.ts';
import { responseCacheRules } from './response-cache-rules.ts';
import { ruleTree } from './rule-tree.ts';
import type { RuledConfig, Rules } from './run-rules.ts';
import { sequenceBatchingRules } from './sequence-batching-rules.ts';
import { tritonSeverity } from './triton-codes.ts';
import { warmupRules } from './warmup-rules.ts';

/** In Triton's order, as far as it has one: the daemon names the first that finds an error. */
const rules: readonly ModelRule[] = [
  platformRules,
  backendRule,
  maxBatchSizeRule,
  dynamicBatchingRules,
  sequenceBatchingRules,
  responseCacheRules,
  ensembleRules,
  metricsRules,
  versionPolicyRule,
  nameRules,
  modelFilenameRule,
  ioRules,
  batchIoRules,
  instanceGroupRules,
  rateLimiterRules,
  parameterRules,
  optimizationRules,
  warmupRules,
  batchingLints,
  duplicateTensorLint,
  batchDimensionLint,
  leadingZerosLint,
];

/** All of Triton's rules. */
export const modelRules: Rules = (config, around, report) => {
  applyRules(config, around.directory?.name, around, report);
};

/**
 * The first error that the rules find, for a file in the directory `directoryName`, as far as that is known. Its words;
 * undefined where there is none.
 */
export function firstModelError(
  config: Pick<RuledConfig, 'document' | 'schema'>,
  directoryName: string | undefined,
): string | undefined {
  let first: string | undefined;
  applyRules(config, directoryName, {}, (_code, _at, message, { severity = 'error' } = {}) => {
    first ??= severity === 'error' ? message : undefined;
  });
  return first;
}

function applyRules(
  { document, schema }: Pick<RuledConfig, 'document' | 'schema'>,
  directoryName: string | undefined,
  around: Surroundings,
  report: ReportFinding,
): void {
  const root = ruleTree(document, schema);
  const counts = { error: 0, warning: 0, hint: 0 };
  const name = root.text('name')?.value ?? '';
  const model: RuledModel = {
    document,
    root,
    model: name === '' ? (directoryName ?? '') : name,
    directoryName,
    platform: root.text('platform')?.value ?? '',
    around,
    tell: (code, at, message, { severity = tritonSeverity(code), fixes = [] } = {}) => {
      counts[severity]++;
      if (counts[severity] > findingLimit) {
        return;
      }
      report(code, at, message, { severity, ...(fixes.length === 0 ? {} : { fixes }) });
    },
  };
  for (const rule of rules) {
    rule(model);
  }
}
