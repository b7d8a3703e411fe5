// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface GetShadowCaseRequest {
  'model'?: (string);
  'id'?: (number | string | Long);
}

export interface GetShadowCaseRequest__Output {
  'model': (string);
  'id': (string);
}
