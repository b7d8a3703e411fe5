// Original file: perch/admin/v1/admin.proto

import type { ExecutionInstance as _perch_admin_v1_ExecutionInstance, ExecutionInstance__Output as _perch_admin_v1_ExecutionInstance__Output } from '../../../perch/admin/v1/ExecutionInstance.ts';

export interface ExecutionInfo {
  'instances'?: (_perch_admin_v1_ExecutionInstance)[];
  'fallbackReason'?: (string);
  'cpuFallbackOps'?: (string)[];
}

export interface ExecutionInfo__Output {
  'instances': (_perch_admin_v1_ExecutionInstance__Output)[];
  'fallbackReason': (string);
  'cpuFallbackOps': (string)[];
}
