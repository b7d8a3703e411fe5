// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface Gpu {
  'index'?: (number);
  'name'?: (string);
  'driverVersion'?: (string);
  'memoryTotalBytes'?: (number | string | Long);
  'memoryUsedBytes'?: (number | string | Long);
  'utilizationPercent'?: (number);
}

export interface Gpu__Output {
  'index': (number);
  'name': (string);
  'driverVersion': (string);
  'memoryTotalBytes': (string);
  'memoryUsedBytes': (string);
  'utilizationPercent': (number);
}
