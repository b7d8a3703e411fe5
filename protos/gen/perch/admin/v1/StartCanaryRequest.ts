// Original file: perch/admin/v1/admin.proto

import type { CanaryPlan as _perch_admin_v1_CanaryPlan, CanaryPlan__Output as _perch_admin_v1_CanaryPlan__Output } from '../../../perch/admin/v1/CanaryPlan.ts';
import type { Mutation as _perch_admin_v1_Mutation, Mutation__Output as _perch_admin_v1_Mutation__Output } from '../../../perch/admin/v1/Mutation.ts';
import type { Long } from '@grpc/proto-loader';

export interface StartCanaryRequest {
  'model'?: (string);
  'version'?: (number | string | Long);
  'plan'?: (_perch_admin_v1_CanaryPlan | null);
  'mutation'?: (_perch_admin_v1_Mutation | null);
}

export interface StartCanaryRequest__Output {
  'model': (string);
  'version': (string);
  'plan': (_perch_admin_v1_CanaryPlan__Output | null);
  'mutation': (_perch_admin_v1_Mutation__Output | null);
}
