// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface RefusedRequests {
  'option'?: (string);
  'model'?: (string);
  'count'?: (number | string | Long);
}

export interface RefusedRequests__Output {
  'option': (string);
  'model': (string);
  'count': (string);
}
