// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface GetShadowCaseResponse {
  'requestJson'?: (Buffer | Uint8Array | string);
  'stableVersion'?: (number | string | Long);
  'shadowVersion'?: (number | string | Long);
}

export interface GetShadowCaseResponse__Output {
  'requestJson': (Buffer);
  'stableVersion': (string);
  'shadowVersion': (string);
}
