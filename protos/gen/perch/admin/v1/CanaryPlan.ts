// Original file: perch/admin/v1/admin.proto

import type { CanaryGates as _perch_admin_v1_CanaryGates, CanaryGates__Output as _perch_admin_v1_CanaryGates__Output } from '../../../perch/admin/v1/CanaryGates.ts';

export interface CanaryPlan {
  'steps'?: (number)[];
  'intervalMs'?: (number);
  'passesPerStep'?: (number);
  'minRequests'?: (number);
  'failedChecksLimit'?: (number);
  'inconclusiveLimit'?: (number);
  'gates'?: (_perch_admin_v1_CanaryGates | null);
  'manual'?: (boolean);
  'keepWarmMs'?: (number);
  'shadowPercent'?: (number);
}

export interface CanaryPlan__Output {
  'steps': (number)[];
  'intervalMs': (number);
  'passesPerStep': (number);
  'minRequests': (number);
  'failedChecksLimit': (number);
  'inconclusiveLimit': (number);
  'gates': (_perch_admin_v1_CanaryGates__Output | null);
  'manual': (boolean);
  'keepWarmMs': (number);
  'shadowPercent': (number);
}
