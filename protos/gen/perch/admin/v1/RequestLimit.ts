// Original file: perch/admin/v1/admin.proto


export interface RequestLimit {
  'option'?: (string);
  'limit'?: (number | string);
}

export interface RequestLimit__Output {
  'option': (string);
  'limit': (number);
}
