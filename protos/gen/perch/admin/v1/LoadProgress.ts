// Original file: perch/admin/v1/admin.proto

import type { LoadStep as _perch_admin_v1_LoadStep, LoadStep__Output as _perch_admin_v1_LoadStep__Output } from '../../../perch/admin/v1/LoadStep.ts';
import type { Long } from '@grpc/proto-loader';

export interface LoadProgress {
  'step'?: (_perch_admin_v1_LoadStep);
  'detail'?: (string);
  'bytesDone'?: (number | string | Long);
  'bytesTotal'?: (number | string | Long);
  'stepSinceMs'?: (number | string | Long);
}

export interface LoadProgress__Output {
  'step': (_perch_admin_v1_LoadStep__Output);
  'detail': (string);
  'bytesDone': (string);
  'bytesTotal': (string);
  'stepSinceMs': (string);
}
