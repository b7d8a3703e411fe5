// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface AuditEvent {
  'id'?: (number | string | Long);
  'atMs'?: (number | string | Long);
  'kind'?: (string);
  'transport'?: (string);
  'method'?: (string);
  'token'?: (string);
  'role'?: (string);
  'peer'?: (string);
  'outcome'?: (string);
}

export interface AuditEvent__Output {
  'id': (string);
  'atMs': (string);
  'kind': (string);
  'transport': (string);
  'method': (string);
  'token': (string);
  'role': (string);
  'peer': (string);
  'outcome': (string);
}
