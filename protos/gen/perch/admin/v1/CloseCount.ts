// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface CloseCount {
  'cause'?: (string);
  'count'?: (number | string | Long);
}

export interface CloseCount__Output {
  'cause': (string);
  'count': (string);
}
