// Original file: perch/admin/v1/admin.proto

import type { VersionHistory as _perch_admin_v1_VersionHistory, VersionHistory__Output as _perch_admin_v1_VersionHistory__Output } from '../../../perch/admin/v1/VersionHistory.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetStatisticsHistoryResponse {
  'spanMs'?: (number);
  'beginMs'?: (number | string | Long);
  'versions'?: (_perch_admin_v1_VersionHistory)[];
}

export interface GetStatisticsHistoryResponse__Output {
  'spanMs': (number);
  'beginMs': (string);
  'versions': (_perch_admin_v1_VersionHistory__Output)[];
}
