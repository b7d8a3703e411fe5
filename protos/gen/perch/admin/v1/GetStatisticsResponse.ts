// Original file: perch/admin/v1/admin.proto

import type { VersionStatistics as _perch_admin_v1_VersionStatistics, VersionStatistics__Output as _perch_admin_v1_VersionStatistics__Output } from '../../../perch/admin/v1/VersionStatistics.ts';
import type { LabelStatistics as _perch_admin_v1_LabelStatistics, LabelStatistics__Output as _perch_admin_v1_LabelStatistics__Output } from '../../../perch/admin/v1/LabelStatistics.ts';

export interface GetStatisticsResponse {
  'versions'?: (_perch_admin_v1_VersionStatistics)[];
  'labels'?: (_perch_admin_v1_LabelStatistics)[];
}

export interface GetStatisticsResponse__Output {
  'versions': (_perch_admin_v1_VersionStatistics__Output)[];
  'labels': (_perch_admin_v1_LabelStatistics__Output)[];
}
