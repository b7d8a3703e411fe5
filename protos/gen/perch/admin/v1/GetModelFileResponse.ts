// Original file: perch/admin/v1/admin.proto

import type { OperatorSet as _perch_admin_v1_OperatorSet, OperatorSet__Output as _perch_admin_v1_OperatorSet__Output } from '../../../perch/admin/v1/OperatorSet.ts';
import type { ModelFileProperty as _perch_admin_v1_ModelFileProperty, ModelFileProperty__Output as _perch_admin_v1_ModelFileProperty__Output } from '../../../perch/admin/v1/ModelFileProperty.ts';

export interface GetModelFileResponse {
  'producer'?: (string);
  'producerVersion'?: (string);
  'opsets'?: (_perch_admin_v1_OperatorSet)[];
  'metadata'?: (_perch_admin_v1_ModelFileProperty)[];
  'classLabels'?: (string)[];
}

export interface GetModelFileResponse__Output {
  'producer': (string);
  'producerVersion': (string);
  'opsets': (_perch_admin_v1_OperatorSet__Output)[];
  'metadata': (_perch_admin_v1_ModelFileProperty__Output)[];
  'classLabels': (string)[];
}
