// Original file: perch/admin/v1/admin.proto

import type { ListenerExposure as _perch_admin_v1_ListenerExposure, ListenerExposure__Output as _perch_admin_v1_ListenerExposure__Output } from '../../../perch/admin/v1/ListenerExposure.ts';
import type { GrpcConnection as _perch_admin_v1_GrpcConnection, GrpcConnection__Output as _perch_admin_v1_GrpcConnection__Output } from '../../../perch/admin/v1/GrpcConnection.ts';

export interface GetNetworkResponse {
  'listeners'?: (_perch_admin_v1_ListenerExposure)[];
  'grpcTransport'?: (string);
  'open'?: (_perch_admin_v1_GrpcConnection)[];
  'closed'?: (_perch_admin_v1_GrpcConnection)[];
}

export interface GetNetworkResponse__Output {
  'listeners': (_perch_admin_v1_ListenerExposure__Output)[];
  'grpcTransport': (string);
  'open': (_perch_admin_v1_GrpcConnection__Output)[];
  'closed': (_perch_admin_v1_GrpcConnection__Output)[];
}
