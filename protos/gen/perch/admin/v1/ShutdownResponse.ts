// Original file: perch/admin/v1/admin.proto


export interface ShutdownResponse {
}

export interface ShutdownResponse__Output {
}
