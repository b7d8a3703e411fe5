// Original file: perch/admin/v1/admin.proto

import type { ConfigFinding as _perch_admin_v1_ConfigFinding, ConfigFinding__Output as _perch_admin_v1_ConfigFinding__Output } from '../../../perch/admin/v1/ConfigFinding.ts';

export interface ValidateConfigResponse {
  'findings'?: (_perch_admin_v1_ConfigFinding)[];
}

export interface ValidateConfigResponse__Output {
  'findings': (_perch_admin_v1_ConfigFinding__Output)[];
}
