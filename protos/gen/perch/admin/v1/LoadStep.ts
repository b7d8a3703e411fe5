// Original file: perch/admin/v1/admin.proto

export const LoadStep = {
  LOAD_STEP_UNSPECIFIED: 'LOAD_STEP_UNSPECIFIED',
  LOAD_STEP_QUEUED: 'LOAD_STEP_QUEUED',
  LOAD_STEP_CHECKING: 'LOAD_STEP_CHECKING',
  LOAD_STEP_FIRST_OPEN: 'LOAD_STEP_FIRST_OPEN',
  LOAD_STEP_LOADING: 'LOAD_STEP_LOADING',
  LOAD_STEP_WARMING_UP: 'LOAD_STEP_WARMING_UP',
} as const;

export type LoadStep =
  | 'LOAD_STEP_UNSPECIFIED'
  | 0
  | 'LOAD_STEP_QUEUED'
  | 1
  | 'LOAD_STEP_CHECKING'
  | 2
  | 'LOAD_STEP_FIRST_OPEN'
  | 3
  | 'LOAD_STEP_LOADING'
  | 4
  | 'LOAD_STEP_WARMING_UP'
  | 5

export type LoadStep__Output = typeof LoadStep[keyof typeof LoadStep]
