// Original file: perch/admin/v1/admin.proto

import type { TrafficTarget as _perch_admin_v1_TrafficTarget, TrafficTarget__Output as _perch_admin_v1_TrafficTarget__Output } from '../../../perch/admin/v1/TrafficTarget.ts';
import type { Long } from '@grpc/proto-loader';

export interface TrafficShare {
  'target'?: (_perch_admin_v1_TrafficTarget | null);
  'percent'?: (number);
  'version'?: (number | string | Long);
  'available'?: (boolean);
}

export interface TrafficShare__Output {
  'target': (_perch_admin_v1_TrafficTarget__Output | null);
  'percent': (number);
  'version': (string);
  'available': (boolean);
}
