// Original file: perch/admin/v1/admin.proto

import type { TrafficTarget as _perch_admin_v1_TrafficTarget, TrafficTarget__Output as _perch_admin_v1_TrafficTarget__Output } from '../../../perch/admin/v1/TrafficTarget.ts';
import type { Mutation as _perch_admin_v1_Mutation, Mutation__Output as _perch_admin_v1_Mutation__Output } from '../../../perch/admin/v1/Mutation.ts';

export interface SetShadowRequest {
  'model'?: (string);
  'target'?: (_perch_admin_v1_TrafficTarget | null);
  'percent'?: (number);
  'keepInputs'?: (boolean);
  'mutation'?: (_perch_admin_v1_Mutation | null);
}

export interface SetShadowRequest__Output {
  'model': (string);
  'target': (_perch_admin_v1_TrafficTarget__Output | null);
  'percent': (number);
  'keepInputs': (boolean);
  'mutation': (_perch_admin_v1_Mutation__Output | null);
}
