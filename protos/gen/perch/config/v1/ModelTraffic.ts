// Original file: perch/config/v1/perch_config.proto

import type { Share as _perch_config_v1_Share, Share__Output as _perch_config_v1_Share__Output } from '../../../perch/config/v1/Share.ts';
import type { Shadow as _perch_config_v1_Shadow, Shadow__Output as _perch_config_v1_Shadow__Output } from '../../../perch/config/v1/Shadow.ts';
import type { Canary as _perch_config_v1_Canary, Canary__Output as _perch_config_v1_Canary__Output } from '../../../perch/config/v1/Canary.ts';
import type { Long } from '@grpc/proto-loader';

export interface ModelTraffic {
  'name'?: (string);
  'share'?: (_perch_config_v1_Share)[];
  'shadow'?: (_perch_config_v1_Shadow | null);
  'canary'?: (_perch_config_v1_Canary | null);
  'slots'?: (string);
  'label'?: ({[key: string]: number | string | Long});
  'addedVersion'?: (number | string | Long)[];
}

export interface ModelTraffic__Output {
  'name': (string);
  'share': (_perch_config_v1_Share__Output)[];
  'shadow': (_perch_config_v1_Shadow__Output | null);
  'canary': (_perch_config_v1_Canary__Output | null);
  'slots': (string);
  'label': ({[key: string]: string});
  'addedVersion': (string)[];
}
