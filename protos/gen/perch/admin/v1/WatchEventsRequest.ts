// Original file: perch/admin/v1/admin.proto


export interface WatchEventsRequest {
  'backlog'?: (number);
}

export interface WatchEventsRequest__Output {
  'backlog': (number);
}
