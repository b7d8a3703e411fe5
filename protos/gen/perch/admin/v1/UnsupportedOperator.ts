// Original file: perch/admin/v1/admin.proto


export interface UnsupportedOperator {
  'op'?: (string);
  'count'?: (number);
  'firstNode'?: (string);
  'reason'?: (string);
}

export interface UnsupportedOperator__Output {
  'op': (string);
  'count': (number);
  'firstNode': (string);
  'reason': (string);
}
