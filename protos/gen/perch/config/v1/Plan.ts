// Original file: perch/config/v1/perch_config.proto

import type { Golden as _perch_config_v1_Golden, Golden__Output as _perch_config_v1_Golden__Output } from '../../../perch/config/v1/Golden.ts';

export interface Plan {
  'stepPercent'?: (number)[];
  'intervalMs'?: (number);
  'passesPerStep'?: (number);
  'minRequests'?: (number);
  'failedChecksLimit'?: (number);
  'inconclusiveLimit'?: (number);
  'minSuccessRate'?: (number | string);
  'maxP99Ratio'?: (number | string);
  'minAgreement'?: (number | string);
  'maxDrift'?: (number | string);
  'manual'?: (boolean);
  'keepWarmMs'?: (number);
  'shadowPercent'?: (number);
  'golden'?: (_perch_config_v1_Golden)[];
  '_minAgreement'?: "minAgreement";
  '_maxDrift'?: "maxDrift";
}

export interface Plan__Output {
  'stepPercent': (number)[];
  'intervalMs': (number);
  'passesPerStep': (number);
  'minRequests': (number);
  'failedChecksLimit': (number);
  'inconclusiveLimit': (number);
  'minSuccessRate': (number);
  'maxP99Ratio': (number);
  'minAgreement'?: (number);
  'maxDrift'?: (number);
  'manual': (boolean);
  'keepWarmMs': (number);
  'shadowPercent': (number);
  'golden': (_perch_config_v1_Golden__Output)[];
  '_minAgreement'?: "minAgreement";
  '_maxDrift'?: "maxDrift";
}
