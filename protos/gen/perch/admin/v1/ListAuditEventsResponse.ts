// Original file: perch/admin/v1/admin.proto

import type { AuditEvent as _perch_admin_v1_AuditEvent, AuditEvent__Output as _perch_admin_v1_AuditEvent__Output } from '../../../perch/admin/v1/AuditEvent.ts';

export interface ListAuditEventsResponse {
  'events'?: (_perch_admin_v1_AuditEvent)[];
}

export interface ListAuditEventsResponse__Output {
  'events': (_perch_admin_v1_AuditEvent__Output)[];
}
