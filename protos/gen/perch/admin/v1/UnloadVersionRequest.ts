// Original file: perch/admin/v1/admin.proto

import type { Mutation as _perch_admin_v1_Mutation, Mutation__Output as _perch_admin_v1_Mutation__Output } from '../../../perch/admin/v1/Mutation.ts';
import type { Long } from '@grpc/proto-loader';

export interface UnloadVersionRequest {
  'model'?: (string);
  'version'?: (number | string | Long);
  'mutation'?: (_perch_admin_v1_Mutation | null);
}

export interface UnloadVersionRequest__Output {
  'model': (string);
  'version': (string);
  'mutation': (_perch_admin_v1_Mutation__Output | null);
}
