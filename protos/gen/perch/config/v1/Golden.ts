// Original file: perch/config/v1/perch_config.proto


export interface Golden {
  'name'?: (string);
  'requestJson'?: (string);
  'responseJson'?: (string);
  'tolerance'?: (number | string);
}

export interface Golden__Output {
  'name': (string);
  'requestJson': (string);
  'responseJson': (string);
  'tolerance': (number);
}
