// Original file: perch/admin/v1/admin.proto

import type { KeepalivePrediction as _perch_admin_v1_KeepalivePrediction, KeepalivePrediction__Output as _perch_admin_v1_KeepalivePrediction__Output } from '../../../perch/admin/v1/KeepalivePrediction.ts';
import type { KeepaliveFinding as _perch_admin_v1_KeepaliveFinding, KeepaliveFinding__Output as _perch_admin_v1_KeepaliveFinding__Output } from '../../../perch/admin/v1/KeepaliveFinding.ts';
import type { KeepaliveProposal as _perch_admin_v1_KeepaliveProposal, KeepaliveProposal__Output as _perch_admin_v1_KeepaliveProposal__Output } from '../../../perch/admin/v1/KeepaliveProposal.ts';

export interface DiagnoseKeepaliveResponse {
  'client'?: (string);
  'server'?: (string);
  'prediction'?: (_perch_admin_v1_KeepalivePrediction | null);
  'summary'?: (string);
  'reconnectMs'?: (number | string)[];
  'findings'?: (_perch_admin_v1_KeepaliveFinding)[];
  'proposals'?: (_perch_admin_v1_KeepaliveProposal)[];
}

export interface DiagnoseKeepaliveResponse__Output {
  'client': (string);
  'server': (string);
  'prediction': (_perch_admin_v1_KeepalivePrediction__Output | null);
  'summary': (string);
  'reconnectMs': (number)[];
  'findings': (_perch_admin_v1_KeepaliveFinding__Output)[];
  'proposals': (_perch_admin_v1_KeepaliveProposal__Output)[];
}
