// Original file: perch/admin/v1/admin.proto

import type { Mutation as _perch_admin_v1_Mutation, Mutation__Output as _perch_admin_v1_Mutation__Output } from '../../../perch/admin/v1/Mutation.ts';

export interface PromoteCanaryRequest {
  'model'?: (string);
  'mutation'?: (_perch_admin_v1_Mutation | null);
}

export interface PromoteCanaryRequest__Output {
  'model': (string);
  'mutation': (_perch_admin_v1_Mutation__Output | null);
}
