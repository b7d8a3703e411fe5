// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ObservedShare {
  'version'?: (number | string | Long);
  'splitRequests'?: (number | string | Long);
  'namedRequests'?: (number | string | Long);
}

export interface ObservedShare__Output {
  'version': (string);
  'splitRequests': (string);
  'namedRequests': (string);
}
