// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface RecordedConnection {
  'connection'?: (number);
  'peer'?: (string);
  'atMs'?: (number | string | Long);
}

export interface RecordedConnection__Output {
  'connection': (number);
  'peer': (string);
  'atMs': (string);
}
