// Original file: perch/admin/v1/admin.proto

import type { HistoryPoint as _perch_admin_v1_HistoryPoint, HistoryPoint__Output as _perch_admin_v1_HistoryPoint__Output } from '../../../perch/admin/v1/HistoryPoint.ts';
import type { Long } from '@grpc/proto-loader';

export interface VersionHistory {
  'version'?: (number | string | Long);
  'points'?: (_perch_admin_v1_HistoryPoint)[];
}

export interface VersionHistory__Output {
  'version': (string);
  'points': (_perch_admin_v1_HistoryPoint__Output)[];
}
