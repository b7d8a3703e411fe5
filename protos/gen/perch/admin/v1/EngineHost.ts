// Original file: perch/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface EngineHost {
  'index'?: (number);
  'pid'?: (number);
  'restarts'?: (number);
  'loadedVersions'?: (number);
  'lastExit'?: (string);
  'kind'?: (string);
  'rssBytes'?: (number | string | Long);
}

export interface EngineHost__Output {
  'index': (number);
  'pid': (number);
  'restarts': (number);
  'loadedVersions': (number);
  'lastExit': (string);
  'kind': (string);
  'rssBytes': (string);
}
