// Original file: perch/admin/v1/admin.proto


export interface KeepalivePrediction {
  'closes'?: (boolean);
  'cause'?: (string);
  'atMs'?: (number | string);
  'pings'?: (number);
  'cutsCalls'?: (boolean);
  'warnedAtPing'?: (number);
}

export interface KeepalivePrediction__Output {
  'closes': (boolean);
  'cause': (string);
  'atMs': (number);
  'pings': (number);
  'cutsCalls': (boolean);
  'warnedAtPing': (number);
}
