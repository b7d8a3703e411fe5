// Original file: perch/admin/v1/admin.proto

import type { ModelHealth as _perch_admin_v1_ModelHealth, ModelHealth__Output as _perch_admin_v1_ModelHealth__Output } from '../../../perch/admin/v1/ModelHealth.ts';

export interface GetHealthDetailResponse {
  'alive'?: (boolean);
  'notAliveReasons'?: (string)[];
  'ready'?: (boolean);
  'notReadyReasons'?: (string)[];
  'models'?: (_perch_admin_v1_ModelHealth)[];
}

export interface GetHealthDetailResponse__Output {
  'alive': (boolean);
  'notAliveReasons': (string)[];
  'ready': (boolean);
  'notReadyReasons': (string)[];
  'models': (_perch_admin_v1_ModelHealth__Output)[];
}
