// Original file: perch/admin/v1/admin.proto


export interface GetNetworkRequest {
}

export interface GetNetworkRequest__Output {
}
