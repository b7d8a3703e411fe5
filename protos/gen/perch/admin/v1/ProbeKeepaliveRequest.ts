// Original file: perch/admin/v1/admin.proto

import type { DiagnoseKeepaliveRequest as _perch_admin_v1_DiagnoseKeepaliveRequest, DiagnoseKeepaliveRequest__Output as _perch_admin_v1_DiagnoseKeepaliveRequest__Output } from '../../../perch/admin/v1/DiagnoseKeepaliveRequest.ts';

export interface ProbeKeepaliveRequest {
  'settings'?: (_perch_admin_v1_DiagnoseKeepaliveRequest | null);
}

export interface ProbeKeepaliveRequest__Output {
  'settings': (_perch_admin_v1_DiagnoseKeepaliveRequest__Output | null);
}
