// Original file: perch/admin/v1/admin.proto


export interface GetStatisticsHistoryRequest {
  'model'?: (string);
  'windowSeconds'?: (number);
}

export interface GetStatisticsHistoryRequest__Output {
  'model': (string);
  'windowSeconds': (number);
}
