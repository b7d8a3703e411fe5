// Original file: perch/admin/v1/admin.proto


export interface RecordedFrame {
  'connection'?: (number);
  'atMs'?: (number | string);
  'from'?: (string);
  'what'?: (string);
  'stream'?: (number);
  'detail'?: (string);
}

export interface RecordedFrame__Output {
  'connection': (number);
  'atMs': (number);
  'from': (string);
  'what': (string);
  'stream': (number);
  'detail': (string);
}
