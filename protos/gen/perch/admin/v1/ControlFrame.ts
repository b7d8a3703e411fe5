// Original file: perch/admin/v1/admin.proto


export interface ControlFrame {
  'atMs'?: (number | string);
  'count'?: (number);
  'sent'?: (boolean);
  'type'?: (string);
  'ack'?: (boolean);
  'stream'?: (number);
  'detail'?: (string);
}

export interface ControlFrame__Output {
  'atMs': (number);
  'count': (number);
  'sent': (boolean);
  'type': (string);
  'ack': (boolean);
  'stream': (number);
  'detail': (string);
}
