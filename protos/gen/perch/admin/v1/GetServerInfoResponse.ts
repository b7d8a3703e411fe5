// Original file: perch/admin/v1/admin.proto

import type { EngineHost as _perch_admin_v1_EngineHost, EngineHost__Output as _perch_admin_v1_EngineHost__Output } from '../../../perch/admin/v1/EngineHost.ts';
import type { Gpu as _perch_admin_v1_Gpu, Gpu__Output as _perch_admin_v1_Gpu__Output } from '../../../perch/admin/v1/Gpu.ts';
import type { ProviderState as _perch_admin_v1_ProviderState, ProviderState__Output as _perch_admin_v1_ProviderState__Output } from '../../../perch/admin/v1/ProviderState.ts';
import type { EventLoopDelay as _perch_admin_v1_EventLoopDelay, EventLoopDelay__Output as _perch_admin_v1_EventLoopDelay__Output } from '../../../perch/admin/v1/EventLoopDelay.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetServerInfoResponse {
  'api'?: (number);
  'version'?: (string);
  'pid'?: (number);
  'grpcAddress'?: (string);
  'restAddress'?: (string);
  'startedAtMs'?: (number | string | Long);
  'modelsSource'?: (string);
  'onnxruntimeVersion'?: (string);
  'nodeVersion'?: (string);
  'rssBytes'?: (number | string | Long);
  'engineHosts'?: (_perch_admin_v1_EngineHost)[];
  'gpus'?: (_perch_admin_v1_Gpu)[];
  'providers'?: (_perch_admin_v1_ProviderState)[];
  'eventLoopDelay'?: (_perch_admin_v1_EventLoopDelay | null);
}

export interface GetServerInfoResponse__Output {
  'api': (number);
  'version': (string);
  'pid': (number);
  'grpcAddress': (string);
  'restAddress': (string);
  'startedAtMs': (string);
  'modelsSource': (string);
  'onnxruntimeVersion': (string);
  'nodeVersion': (string);
  'rssBytes': (string);
  'engineHosts': (_perch_admin_v1_EngineHost__Output)[];
  'gpus': (_perch_admin_v1_Gpu__Output)[];
  'providers': (_perch_admin_v1_ProviderState__Output)[];
  'eventLoopDelay': (_perch_admin_v1_EventLoopDelay__Output | null);
}
