// Original file: perch/admin/v1/admin.proto

import type { RecordingStarted as _perch_admin_v1_RecordingStarted, RecordingStarted__Output as _perch_admin_v1_RecordingStarted__Output } from '../../../perch/admin/v1/RecordingStarted.ts';
import type { RecordedConnection as _perch_admin_v1_RecordedConnection, RecordedConnection__Output as _perch_admin_v1_RecordedConnection__Output } from '../../../perch/admin/v1/RecordedConnection.ts';
import type { RecordedFrame as _perch_admin_v1_RecordedFrame, RecordedFrame__Output as _perch_admin_v1_RecordedFrame__Output } from '../../../perch/admin/v1/RecordedFrame.ts';
import type { RecordedClose as _perch_admin_v1_RecordedClose, RecordedClose__Output as _perch_admin_v1_RecordedClose__Output } from '../../../perch/admin/v1/RecordedClose.ts';
import type { Long } from '@grpc/proto-loader';

export interface RecordConnectionResponse {
  'started'?: (_perch_admin_v1_RecordingStarted | null);
  'opened'?: (_perch_admin_v1_RecordedConnection | null);
  'frame'?: (_perch_admin_v1_RecordedFrame | null);
  'closed'?: (_perch_admin_v1_RecordedClose | null);
  'dropped'?: (number | string | Long);
  'event'?: "started"|"opened"|"frame"|"closed";
}

export interface RecordConnectionResponse__Output {
  'started'?: (_perch_admin_v1_RecordingStarted__Output | null);
  'opened'?: (_perch_admin_v1_RecordedConnection__Output | null);
  'frame'?: (_perch_admin_v1_RecordedFrame__Output | null);
  'closed'?: (_perch_admin_v1_RecordedClose__Output | null);
  'dropped': (string);
  'event'?: "started"|"opened"|"frame"|"closed";
}
