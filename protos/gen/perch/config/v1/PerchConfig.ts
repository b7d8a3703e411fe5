// Original file: perch/config/v1/perch_config.proto

import type { ModelTraffic as _perch_config_v1_ModelTraffic, ModelTraffic__Output as _perch_config_v1_ModelTraffic__Output } from '../../../perch/config/v1/ModelTraffic.ts';

export interface PerchConfig {
  'model'?: (_perch_config_v1_ModelTraffic)[];
}

export interface PerchConfig__Output {
  'model': (_perch_config_v1_ModelTraffic__Output)[];
}
