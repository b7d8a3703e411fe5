// Original file: perch/admin/v1/admin.proto

import type { Event as _perch_admin_v1_Event, Event__Output as _perch_admin_v1_Event__Output } from '../../../perch/admin/v1/Event.ts';
import type { Long } from '@grpc/proto-loader';

export interface WatchEventsResponse {
  'event'?: (_perch_admin_v1_Event | null);
  'backlogEnd'?: (boolean);
  'dropped'?: (number | string | Long);
}

export interface WatchEventsResponse__Output {
  'event': (_perch_admin_v1_Event__Output | null);
  'backlogEnd': (boolean);
  'dropped': (string);
}
