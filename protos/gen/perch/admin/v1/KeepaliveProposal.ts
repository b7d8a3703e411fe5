// Original file: perch/admin/v1/admin.proto

import type { KeepaliveChange as _perch_admin_v1_KeepaliveChange, KeepaliveChange__Output as _perch_admin_v1_KeepaliveChange__Output } from '../../../perch/admin/v1/KeepaliveChange.ts';

export interface KeepaliveProposal {
  'changes'?: (_perch_admin_v1_KeepaliveChange)[];
  'clientCode'?: (string);
  'serverCode'?: (string);
}

export interface KeepaliveProposal__Output {
  'changes': (_perch_admin_v1_KeepaliveChange__Output)[];
  'clientCode': (string);
  'serverCode': (string);
}
