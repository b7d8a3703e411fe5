// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ExportOnnxResponse {
  'chunk'?: (Buffer | Uint8Array | string);
  'totalBytes'?: (number | string | Long);
}

export interface ExportOnnxResponse__Output {
  'chunk': (Buffer);
  'totalBytes': (string);
}
