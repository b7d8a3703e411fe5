// Original file: perch/admin/v1/admin.proto


// Original file: perch/admin/v1/admin.proto

export const _perch_admin_v1_KeepaliveFinding_Severity = {
  SEVERITY_UNSPECIFIED: 'SEVERITY_UNSPECIFIED',
  ERROR: 'ERROR',
  WARNING: 'WARNING',
  INFO: 'INFO',
} as const;

export type _perch_admin_v1_KeepaliveFinding_Severity =
  | 'SEVERITY_UNSPECIFIED'
  | 0
  | 'ERROR'
  | 1
  | 'WARNING'
  | 2
  | 'INFO'
  | 3

export type _perch_admin_v1_KeepaliveFinding_Severity__Output = typeof _perch_admin_v1_KeepaliveFinding_Severity[keyof typeof _perch_admin_v1_KeepaliveFinding_Severity]

export interface KeepaliveFinding {
  'rule'?: (string);
  'severity'?: (_perch_admin_v1_KeepaliveFinding_Severity);
  'text'?: (string);
  'option'?: (string);
}

export interface KeepaliveFinding__Output {
  'rule': (string);
  'severity': (_perch_admin_v1_KeepaliveFinding_Severity__Output);
  'text': (string);
  'option': (string);
}
