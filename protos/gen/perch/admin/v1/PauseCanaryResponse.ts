// Original file: perch/admin/v1/admin.proto

import type { ModelState as _perch_admin_v1_ModelState, ModelState__Output as _perch_admin_v1_ModelState__Output } from '../../../perch/admin/v1/ModelState.ts';

export interface PauseCanaryResponse {
  'model'?: (_perch_admin_v1_ModelState | null);
}

export interface PauseCanaryResponse__Output {
  'model': (_perch_admin_v1_ModelState__Output | null);
}
