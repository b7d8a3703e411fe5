// Original file: perch/admin/v1/admin.proto


export interface RecordConnectionRequest {
  'to'?: (string);
}

export interface RecordConnectionRequest__Output {
  'to': (string);
}
