// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ShadowCase {
  'atMs'?: (number | string | Long);
  'summary'?: (string);
  'inputsJson'?: (Buffer | Uint8Array | string);
}

export interface ShadowCase__Output {
  'atMs': (string);
  'summary': (string);
  'inputsJson': (Buffer);
}
