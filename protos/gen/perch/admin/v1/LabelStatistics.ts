// Original file: perch/admin/v1/admin.proto

import type { Percentiles as _perch_admin_v1_Percentiles, Percentiles__Output as _perch_admin_v1_Percentiles__Output } from '../../../perch/admin/v1/Percentiles.ts';
import type { OutputStatistics as _perch_admin_v1_OutputStatistics, OutputStatistics__Output as _perch_admin_v1_OutputStatistics__Output } from '../../../perch/admin/v1/OutputStatistics.ts';
import type { Long } from '@grpc/proto-loader';

export interface LabelStatistics {
  'model'?: (string);
  'label'?: (string);
  'version'?: (number | string | Long);
  'requests'?: (number | string | Long);
  'rate'?: (number | string);
  'successRate'?: (number | string);
  'errors'?: ({[key: string]: number | string | Long});
  'total'?: (_perch_admin_v1_Percentiles | null);
  'queue'?: (_perch_admin_v1_Percentiles | null);
  'run'?: (_perch_admin_v1_Percentiles | null);
  'meanRows'?: (number | string);
  'outputs'?: (_perch_admin_v1_OutputStatistics)[];
}

export interface LabelStatistics__Output {
  'model': (string);
  'label': (string);
  'version': (string);
  'requests': (string);
  'rate': (number);
  'successRate': (number);
  'errors': ({[key: string]: string});
  'total': (_perch_admin_v1_Percentiles__Output | null);
  'queue': (_perch_admin_v1_Percentiles__Output | null);
  'run': (_perch_admin_v1_Percentiles__Output | null);
  'meanRows': (number);
  'outputs': (_perch_admin_v1_OutputStatistics__Output)[];
}
