// Original file: perch/admin/v1/admin.proto


export interface GoldenRequest {
  'name'?: (string);
  'requestJson'?: (Buffer | Uint8Array | string);
  'responseJson'?: (Buffer | Uint8Array | string);
  'tolerance'?: (number | string);
  '_tolerance'?: "tolerance";
}

export interface GoldenRequest__Output {
  'name': (string);
  'requestJson': (Buffer);
  'responseJson': (Buffer);
  'tolerance'?: (number);
  '_tolerance'?: "tolerance";
}
