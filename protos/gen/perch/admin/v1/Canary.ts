// Original file: perch/admin/v1/admin.proto

import type { CanaryPhase as _perch_admin_v1_CanaryPhase, CanaryPhase__Output as _perch_admin_v1_CanaryPhase__Output } from '../../../perch/admin/v1/CanaryPhase.ts';
import type { CanaryPlan as _perch_admin_v1_CanaryPlan, CanaryPlan__Output as _perch_admin_v1_CanaryPlan__Output } from '../../../perch/admin/v1/CanaryPlan.ts';
import type { GateState as _perch_admin_v1_GateState, GateState__Output as _perch_admin_v1_GateState__Output } from '../../../perch/admin/v1/GateState.ts';
import type { Long } from '@grpc/proto-loader';

export interface Canary {
  'version'?: (number | string | Long);
  'stableVersion'?: (number | string | Long);
  'phase'?: (_perch_admin_v1_CanaryPhase);
  'step'?: (number);
  'plan'?: (_perch_admin_v1_CanaryPlan | null);
  'reason'?: (string);
  'startedAtMs'?: (number | string | Long);
  'phaseSinceMs'?: (number | string | Long);
  'nextEvaluationMs'?: (number | string | Long);
  'gates'?: (_perch_admin_v1_GateState)[];
  'failedChecks'?: (number);
  'passedChecks'?: (number);
}

export interface Canary__Output {
  'version': (string);
  'stableVersion': (string);
  'phase': (_perch_admin_v1_CanaryPhase__Output);
  'step': (number);
  'plan': (_perch_admin_v1_CanaryPlan__Output | null);
  'reason': (string);
  'startedAtMs': (string);
  'phaseSinceMs': (string);
  'nextEvaluationMs': (string);
  'gates': (_perch_admin_v1_GateState__Output)[];
  'failedChecks': (number);
  'passedChecks': (number);
}
