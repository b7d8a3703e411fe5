// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ExportOnnxRequest {
  'model'?: (string);
  'version'?: (number | string | Long);
  'signatureName'?: (string);
}

export interface ExportOnnxRequest__Output {
  'model': (string);
  'version': (string);
  'signatureName': (string);
}
