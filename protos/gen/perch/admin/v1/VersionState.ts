// Original file: perch/admin/v1/admin.proto

import type { VersionPhase as _perch_admin_v1_VersionPhase, VersionPhase__Output as _perch_admin_v1_VersionPhase__Output } from '../../../perch/admin/v1/VersionPhase.ts';
import type { Signature as _perch_admin_v1_Signature, Signature__Output as _perch_admin_v1_Signature__Output } from '../../../perch/admin/v1/Signature.ts';
import type { LoadProgress as _perch_admin_v1_LoadProgress, LoadProgress__Output as _perch_admin_v1_LoadProgress__Output } from '../../../perch/admin/v1/LoadProgress.ts';
import type { ExecutionInfo as _perch_admin_v1_ExecutionInfo, ExecutionInfo__Output as _perch_admin_v1_ExecutionInfo__Output } from '../../../perch/admin/v1/ExecutionInfo.ts';
import type { Long } from '@grpc/proto-loader';

export interface VersionState {
  'version'?: (number | string | Long);
  'phase'?: (_perch_admin_v1_VersionPhase);
  'error'?: (string);
  'errorCode'?: (string);
  'sinceMs'?: (number | string | Long);
  'path'?: (string);
  'sizeBytes'?: (number | string | Long);
  'loadMs'?: (number | string);
  'signature'?: (_perch_admin_v1_Signature | null);
  'onDisk'?: (boolean);
  'retryAtMs'?: (number | string | Long);
  'progress'?: (_perch_admin_v1_LoadProgress | null);
  'execution'?: (_perch_admin_v1_ExecutionInfo | null);
  'convertedFrom'?: (string);
  'signatures'?: (_perch_admin_v1_Signature)[];
}

export interface VersionState__Output {
  'version': (string);
  'phase': (_perch_admin_v1_VersionPhase__Output);
  'error': (string);
  'errorCode': (string);
  'sinceMs': (string);
  'path': (string);
  'sizeBytes': (string);
  'loadMs': (number);
  'signature': (_perch_admin_v1_Signature__Output | null);
  'onDisk': (boolean);
  'retryAtMs': (string);
  'progress': (_perch_admin_v1_LoadProgress__Output | null);
  'execution': (_perch_admin_v1_ExecutionInfo__Output | null);
  'convertedFrom': (string);
  'signatures': (_perch_admin_v1_Signature__Output)[];
}
