// Original file: perch/admin/v1/admin.proto

import type { TrafficShare as _perch_admin_v1_TrafficShare, TrafficShare__Output as _perch_admin_v1_TrafficShare__Output } from '../../../perch/admin/v1/TrafficShare.ts';
import type { ObservedShare as _perch_admin_v1_ObservedShare, ObservedShare__Output as _perch_admin_v1_ObservedShare__Output } from '../../../perch/admin/v1/ObservedShare.ts';
import type { Shadow as _perch_admin_v1_Shadow, Shadow__Output as _perch_admin_v1_Shadow__Output } from '../../../perch/admin/v1/Shadow.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetTrafficResponse {
  'shares'?: (_perch_admin_v1_TrafficShare)[];
  'observed'?: (_perch_admin_v1_ObservedShare)[];
  'fallbacks'?: (number | string | Long);
  'shadow'?: (_perch_admin_v1_Shadow | null);
}

export interface GetTrafficResponse__Output {
  'shares': (_perch_admin_v1_TrafficShare__Output)[];
  'observed': (_perch_admin_v1_ObservedShare__Output)[];
  'fallbacks': (string);
  'shadow': (_perch_admin_v1_Shadow__Output | null);
}
