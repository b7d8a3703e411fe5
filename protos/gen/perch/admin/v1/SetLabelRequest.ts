// Original file: perch/admin/v1/admin.proto

import type { Mutation as _perch_admin_v1_Mutation, Mutation__Output as _perch_admin_v1_Mutation__Output } from '../../../perch/admin/v1/Mutation.ts';
import type { Long } from '@grpc/proto-loader';

export interface SetLabelRequest {
  'model'?: (string);
  'label'?: (string);
  'version'?: (number | string | Long);
  'waitMs'?: (number);
  'mutation'?: (_perch_admin_v1_Mutation | null);
}

export interface SetLabelRequest__Output {
  'model': (string);
  'label': (string);
  'version': (string);
  'waitMs': (number);
  'mutation': (_perch_admin_v1_Mutation__Output | null);
}
