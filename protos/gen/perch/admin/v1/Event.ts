// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface Event {
  'id'?: (number | string | Long);
  'atMs'?: (number | string | Long);
  'model'?: (string);
  'kind'?: (string);
  'actor'?: (string);
  'reason'?: (string);
  'before'?: (string);
  'after'?: (string);
}

export interface Event__Output {
  'id': (string);
  'atMs': (string);
  'model': (string);
  'kind': (string);
  'actor': (string);
  'reason': (string);
  'before': (string);
  'after': (string);
}
