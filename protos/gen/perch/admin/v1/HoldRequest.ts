// Original file: perch/admin/v1/admin.proto


export interface HoldRequest {
}

export interface HoldRequest__Output {
}
