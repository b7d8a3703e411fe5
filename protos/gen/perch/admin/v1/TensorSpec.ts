// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface TensorSpec {
  'name'?: (string);
  'dtype'?: (string);
  'shape'?: (number | string | Long)[];
  'unknownRank'?: (boolean);
}

export interface TensorSpec__Output {
  'name': (string);
  'dtype': (string);
  'shape': (string)[];
  'unknownRank': (boolean);
}
