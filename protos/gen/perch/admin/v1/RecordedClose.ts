// Original file: perch/admin/v1/admin.proto


export interface RecordedClose {
  'connection'?: (number);
  'atMs'?: (number | string);
  'cause'?: (string);
  'text'?: (string);
  'evidence'?: (string)[];
  'advice'?: (string);
  'notes'?: (string)[];
}

export interface RecordedClose__Output {
  'connection': (number);
  'atMs': (number);
  'cause': (string);
  'text': (string);
  'evidence': (string)[];
  'advice': (string);
  'notes': (string)[];
}
