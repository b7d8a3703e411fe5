// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface GpuLoad {
  'index'?: (number);
  'utilizationPercent'?: (number | string);
  'memoryUsedBytes'?: (number | string | Long);
  '_utilizationPercent'?: "utilizationPercent";
  '_memoryUsedBytes'?: "memoryUsedBytes";
}

export interface GpuLoad__Output {
  'index': (number);
  'utilizationPercent'?: (number);
  'memoryUsedBytes'?: (string);
  '_utilizationPercent'?: "utilizationPercent";
  '_memoryUsedBytes'?: "memoryUsedBytes";
}
