// Original file: perch/admin/v1/admin.proto


// Original file: perch/admin/v1/admin.proto

export const _perch_admin_v1_GateState_Outcome = {
  OUTCOME_UNSPECIFIED: 'OUTCOME_UNSPECIFIED',
  PASSED: 'PASSED',
  FAILED: 'FAILED',
  TOO_FEW: 'TOO_FEW',
} as const;

export type _perch_admin_v1_GateState_Outcome =
  | 'OUTCOME_UNSPECIFIED'
  | 0
  | 'PASSED'
  | 1
  | 'FAILED'
  | 2
  | 'TOO_FEW'
  | 3

export type _perch_admin_v1_GateState_Outcome__Output = typeof _perch_admin_v1_GateState_Outcome[keyof typeof _perch_admin_v1_GateState_Outcome]

export interface GateState {
  'gate'?: (string);
  'outcome'?: (_perch_admin_v1_GateState_Outcome);
  'value'?: (number | string);
  'bound'?: (number | string);
  'detail'?: (string);
}

export interface GateState__Output {
  'gate': (string);
  'outcome': (_perch_admin_v1_GateState_Outcome__Output);
  'value': (number);
  'bound': (number);
  'detail': (string);
}
