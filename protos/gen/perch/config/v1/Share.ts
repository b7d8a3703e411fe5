// Original file: perch/config/v1/perch_config.proto

import type { Long } from '@grpc/proto-loader';

export interface Share {
  'label'?: (string);
  'version'?: (number | string | Long);
  'percent'?: (number);
  'target'?: "label"|"version";
}

export interface Share__Output {
  'label'?: (string);
  'version'?: (string);
  'percent': (number);
  'target'?: "label"|"version";
}
