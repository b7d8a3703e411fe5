// Original file: perch/admin/v1/admin.proto


export interface GetTrafficRequest {
  'model'?: (string);
}

export interface GetTrafficRequest__Output {
  'model': (string);
}
