// Original file: perch/admin/v1/admin.proto


export interface RecordingStarted {
  'address'?: (string);
  'to'?: (string);
}

export interface RecordingStarted__Output {
  'address': (string);
  'to': (string);
}
