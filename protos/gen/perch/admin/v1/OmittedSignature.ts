// Original file: perch/admin/v1/admin.proto

import type { UnsupportedOperator as _perch_admin_v1_UnsupportedOperator, UnsupportedOperator__Output as _perch_admin_v1_UnsupportedOperator__Output } from '../../../perch/admin/v1/UnsupportedOperator.ts';

export interface OmittedSignature {
  'name'?: (string);
  'unsupported'?: (_perch_admin_v1_UnsupportedOperator)[];
}

export interface OmittedSignature__Output {
  'name': (string);
  'unsupported': (_perch_admin_v1_UnsupportedOperator__Output)[];
}
