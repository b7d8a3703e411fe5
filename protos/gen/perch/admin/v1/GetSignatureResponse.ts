// Original file: perch/admin/v1/admin.proto

import type { Signature as _perch_admin_v1_Signature, Signature__Output as _perch_admin_v1_Signature__Output } from '../../../perch/admin/v1/Signature.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetSignatureResponse {
  'version'?: (number | string | Long);
  'signature'?: (_perch_admin_v1_Signature | null);
  'classLabels'?: (string)[];
}

export interface GetSignatureResponse__Output {
  'version': (string);
  'signature': (_perch_admin_v1_Signature__Output | null);
  'classLabels': (string)[];
}
