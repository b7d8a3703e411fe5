// Original file: perch/admin/v1/admin.proto


export interface GetStatisticsRequest {
  'model'?: (string);
  'windowSeconds'?: (number);
}

export interface GetStatisticsRequest__Output {
  'model': (string);
  'windowSeconds': (number);
}
