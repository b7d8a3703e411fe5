// Original file: perch/admin/v1/admin.proto

import type { GoldenRequest as _perch_admin_v1_GoldenRequest, GoldenRequest__Output as _perch_admin_v1_GoldenRequest__Output } from '../../../perch/admin/v1/GoldenRequest.ts';

export interface CanaryGates {
  'minSuccessRate'?: (number | string);
  'maxP99Ratio'?: (number | string);
  'minAgreement'?: (number | string);
  'maxDrift'?: (number | string);
  'golden'?: (_perch_admin_v1_GoldenRequest)[];
  '_minSuccessRate'?: "minSuccessRate";
  '_maxP99Ratio'?: "maxP99Ratio";
  '_minAgreement'?: "minAgreement";
  '_maxDrift'?: "maxDrift";
}

export interface CanaryGates__Output {
  'minSuccessRate'?: (number);
  'maxP99Ratio'?: (number);
  'minAgreement'?: (number);
  'maxDrift'?: (number);
  'golden': (_perch_admin_v1_GoldenRequest__Output)[];
  '_minSuccessRate'?: "minSuccessRate";
  '_maxP99Ratio'?: "maxP99Ratio";
  '_minAgreement'?: "minAgreement";
  '_maxDrift'?: "maxDrift";
}
