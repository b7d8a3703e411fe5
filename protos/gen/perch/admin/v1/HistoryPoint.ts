// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface HistoryPoint {
  'requests'?: (number | string | Long);
  'errors'?: (number | string | Long);
  'p50Us'?: (number | string);
  'p99Us'?: (number | string);
}

export interface HistoryPoint__Output {
  'requests': (string);
  'errors': (string);
  'p50Us': (number);
  'p99Us': (number);
}
