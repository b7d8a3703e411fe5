// Original file: perch/admin/v1/admin.proto


export interface KeepaliveChange {
  'side'?: (string);
  'option'?: (string);
  'value'?: (string);
  'code'?: (string);
}

export interface KeepaliveChange__Output {
  'side': (string);
  'option': (string);
  'value': (string);
  'code': (string);
}
