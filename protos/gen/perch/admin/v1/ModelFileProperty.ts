// Original file: perch/admin/v1/admin.proto


export interface ModelFileProperty {
  'key'?: (string);
  'value'?: (string);
}

export interface ModelFileProperty__Output {
  'key': (string);
  'value': (string);
}
