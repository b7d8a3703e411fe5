// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface PredictJsonRequest {
  'model'?: (string);
  'version'?: (number | string | Long);
  'json'?: (Buffer | Uint8Array | string);
  'label'?: (string);
}

export interface PredictJsonRequest__Output {
  'model': (string);
  'version': (string);
  'json': (Buffer);
  'label': (string);
}
