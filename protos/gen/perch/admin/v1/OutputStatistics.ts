// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface OutputStatistics {
  'name'?: (string);
  'values'?: (number | string | Long);
  'mean'?: (number | string);
  'deviation'?: (number | string);
  'topClasses'?: ({[key: number]: number | string | Long});
}

export interface OutputStatistics__Output {
  'name': (string);
  'values': (string);
  'mean': (number);
  'deviation': (number);
  'topClasses': ({[key: number]: string});
}
