// Original file: perch/admin/v1/admin.proto


// Original file: perch/admin/v1/admin.proto

export const _perch_admin_v1_ConfigFinding_Severity = {
  SEVERITY_UNSPECIFIED: 'SEVERITY_UNSPECIFIED',
  ERROR: 'ERROR',
  WARNING: 'WARNING',
  HINT: 'HINT',
} as const;

export type _perch_admin_v1_ConfigFinding_Severity =
  | 'SEVERITY_UNSPECIFIED'
  | 0
  | 'ERROR'
  | 1
  | 'WARNING'
  | 2
  | 'HINT'
  | 3

export type _perch_admin_v1_ConfigFinding_Severity__Output = typeof _perch_admin_v1_ConfigFinding_Severity[keyof typeof _perch_admin_v1_ConfigFinding_Severity]

export interface ConfigFinding {
  'code'?: (string);
  'message'?: (string);
  'severity'?: (_perch_admin_v1_ConfigFinding_Severity);
  'start'?: (number);
  'end'?: (number);
}

export interface ConfigFinding__Output {
  'code': (string);
  'message': (string);
  'severity': (_perch_admin_v1_ConfigFinding_Severity__Output);
  'start': (number);
  'end': (number);
}
