// Original file: perch/admin/v1/admin.proto

import type { ReachableAddress as _perch_admin_v1_ReachableAddress, ReachableAddress__Output as _perch_admin_v1_ReachableAddress__Output } from '../../../perch/admin/v1/ReachableAddress.ts';

export interface ListenerExposure {
  'name'?: (string);
  'reachable'?: (_perch_admin_v1_ReachableAddress)[];
  'audience'?: (string);
  'risk'?: (string);
  'text'?: (string);
}

export interface ListenerExposure__Output {
  'name': (string);
  'reachable': (_perch_admin_v1_ReachableAddress__Output)[];
  'audience': (string);
  'risk': (string);
  'text': (string);
}
