// The rules of each kind of config file, one after the other. Pure.
import type { PlainMessage } from '../../textproto/plain-message.ts';
import type { MessageSchema } from '../../textproto/schema.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import type { Finding, ReportFinding } from '../finding.ts';
import type { Surroundings } from '../surroundings.ts';
import { modelServerRules } from './model-server-rules.ts';
import { batchingRules } from './batching-rules.ts';
import { againstModelRules } from './against-model-rules.ts';
import { modelRules } from './model-rules.ts';
import { perchRules } from './perch-rules.ts';
import { monitoringRules } from './serving-monitoring-rules.ts';
import { sslRules } from './serving-ssl-rules.ts';

/** A file as rules see it. */
export interface RuledConfig {
  readonly document: Document;
  readonly schema: MessageSchema;
  readonly message: PlainMessage;
}

/** A rule, or a group of them. Must not throw, whatever is in the file. */
export type Rules = (config: RuledConfig, around: Surroundings, report: ReportFinding) => void;

const rulesOf: Readonly<Record<ConfigKind, readonly Rules[]>> = {
  model: [modelRules, againstModelRules],
  'model-server': [modelServerRules],
  batching: [batchingRules],
  monitoring: [monitoringRules],
  ssl: [sslRules],
  perch: [perchRules],
};

/** What the rules of this kind find. */
export function runRules(kind: ConfigKind, config: RuledConfig, around: Surroundings): Finding[] {
  const findings: Finding[] = [];
  const length = config.document.text.length;
  const report: ReportFinding = (code, at, message, { severity = 'error', fixes } = {}) => {
    const start = Math.max(0, Math.min(at.start, length - 1));
    const end = Math.min(Math.max(at.end, start + 1), length);
    findings.push({ code, message, start, end, severity, ...(fixes === undefined ? {} : { fixes }) });
  };
  for (const rules of rulesOf[kind]) {
    rules(config, around, report);
  }
  return findings;
}
