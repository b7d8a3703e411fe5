// Original file: perch/admin/v1/admin.proto


export interface Percentiles {
  'p50'?: (number | string);
  'p90'?: (number | string);
  'p99'?: (number | string);
}

export interface Percentiles__Output {
  'p50': (number);
  'p90': (number);
  'p99': (number);
}
