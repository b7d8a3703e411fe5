// Original file: perch/admin/v1/admin.proto

import type { TrafficTarget as _perch_admin_v1_TrafficTarget, TrafficTarget__Output as _perch_admin_v1_TrafficTarget__Output } from '../../../perch/admin/v1/TrafficTarget.ts';

// Original file: perch/admin/v1/admin.proto

export const _perch_admin_v1_PredictRoute_Reason = {
  REASON_UNSPECIFIED: 'REASON_UNSPECIFIED',
  VERSION: 'VERSION',
  LABEL: 'LABEL',
  SPLIT: 'SPLIT',
  FALLBACK: 'FALLBACK',
  DEFAULT: 'DEFAULT',
} as const;

export type _perch_admin_v1_PredictRoute_Reason =
  | 'REASON_UNSPECIFIED'
  | 0
  | 'VERSION'
  | 1
  | 'LABEL'
  | 2
  | 'SPLIT'
  | 3
  | 'FALLBACK'
  | 4
  | 'DEFAULT'
  | 5

export type _perch_admin_v1_PredictRoute_Reason__Output = typeof _perch_admin_v1_PredictRoute_Reason[keyof typeof _perch_admin_v1_PredictRoute_Reason]

export interface PredictRoute {
  'reason'?: (_perch_admin_v1_PredictRoute_Reason);
  'target'?: (_perch_admin_v1_TrafficTarget | null);
  'percent'?: (number);
}

export interface PredictRoute__Output {
  'reason': (_perch_admin_v1_PredictRoute_Reason__Output);
  'target': (_perch_admin_v1_TrafficTarget__Output | null);
  'percent': (number);
}
