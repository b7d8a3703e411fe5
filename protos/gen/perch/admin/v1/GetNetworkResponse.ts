// Original file: perch/admin/v1/admin.proto

import type { ListenerExposure as _perch_admin_v1_ListenerExposure, ListenerExposure__Output as _perch_admin_v1_ListenerExposure__Output } from '../../../perch/admin/v1/ListenerExposure.ts';
import type { GrpcConnection as _perch_admin_v1_GrpcConnection, GrpcConnection__Output as _perch_admin_v1_GrpcConnection__Output } from '../../../perch/admin/v1/GrpcConnection.ts';
import type { ConnectionRules as _perch_admin_v1_ConnectionRules, ConnectionRules__Output as _perch_admin_v1_ConnectionRules__Output } from '../../../perch/admin/v1/ConnectionRules.ts';
import type { CloseCount as _perch_admin_v1_CloseCount, CloseCount__Output as _perch_admin_v1_CloseCount__Output } from '../../../perch/admin/v1/CloseCount.ts';
import type { RequestLimit as _perch_admin_v1_RequestLimit, RequestLimit__Output as _perch_admin_v1_RequestLimit__Output } from '../../../perch/admin/v1/RequestLimit.ts';
import type { RefusedRequests as _perch_admin_v1_RefusedRequests, RefusedRequests__Output as _perch_admin_v1_RefusedRequests__Output } from '../../../perch/admin/v1/RefusedRequests.ts';

export interface GetNetworkResponse {
  'listeners'?: (_perch_admin_v1_ListenerExposure)[];
  'grpcTransport'?: (string);
  'open'?: (_perch_admin_v1_GrpcConnection)[];
  'closed'?: (_perch_admin_v1_GrpcConnection)[];
  'rules'?: (_perch_admin_v1_ConnectionRules | null);
  'closes'?: (_perch_admin_v1_CloseCount)[];
  'limits'?: (_perch_admin_v1_RequestLimit)[];
  'refused'?: (_perch_admin_v1_RefusedRequests)[];
}

export interface GetNetworkResponse__Output {
  'listeners': (_perch_admin_v1_ListenerExposure__Output)[];
  'grpcTransport': (string);
  'open': (_perch_admin_v1_GrpcConnection__Output)[];
  'closed': (_perch_admin_v1_GrpcConnection__Output)[];
  'rules': (_perch_admin_v1_ConnectionRules__Output | null);
  'closes': (_perch_admin_v1_CloseCount__Output)[];
  'limits': (_perch_admin_v1_RequestLimit__Output)[];
  'refused': (_perch_admin_v1_RefusedRequests__Output)[];
}
