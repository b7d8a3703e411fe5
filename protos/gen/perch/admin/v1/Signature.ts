// Original file: perch/admin/v1/admin.proto

import type { TensorSpec as _perch_admin_v1_TensorSpec, TensorSpec__Output as _perch_admin_v1_TensorSpec__Output } from '../../../perch/admin/v1/TensorSpec.ts';

export interface Signature {
  'inputs'?: (_perch_admin_v1_TensorSpec)[];
  'outputs'?: (_perch_admin_v1_TensorSpec)[];
  'name'?: (string);
  'methodName'?: (string);
  'optionalInputs'?: (string)[];
  'stateful'?: (boolean);
}

export interface Signature__Output {
  'inputs': (_perch_admin_v1_TensorSpec__Output)[];
  'outputs': (_perch_admin_v1_TensorSpec__Output)[];
  'name': (string);
  'methodName': (string);
  'optionalInputs': (string)[];
  'stateful': (boolean);
}
