// Original file: perch/admin/v1/admin.proto

import type { TrafficShare as _perch_admin_v1_TrafficShare, TrafficShare__Output as _perch_admin_v1_TrafficShare__Output } from '../../../perch/admin/v1/TrafficShare.ts';
import type { Mutation as _perch_admin_v1_Mutation, Mutation__Output as _perch_admin_v1_Mutation__Output } from '../../../perch/admin/v1/Mutation.ts';

export interface SetTrafficRequest {
  'model'?: (string);
  'shares'?: (_perch_admin_v1_TrafficShare)[];
  'mutation'?: (_perch_admin_v1_Mutation | null);
}

export interface SetTrafficRequest__Output {
  'model': (string);
  'shares': (_perch_admin_v1_TrafficShare__Output)[];
  'mutation': (_perch_admin_v1_Mutation__Output | null);
}
