// Original file: perch/admin/v1/admin.proto

import type { ProviderAvailability as _perch_admin_v1_ProviderAvailability, ProviderAvailability__Output as _perch_admin_v1_ProviderAvailability__Output } from '../../../perch/admin/v1/ProviderAvailability.ts';

export interface ProviderState {
  'name'?: (string);
  'state'?: (_perch_admin_v1_ProviderAvailability);
  'reason'?: (string);
  'remedy'?: (string);
}

export interface ProviderState__Output {
  'name': (string);
  'state': (_perch_admin_v1_ProviderAvailability__Output);
  'reason': (string);
  'remedy': (string);
}
