// Original file: perch/admin/v1/admin.proto


export interface OperatorCount {
  'op'?: (string);
  'count'?: (number);
}

export interface OperatorCount__Output {
  'op': (string);
  'count': (number);
}
