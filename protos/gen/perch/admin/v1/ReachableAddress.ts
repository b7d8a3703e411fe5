// Original file: perch/admin/v1/admin.proto


export interface ReachableAddress {
  'address'?: (string);
  'interface'?: (string);
  'audience'?: (string);
}

export interface ReachableAddress__Output {
  'address': (string);
  'interface': (string);
  'audience': (string);
}
