// Original file: perch/admin/v1/admin.proto

import type { VersionStatistics as _perch_admin_v1_VersionStatistics, VersionStatistics__Output as _perch_admin_v1_VersionStatistics__Output } from '../../../perch/admin/v1/VersionStatistics.ts';

export interface GetStatisticsResponse {
  'versions'?: (_perch_admin_v1_VersionStatistics)[];
}

export interface GetStatisticsResponse__Output {
  'versions': (_perch_admin_v1_VersionStatistics__Output)[];
}
