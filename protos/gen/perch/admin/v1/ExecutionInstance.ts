// Original file: perch/admin/v1/admin.proto


export interface ExecutionInstance {
  'provider'?: (string);
  'deviceId'?: (number);
  'engineHostIndex'?: (number);
  'intraOpThreads'?: (number);
}

export interface ExecutionInstance__Output {
  'provider': (string);
  'deviceId': (number);
  'engineHostIndex': (number);
  'intraOpThreads': (number);
}
