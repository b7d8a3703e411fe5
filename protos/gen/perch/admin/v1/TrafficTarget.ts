// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface TrafficTarget {
  'label'?: (string);
  'version'?: (number | string | Long);
  'target'?: "label"|"version";
}

export interface TrafficTarget__Output {
  'label'?: (string);
  'version'?: (string);
  'target'?: "label"|"version";
}
