// Original file: perch/admin/v1/admin.proto


export interface EventLoopDelay {
  'p50Us'?: (number | string);
  'p99Us'?: (number | string);
  'maxUs'?: (number | string);
  'windowMs'?: (number);
}

export interface EventLoopDelay__Output {
  'p50Us': (number);
  'p99Us': (number);
  'maxUs': (number);
  'windowMs': (number);
}
