// Original file: perch/admin/v1/admin.proto

import type { VersionState as _perch_admin_v1_VersionState, VersionState__Output as _perch_admin_v1_VersionState__Output } from '../../../perch/admin/v1/VersionState.ts';
import type { Label as _perch_admin_v1_Label, Label__Output as _perch_admin_v1_Label__Output } from '../../../perch/admin/v1/Label.ts';
import type { TrafficShare as _perch_admin_v1_TrafficShare, TrafficShare__Output as _perch_admin_v1_TrafficShare__Output } from '../../../perch/admin/v1/TrafficShare.ts';
import type { Shadow as _perch_admin_v1_Shadow, Shadow__Output as _perch_admin_v1_Shadow__Output } from '../../../perch/admin/v1/Shadow.ts';
import type { Canary as _perch_admin_v1_Canary, Canary__Output as _perch_admin_v1_Canary__Output } from '../../../perch/admin/v1/Canary.ts';
import type { Long } from '@grpc/proto-loader';

export interface ModelState {
  'name'?: (string);
  'basePath'?: (string);
  'versions'?: (_perch_admin_v1_VersionState)[];
  'labels'?: (_perch_admin_v1_Label)[];
  'problem'?: (string);
  'resourceVersion'?: (number | string | Long);
  'traffic'?: (_perch_admin_v1_TrafficShare)[];
  'shadow'?: (_perch_admin_v1_Shadow | null);
  'canary'?: (_perch_admin_v1_Canary | null);
}

export interface ModelState__Output {
  'name': (string);
  'basePath': (string);
  'versions': (_perch_admin_v1_VersionState__Output)[];
  'labels': (_perch_admin_v1_Label__Output)[];
  'problem': (string);
  'resourceVersion': (string);
  'traffic': (_perch_admin_v1_TrafficShare__Output)[];
  'shadow': (_perch_admin_v1_Shadow__Output | null);
  'canary': (_perch_admin_v1_Canary__Output | null);
}
