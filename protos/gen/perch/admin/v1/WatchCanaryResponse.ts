// Original file: perch/admin/v1/admin.proto

import type { Canary as _perch_admin_v1_Canary, Canary__Output as _perch_admin_v1_Canary__Output } from '../../../perch/admin/v1/Canary.ts';

export interface WatchCanaryResponse {
  'canary'?: (_perch_admin_v1_Canary | null);
}

export interface WatchCanaryResponse__Output {
  'canary': (_perch_admin_v1_Canary__Output | null);
}
