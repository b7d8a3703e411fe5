// Original file: perch/admin/v1/admin.proto

import type { TrafficTarget as _perch_admin_v1_TrafficTarget, TrafficTarget__Output as _perch_admin_v1_TrafficTarget__Output } from '../../../perch/admin/v1/TrafficTarget.ts';
import type { ShadowCase as _perch_admin_v1_ShadowCase, ShadowCase__Output as _perch_admin_v1_ShadowCase__Output } from '../../../perch/admin/v1/ShadowCase.ts';
import type { Long } from '@grpc/proto-loader';

export interface Shadow {
  'target'?: (_perch_admin_v1_TrafficTarget | null);
  'percent'?: (number);
  'compared'?: (number | string | Long);
  'dropped'?: (number | string | Long);
  'agreement'?: (number | string);
  'maxAbsoluteDifference'?: (number | string);
  'maxRelativeDifference'?: (number | string);
  'worst'?: (_perch_admin_v1_ShadowCase)[];
}

export interface Shadow__Output {
  'target': (_perch_admin_v1_TrafficTarget__Output | null);
  'percent': (number);
  'compared': (string);
  'dropped': (string);
  'agreement': (number);
  'maxAbsoluteDifference': (number);
  'maxRelativeDifference': (number);
  'worst': (_perch_admin_v1_ShadowCase__Output)[];
}
