// Original file: perch/admin/v1/admin.proto

import type { OperatorCount as _perch_admin_v1_OperatorCount, OperatorCount__Output as _perch_admin_v1_OperatorCount__Output } from '../../../perch/admin/v1/OperatorCount.ts';
import type { OmittedSignature as _perch_admin_v1_OmittedSignature, OmittedSignature__Output as _perch_admin_v1_OmittedSignature__Output } from '../../../perch/admin/v1/OmittedSignature.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetConversionReportResponse {
  'version'?: (number | string | Long);
  'source'?: (string);
  'producerVersion'?: (string);
  'onnx'?: (_perch_admin_v1_OperatorCount)[];
  'host'?: (_perch_admin_v1_OperatorCount)[];
  'onnxOperators'?: (_perch_admin_v1_OperatorCount)[];
  'weightBytes'?: (number | string | Long);
  'omittedSignatures'?: (_perch_admin_v1_OmittedSignature)[];
  'durationMs'?: (number | string);
  'markdown'?: (string);
}

export interface GetConversionReportResponse__Output {
  'version': (string);
  'source': (string);
  'producerVersion': (string);
  'onnx': (_perch_admin_v1_OperatorCount__Output)[];
  'host': (_perch_admin_v1_OperatorCount__Output)[];
  'onnxOperators': (_perch_admin_v1_OperatorCount__Output)[];
  'weightBytes': (string);
  'omittedSignatures': (_perch_admin_v1_OmittedSignature__Output)[];
  'durationMs': (number);
  'markdown': (string);
}
