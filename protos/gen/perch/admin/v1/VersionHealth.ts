// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface VersionHealth {
  'version'?: (number | string | Long);
  'ready'?: (boolean);
  'reason'?: (string);
  'sinceMs'?: (number | string | Long);
}

export interface VersionHealth__Output {
  'version': (string);
  'ready': (boolean);
  'reason': (string);
  'sinceMs': (string);
}
