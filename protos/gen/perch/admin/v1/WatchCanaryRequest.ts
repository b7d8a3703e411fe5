// Original file: perch/admin/v1/admin.proto


export interface WatchCanaryRequest {
  'model'?: (string);
}

export interface WatchCanaryRequest__Output {
  'model': (string);
}
