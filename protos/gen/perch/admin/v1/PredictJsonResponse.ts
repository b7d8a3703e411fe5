// Original file: perch/admin/v1/admin.proto

import type { PredictRoute as _perch_admin_v1_PredictRoute, PredictRoute__Output as _perch_admin_v1_PredictRoute__Output } from '../../../perch/admin/v1/PredictRoute.ts';
import type { Long } from '@grpc/proto-loader';

export interface PredictJsonResponse {
  'json'?: (Buffer | Uint8Array | string);
  'version'?: (number | string | Long);
  'engineUs'?: (number | string);
  'queueUs'?: (number | string);
  'codecUs'?: (number | string);
  'route'?: (_perch_admin_v1_PredictRoute | null);
}

export interface PredictJsonResponse__Output {
  'json': (Buffer);
  'version': (string);
  'engineUs': (number);
  'queueUs': (number);
  'codecUs': (number);
  'route': (_perch_admin_v1_PredictRoute__Output | null);
}
