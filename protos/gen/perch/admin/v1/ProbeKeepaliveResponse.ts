// Original file: perch/admin/v1/admin.proto

import type { KeepalivePrediction as _perch_admin_v1_KeepalivePrediction, KeepalivePrediction__Output as _perch_admin_v1_KeepalivePrediction__Output } from '../../../perch/admin/v1/KeepalivePrediction.ts';

export interface ProbeKeepaliveResponse {
  'prediction'?: (_perch_admin_v1_KeepalivePrediction | null);
  'outcome'?: (_perch_admin_v1_KeepalivePrediction | null);
  'evidence'?: (string);
  'watchedMs'?: (number | string);
  'speed'?: (number | string);
  'agreement'?: (string);
}

export interface ProbeKeepaliveResponse__Output {
  'prediction': (_perch_admin_v1_KeepalivePrediction__Output | null);
  'outcome': (_perch_admin_v1_KeepalivePrediction__Output | null);
  'evidence': (string);
  'watchedMs': (number);
  'speed': (number);
  'agreement': (string);
}
