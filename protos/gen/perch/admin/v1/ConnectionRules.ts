// Original file: perch/admin/v1/admin.proto


export interface ConnectionRules {
  'pingMode'?: (string);
  'minPingIntervalMs'?: (number | string);
  'permitWithoutCalls'?: (boolean);
  'maxPingStrikes'?: (number);
  'keepaliveMs'?: (number | string);
  'keepaliveTimeoutMs'?: (number | string);
  'maxIdleMs'?: (number | string);
  'maxAgeMs'?: (number | string);
  'maxConnections'?: (number);
  'openConnections'?: (number);
}

export interface ConnectionRules__Output {
  'pingMode': (string);
  'minPingIntervalMs': (number);
  'permitWithoutCalls': (boolean);
  'maxPingStrikes': (number);
  'keepaliveMs': (number);
  'keepaliveTimeoutMs': (number);
  'maxIdleMs': (number);
  'maxAgeMs': (number);
  'maxConnections': (number);
  'openConnections': (number);
}
