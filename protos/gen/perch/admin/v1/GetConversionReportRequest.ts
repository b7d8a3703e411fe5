// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface GetConversionReportRequest {
  'model'?: (string);
  'version'?: (number | string | Long);
}

export interface GetConversionReportRequest__Output {
  'model': (string);
  'version': (string);
}
