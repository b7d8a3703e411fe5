// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface GetSignatureRequest {
  'model'?: (string);
  'version'?: (number | string | Long);
  'signatureName'?: (string);
}

export interface GetSignatureRequest__Output {
  'model': (string);
  'version': (string);
  'signatureName': (string);
}
