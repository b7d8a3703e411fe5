// Original file: perch/admin/v1/admin.proto

import type { VersionHealth as _perch_admin_v1_VersionHealth, VersionHealth__Output as _perch_admin_v1_VersionHealth__Output } from '../../../perch/admin/v1/VersionHealth.ts';
import type { Long } from '@grpc/proto-loader';

export interface ModelHealth {
  'name'?: (string);
  'ready'?: (boolean);
  'required'?: (boolean);
  'reason'?: (string);
  'sinceMs'?: (number | string | Long);
  'versions'?: (_perch_admin_v1_VersionHealth)[];
}

export interface ModelHealth__Output {
  'name': (string);
  'ready': (boolean);
  'required': (boolean);
  'reason': (string);
  'sinceMs': (string);
  'versions': (_perch_admin_v1_VersionHealth__Output)[];
}
