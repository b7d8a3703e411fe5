// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface OperatorSet {
  'domain'?: (string);
  'version'?: (number | string | Long);
}

export interface OperatorSet__Output {
  'domain': (string);
  'version': (string);
}
