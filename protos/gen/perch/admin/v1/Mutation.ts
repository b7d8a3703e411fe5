// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface Mutation {
  'requestId'?: (string);
  'expectedResourceVersion'?: (number | string | Long);
  'actor'?: (string);
  'reason'?: (string);
}

export interface Mutation__Output {
  'requestId': (string);
  'expectedResourceVersion': (string);
  'actor': (string);
  'reason': (string);
}
