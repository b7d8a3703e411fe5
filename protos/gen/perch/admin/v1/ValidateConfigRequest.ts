// Original file: perch/admin/v1/admin.proto


export interface ValidateConfigRequest {
  'kind'?: (string);
  'text'?: (string);
}

export interface ValidateConfigRequest__Output {
  'kind': (string);
  'text': (string);
}
