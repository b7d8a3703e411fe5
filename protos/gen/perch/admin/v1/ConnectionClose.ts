// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ConnectionClose {
  'atMs'?: (number | string | Long);
  'cause'?: (string);
  'text'?: (string);
  'advice'?: (string);
  'severity'?: (string);
}

export interface ConnectionClose__Output {
  'atMs': (string);
  'cause': (string);
  'text': (string);
  'advice': (string);
  'severity': (string);
}
