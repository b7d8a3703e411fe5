// Original file: perch/admin/v1/admin.proto


export interface WatchStatisticsRequest {
  'model'?: (string);
  'windowSeconds'?: (number);
  'intervalMs'?: (number);
}

export interface WatchStatisticsRequest__Output {
  'model': (string);
  'windowSeconds': (number);
  'intervalMs': (number);
}
