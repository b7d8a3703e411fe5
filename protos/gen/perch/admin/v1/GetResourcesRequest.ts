// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface GetResourcesRequest {
  'sinceMs'?: (number | string | Long);
}

export interface GetResourcesRequest__Output {
  'sinceMs': (string);
}
