// Original file: perch/admin/v1/admin.proto

import type { ResourceSample as _perch_admin_v1_ResourceSample, ResourceSample__Output as _perch_admin_v1_ResourceSample__Output } from '../../../perch/admin/v1/ResourceSample.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetResourcesResponse {
  'samples'?: (_perch_admin_v1_ResourceSample)[];
  'memoryTotalBytes'?: (number | string | Long);
}

export interface GetResourcesResponse__Output {
  'samples': (_perch_admin_v1_ResourceSample__Output)[];
  'memoryTotalBytes': (string);
}
