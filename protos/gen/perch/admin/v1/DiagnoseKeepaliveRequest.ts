// Original file: perch/admin/v1/admin.proto


export interface DiagnoseKeepaliveRequest {
  'client'?: (string);
  'clientOptions'?: (string);
  'server'?: (string);
  'serverOptions'?: (string);
  'through'?: (string);
  'middleboxIdleMs'?: (number | string);
  'rttMs'?: (number | string);
  'activeStream'?: (boolean);
  'serverDataEveryMs'?: (number | string);
  'callEveryMs'?: (number | string);
}

export interface DiagnoseKeepaliveRequest__Output {
  'client': (string);
  'clientOptions': (string);
  'server': (string);
  'serverOptions': (string);
  'through': (string);
  'middleboxIdleMs': (number);
  'rttMs': (number);
  'activeStream': (boolean);
  'serverDataEveryMs': (number);
  'callEveryMs': (number);
}
