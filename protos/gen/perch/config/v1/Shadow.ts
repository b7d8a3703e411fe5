// Original file: perch/config/v1/perch_config.proto

import type { Long } from '@grpc/proto-loader';

export interface Shadow {
  'label'?: (string);
  'version'?: (number | string | Long);
  'percent'?: (number);
  'keepInputs'?: (boolean);
  'target'?: "label"|"version";
}

export interface Shadow__Output {
  'label'?: (string);
  'version'?: (string);
  'percent': (number);
  'keepInputs': (boolean);
  'target'?: "label"|"version";
}
