// Original file: perch/admin/v1/admin.proto


export interface GetHealthDetailRequest {
}

export interface GetHealthDetailRequest__Output {
}
