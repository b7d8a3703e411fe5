// Original file: perch/admin/v1/admin.proto

import type { GpuLoad as _perch_admin_v1_GpuLoad, GpuLoad__Output as _perch_admin_v1_GpuLoad__Output } from '../../../perch/admin/v1/GpuLoad.ts';
import type { Long } from '@grpc/proto-loader';

export interface ResourceSample {
  'atMs'?: (number | string | Long);
  'spanMs'?: (number | string);
  'processCpuPercent'?: (number | string);
  'engineCpuPercent'?: (number | string);
  'hostCpuPercent'?: (number | string);
  'rssBytes'?: (number | string | Long);
  'engineRssBytes'?: (number | string | Long);
  'memoryAvailableBytes'?: (number | string | Long);
  'loopDelayMaxMs'?: (number | string);
  'loopBusyPercent'?: (number | string);
  'gpus'?: (_perch_admin_v1_GpuLoad)[];
  '_engineCpuPercent'?: "engineCpuPercent";
  '_engineRssBytes'?: "engineRssBytes";
}

export interface ResourceSample__Output {
  'atMs': (string);
  'spanMs': (number);
  'processCpuPercent': (number);
  'engineCpuPercent'?: (number);
  'hostCpuPercent': (number);
  'rssBytes': (string);
  'engineRssBytes'?: (string);
  'memoryAvailableBytes': (string);
  'loopDelayMaxMs': (number);
  'loopBusyPercent': (number);
  'gpus': (_perch_admin_v1_GpuLoad__Output)[];
  '_engineCpuPercent'?: "engineCpuPercent";
  '_engineRssBytes'?: "engineRssBytes";
}
