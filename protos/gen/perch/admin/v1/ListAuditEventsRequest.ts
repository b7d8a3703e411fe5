// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ListAuditEventsRequest {
  'afterId'?: (number | string | Long);
}

export interface ListAuditEventsRequest__Output {
  'afterId': (string);
}
