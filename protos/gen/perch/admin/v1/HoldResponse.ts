// Original file: perch/admin/v1/admin.proto


export interface HoldResponse {
  'holders'?: (number);
  'stopping'?: (boolean);
}

export interface HoldResponse__Output {
  'holders': (number);
  'stopping': (boolean);
}
