// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ShadowCase {
  'atMs'?: (number | string | Long);
  'summary'?: (string);
  'inputsJson'?: (Buffer | Uint8Array | string);
  'id'?: (number | string | Long);
  'inputsKept'?: (boolean);
}

export interface ShadowCase__Output {
  'atMs': (string);
  'summary': (string);
  'inputsJson': (Buffer);
  'id': (string);
  'inputsKept': (boolean);
}
