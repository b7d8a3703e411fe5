// Original file: perch/admin/v1/admin.proto

import type { ControlFrame as _perch_admin_v1_ControlFrame, ControlFrame__Output as _perch_admin_v1_ControlFrame__Output } from '../../../perch/admin/v1/ControlFrame.ts';
import type { ConnectionClose as _perch_admin_v1_ConnectionClose, ConnectionClose__Output as _perch_admin_v1_ConnectionClose__Output } from '../../../perch/admin/v1/ConnectionClose.ts';
import type { Long } from '@grpc/proto-loader';

export interface GrpcConnection {
  'id'?: (number);
  'peer'?: (string);
  'transport'?: (string);
  'tls'?: (string);
  'ageMs'?: (number | string);
  'openStreams'?: (number);
  'bytesReceived'?: (number | string | Long);
  'bytesSent'?: (number | string | Long);
  'streamsOpened'?: (number);
  'streamsCompleted'?: (number);
  'streamsResetByPeer'?: (number);
  'streamsReset'?: (number);
  'streamsRefused'?: (number);
  'pingsReceived'?: (number);
  'minPingIntervalMs'?: (number | string);
  'roundTripMs'?: (number | string);
  'frames'?: (_perch_admin_v1_ControlFrame)[];
  'close'?: (_perch_admin_v1_ConnectionClose | null);
  'calls'?: ({[key: string]: number | string | Long});
  'lastPingIntervalMs'?: (number | string);
  'pingVerdict'?: (string);
  'pingIntervalMs'?: (number | string);
  'pingAllowedMs'?: (number | string);
}

export interface GrpcConnection__Output {
  'id': (number);
  'peer': (string);
  'transport': (string);
  'tls': (string);
  'ageMs': (number);
  'openStreams': (number);
  'bytesReceived': (string);
  'bytesSent': (string);
  'streamsOpened': (number);
  'streamsCompleted': (number);
  'streamsResetByPeer': (number);
  'streamsReset': (number);
  'streamsRefused': (number);
  'pingsReceived': (number);
  'minPingIntervalMs': (number);
  'roundTripMs': (number);
  'frames': (_perch_admin_v1_ControlFrame__Output)[];
  'close': (_perch_admin_v1_ConnectionClose__Output | null);
  'calls': ({[key: string]: string});
  'lastPingIntervalMs': (number);
  'pingVerdict': (string);
  'pingIntervalMs': (number);
  'pingAllowedMs': (number);
}
