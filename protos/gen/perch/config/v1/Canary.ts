// Original file: perch/config/v1/perch_config.proto

import type { Plan as _perch_config_v1_Plan, Plan__Output as _perch_config_v1_Plan__Output } from '../../../perch/config/v1/Plan.ts';
import type { Share as _perch_config_v1_Share, Share__Output as _perch_config_v1_Share__Output } from '../../../perch/config/v1/Share.ts';
import type { Shadow as _perch_config_v1_Shadow, Shadow__Output as _perch_config_v1_Shadow__Output } from '../../../perch/config/v1/Shadow.ts';
import type { Long } from '@grpc/proto-loader';

// Original file: perch/config/v1/perch_config.proto

export const _perch_config_v1_Canary_Phase = {
  PHASE_UNSPECIFIED: 'PHASE_UNSPECIFIED',
  PROGRESSING: 'PROGRESSING',
  PAUSED: 'PAUSED',
  WAITING: 'WAITING',
  INCONCLUSIVE: 'INCONCLUSIVE',
  SUCCEEDED: 'SUCCEEDED',
  ROLLED_BACK: 'ROLLED_BACK',
} as const;

export type _perch_config_v1_Canary_Phase =
  | 'PHASE_UNSPECIFIED'
  | 0
  | 'PROGRESSING'
  | 1
  | 'PAUSED'
  | 2
  | 'WAITING'
  | 3
  | 'INCONCLUSIVE'
  | 4
  | 'SUCCEEDED'
  | 5
  | 'ROLLED_BACK'
  | 6

export type _perch_config_v1_Canary_Phase__Output = typeof _perch_config_v1_Canary_Phase[keyof typeof _perch_config_v1_Canary_Phase]

export interface Canary {
  'version'?: (number | string | Long);
  'stableVersion'?: (number | string | Long);
  'phase'?: (_perch_config_v1_Canary_Phase);
  'step'?: (number);
  'passedChecks'?: (number);
  'failedChecks'?: (number);
  'inconclusiveChecks'?: (number);
  'startedAtMs'?: (number | string | Long);
  'phaseSinceMs'?: (number | string | Long);
  'reason'?: (string);
  'plan'?: (_perch_config_v1_Plan | null);
  'shareBefore'?: (_perch_config_v1_Share)[];
  'stableLabelBefore'?: (number | string | Long);
  'canaryLabelBefore'?: (number | string | Long);
  'settled'?: (boolean);
  'shadowBefore'?: (_perch_config_v1_Shadow | null);
  '_stableLabelBefore'?: "stableLabelBefore";
  '_canaryLabelBefore'?: "canaryLabelBefore";
}

export interface Canary__Output {
  'version': (string);
  'stableVersion': (string);
  'phase': (_perch_config_v1_Canary_Phase__Output);
  'step': (number);
  'passedChecks': (number);
  'failedChecks': (number);
  'inconclusiveChecks': (number);
  'startedAtMs': (string);
  'phaseSinceMs': (string);
  'reason': (string);
  'plan': (_perch_config_v1_Plan__Output | null);
  'shareBefore': (_perch_config_v1_Share__Output)[];
  'stableLabelBefore'?: (string);
  'canaryLabelBefore'?: (string);
  'settled': (boolean);
  'shadowBefore': (_perch_config_v1_Shadow__Output | null);
  '_stableLabelBefore'?: "stableLabelBefore";
  '_canaryLabelBefore'?: "canaryLabelBefore";
}
