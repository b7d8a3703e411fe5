// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface GetModelFileRequest {
  'model'?: (string);
  'version'?: (number | string | Long);
}

export interface GetModelFileRequest__Output {
  'model': (string);
  'version': (string);
}
