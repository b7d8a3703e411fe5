// Original file: perch/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApplyConfigRequest as _perch_admin_v1_ApplyConfigRequest, ApplyConfigRequest__Output as _perch_admin_v1_ApplyConfigRequest__Output } from '../../../perch/admin/v1/ApplyConfigRequest.ts';
import type { ApplyConfigResponse as _perch_admin_v1_ApplyConfigResponse, ApplyConfigResponse__Output as _perch_admin_v1_ApplyConfigResponse__Output } from '../../../perch/admin/v1/ApplyConfigResponse.ts';
import type { DeleteLabelRequest as _perch_admin_v1_DeleteLabelRequest, DeleteLabelRequest__Output as _perch_admin_v1_DeleteLabelRequest__Output } from '../../../perch/admin/v1/DeleteLabelRequest.ts';
import type { DeleteLabelResponse as _perch_admin_v1_DeleteLabelResponse, DeleteLabelResponse__Output as _perch_admin_v1_DeleteLabelResponse__Output } from '../../../perch/admin/v1/DeleteLabelResponse.ts';
import type { DiagnoseKeepaliveRequest as _perch_admin_v1_DiagnoseKeepaliveRequest, DiagnoseKeepaliveRequest__Output as _perch_admin_v1_DiagnoseKeepaliveRequest__Output } from '../../../perch/admin/v1/DiagnoseKeepaliveRequest.ts';
import type { DiagnoseKeepaliveResponse as _perch_admin_v1_DiagnoseKeepaliveResponse, DiagnoseKeepaliveResponse__Output as _perch_admin_v1_DiagnoseKeepaliveResponse__Output } from '../../../perch/admin/v1/DiagnoseKeepaliveResponse.ts';
import type { ExportOnnxRequest as _perch_admin_v1_ExportOnnxRequest, ExportOnnxRequest__Output as _perch_admin_v1_ExportOnnxRequest__Output } from '../../../perch/admin/v1/ExportOnnxRequest.ts';
import type { ExportOnnxResponse as _perch_admin_v1_ExportOnnxResponse, ExportOnnxResponse__Output as _perch_admin_v1_ExportOnnxResponse__Output } from '../../../perch/admin/v1/ExportOnnxResponse.ts';
import type { GetConfigRequest as _perch_admin_v1_GetConfigRequest, GetConfigRequest__Output as _perch_admin_v1_GetConfigRequest__Output } from '../../../perch/admin/v1/GetConfigRequest.ts';
import type { GetConfigResponse as _perch_admin_v1_GetConfigResponse, GetConfigResponse__Output as _perch_admin_v1_GetConfigResponse__Output } from '../../../perch/admin/v1/GetConfigResponse.ts';
import type { GetConversionReportRequest as _perch_admin_v1_GetConversionReportRequest, GetConversionReportRequest__Output as _perch_admin_v1_GetConversionReportRequest__Output } from '../../../perch/admin/v1/GetConversionReportRequest.ts';
import type { GetConversionReportResponse as _perch_admin_v1_GetConversionReportResponse, GetConversionReportResponse__Output as _perch_admin_v1_GetConversionReportResponse__Output } from '../../../perch/admin/v1/GetConversionReportResponse.ts';
import type { GetHealthDetailRequest as _perch_admin_v1_GetHealthDetailRequest, GetHealthDetailRequest__Output as _perch_admin_v1_GetHealthDetailRequest__Output } from '../../../perch/admin/v1/GetHealthDetailRequest.ts';
import type { GetHealthDetailResponse as _perch_admin_v1_GetHealthDetailResponse, GetHealthDetailResponse__Output as _perch_admin_v1_GetHealthDetailResponse__Output } from '../../../perch/admin/v1/GetHealthDetailResponse.ts';
import type { GetModelFileRequest as _perch_admin_v1_GetModelFileRequest, GetModelFileRequest__Output as _perch_admin_v1_GetModelFileRequest__Output } from '../../../perch/admin/v1/GetModelFileRequest.ts';
import type { GetModelFileResponse as _perch_admin_v1_GetModelFileResponse, GetModelFileResponse__Output as _perch_admin_v1_GetModelFileResponse__Output } from '../../../perch/admin/v1/GetModelFileResponse.ts';
import type { GetNetworkRequest as _perch_admin_v1_GetNetworkRequest, GetNetworkRequest__Output as _perch_admin_v1_GetNetworkRequest__Output } from '../../../perch/admin/v1/GetNetworkRequest.ts';
import type { GetNetworkResponse as _perch_admin_v1_GetNetworkResponse, GetNetworkResponse__Output as _perch_admin_v1_GetNetworkResponse__Output } from '../../../perch/admin/v1/GetNetworkResponse.ts';
import type { GetResourcesRequest as _perch_admin_v1_GetResourcesRequest, GetResourcesRequest__Output as _perch_admin_v1_GetResourcesRequest__Output } from '../../../perch/admin/v1/GetResourcesRequest.ts';
import type { GetResourcesResponse as _perch_admin_v1_GetResourcesResponse, GetResourcesResponse__Output as _perch_admin_v1_GetResourcesResponse__Output } from '../../../perch/admin/v1/GetResourcesResponse.ts';
import type { GetSampleRequestRequest as _perch_admin_v1_GetSampleRequestRequest, GetSampleRequestRequest__Output as _perch_admin_v1_GetSampleRequestRequest__Output } from '../../../perch/admin/v1/GetSampleRequestRequest.ts';
import type { GetSampleRequestResponse as _perch_admin_v1_GetSampleRequestResponse, GetSampleRequestResponse__Output as _perch_admin_v1_GetSampleRequestResponse__Output } from '../../../perch/admin/v1/GetSampleRequestResponse.ts';
import type { GetServerInfoRequest as _perch_admin_v1_GetServerInfoRequest, GetServerInfoRequest__Output as _perch_admin_v1_GetServerInfoRequest__Output } from '../../../perch/admin/v1/GetServerInfoRequest.ts';
import type { GetServerInfoResponse as _perch_admin_v1_GetServerInfoResponse, GetServerInfoResponse__Output as _perch_admin_v1_GetServerInfoResponse__Output } from '../../../perch/admin/v1/GetServerInfoResponse.ts';
import type { GetShadowCaseRequest as _perch_admin_v1_GetShadowCaseRequest, GetShadowCaseRequest__Output as _perch_admin_v1_GetShadowCaseRequest__Output } from '../../../perch/admin/v1/GetShadowCaseRequest.ts';
import type { GetShadowCaseResponse as _perch_admin_v1_GetShadowCaseResponse, GetShadowCaseResponse__Output as _perch_admin_v1_GetShadowCaseResponse__Output } from '../../../perch/admin/v1/GetShadowCaseResponse.ts';
import type { GetSignatureRequest as _perch_admin_v1_GetSignatureRequest, GetSignatureRequest__Output as _perch_admin_v1_GetSignatureRequest__Output } from '../../../perch/admin/v1/GetSignatureRequest.ts';
import type { GetSignatureResponse as _perch_admin_v1_GetSignatureResponse, GetSignatureResponse__Output as _perch_admin_v1_GetSignatureResponse__Output } from '../../../perch/admin/v1/GetSignatureResponse.ts';
import type { GetStatisticsHistoryRequest as _perch_admin_v1_GetStatisticsHistoryRequest, GetStatisticsHistoryRequest__Output as _perch_admin_v1_GetStatisticsHistoryRequest__Output } from '../../../perch/admin/v1/GetStatisticsHistoryRequest.ts';
import type { GetStatisticsHistoryResponse as _perch_admin_v1_GetStatisticsHistoryResponse, GetStatisticsHistoryResponse__Output as _perch_admin_v1_GetStatisticsHistoryResponse__Output } from '../../../perch/admin/v1/GetStatisticsHistoryResponse.ts';
import type { GetStatisticsRequest as _perch_admin_v1_GetStatisticsRequest, GetStatisticsRequest__Output as _perch_admin_v1_GetStatisticsRequest__Output } from '../../../perch/admin/v1/GetStatisticsRequest.ts';
import type { GetStatisticsResponse as _perch_admin_v1_GetStatisticsResponse, GetStatisticsResponse__Output as _perch_admin_v1_GetStatisticsResponse__Output } from '../../../perch/admin/v1/GetStatisticsResponse.ts';
import type { GetTrafficRequest as _perch_admin_v1_GetTrafficRequest, GetTrafficRequest__Output as _perch_admin_v1_GetTrafficRequest__Output } from '../../../perch/admin/v1/GetTrafficRequest.ts';
import type { GetTrafficResponse as _perch_admin_v1_GetTrafficResponse, GetTrafficResponse__Output as _perch_admin_v1_GetTrafficResponse__Output } from '../../../perch/admin/v1/GetTrafficResponse.ts';
import type { HoldRequest as _perch_admin_v1_HoldRequest, HoldRequest__Output as _perch_admin_v1_HoldRequest__Output } from '../../../perch/admin/v1/HoldRequest.ts';
import type { HoldResponse as _perch_admin_v1_HoldResponse, HoldResponse__Output as _perch_admin_v1_HoldResponse__Output } from '../../../perch/admin/v1/HoldResponse.ts';
import type { ListAuditEventsRequest as _perch_admin_v1_ListAuditEventsRequest, ListAuditEventsRequest__Output as _perch_admin_v1_ListAuditEventsRequest__Output } from '../../../perch/admin/v1/ListAuditEventsRequest.ts';
import type { ListAuditEventsResponse as _perch_admin_v1_ListAuditEventsResponse, ListAuditEventsResponse__Output as _perch_admin_v1_ListAuditEventsResponse__Output } from '../../../perch/admin/v1/ListAuditEventsResponse.ts';
import type { ListModelsRequest as _perch_admin_v1_ListModelsRequest, ListModelsRequest__Output as _perch_admin_v1_ListModelsRequest__Output } from '../../../perch/admin/v1/ListModelsRequest.ts';
import type { ListModelsResponse as _perch_admin_v1_ListModelsResponse, ListModelsResponse__Output as _perch_admin_v1_ListModelsResponse__Output } from '../../../perch/admin/v1/ListModelsResponse.ts';
import type { LoadModelRequest as _perch_admin_v1_LoadModelRequest, LoadModelRequest__Output as _perch_admin_v1_LoadModelRequest__Output } from '../../../perch/admin/v1/LoadModelRequest.ts';
import type { LoadModelResponse as _perch_admin_v1_LoadModelResponse, LoadModelResponse__Output as _perch_admin_v1_LoadModelResponse__Output } from '../../../perch/admin/v1/LoadModelResponse.ts';
import type { LoadVersionRequest as _perch_admin_v1_LoadVersionRequest, LoadVersionRequest__Output as _perch_admin_v1_LoadVersionRequest__Output } from '../../../perch/admin/v1/LoadVersionRequest.ts';
import type { LoadVersionResponse as _perch_admin_v1_LoadVersionResponse, LoadVersionResponse__Output as _perch_admin_v1_LoadVersionResponse__Output } from '../../../perch/admin/v1/LoadVersionResponse.ts';
import type { PauseCanaryRequest as _perch_admin_v1_PauseCanaryRequest, PauseCanaryRequest__Output as _perch_admin_v1_PauseCanaryRequest__Output } from '../../../perch/admin/v1/PauseCanaryRequest.ts';
import type { PauseCanaryResponse as _perch_admin_v1_PauseCanaryResponse, PauseCanaryResponse__Output as _perch_admin_v1_PauseCanaryResponse__Output } from '../../../perch/admin/v1/PauseCanaryResponse.ts';
import type { PredictJsonRequest as _perch_admin_v1_PredictJsonRequest, PredictJsonRequest__Output as _perch_admin_v1_PredictJsonRequest__Output } from '../../../perch/admin/v1/PredictJsonRequest.ts';
import type { PredictJsonResponse as _perch_admin_v1_PredictJsonResponse, PredictJsonResponse__Output as _perch_admin_v1_PredictJsonResponse__Output } from '../../../perch/admin/v1/PredictJsonResponse.ts';
import type { ProbeKeepaliveRequest as _perch_admin_v1_ProbeKeepaliveRequest, ProbeKeepaliveRequest__Output as _perch_admin_v1_ProbeKeepaliveRequest__Output } from '../../../perch/admin/v1/ProbeKeepaliveRequest.ts';
import type { ProbeKeepaliveResponse as _perch_admin_v1_ProbeKeepaliveResponse, ProbeKeepaliveResponse__Output as _perch_admin_v1_ProbeKeepaliveResponse__Output } from '../../../perch/admin/v1/ProbeKeepaliveResponse.ts';
import type { PromoteCanaryRequest as _perch_admin_v1_PromoteCanaryRequest, PromoteCanaryRequest__Output as _perch_admin_v1_PromoteCanaryRequest__Output } from '../../../perch/admin/v1/PromoteCanaryRequest.ts';
import type { PromoteCanaryResponse as _perch_admin_v1_PromoteCanaryResponse, PromoteCanaryResponse__Output as _perch_admin_v1_PromoteCanaryResponse__Output } from '../../../perch/admin/v1/PromoteCanaryResponse.ts';
import type { RecordConnectionRequest as _perch_admin_v1_RecordConnectionRequest, RecordConnectionRequest__Output as _perch_admin_v1_RecordConnectionRequest__Output } from '../../../perch/admin/v1/RecordConnectionRequest.ts';
import type { RecordConnectionResponse as _perch_admin_v1_RecordConnectionResponse, RecordConnectionResponse__Output as _perch_admin_v1_RecordConnectionResponse__Output } from '../../../perch/admin/v1/RecordConnectionResponse.ts';
import type { ResumeCanaryRequest as _perch_admin_v1_ResumeCanaryRequest, ResumeCanaryRequest__Output as _perch_admin_v1_ResumeCanaryRequest__Output } from '../../../perch/admin/v1/ResumeCanaryRequest.ts';
import type { ResumeCanaryResponse as _perch_admin_v1_ResumeCanaryResponse, ResumeCanaryResponse__Output as _perch_admin_v1_ResumeCanaryResponse__Output } from '../../../perch/admin/v1/ResumeCanaryResponse.ts';
import type { RetryVersionRequest as _perch_admin_v1_RetryVersionRequest, RetryVersionRequest__Output as _perch_admin_v1_RetryVersionRequest__Output } from '../../../perch/admin/v1/RetryVersionRequest.ts';
import type { RetryVersionResponse as _perch_admin_v1_RetryVersionResponse, RetryVersionResponse__Output as _perch_admin_v1_RetryVersionResponse__Output } from '../../../perch/admin/v1/RetryVersionResponse.ts';
import type { RollbackCanaryRequest as _perch_admin_v1_RollbackCanaryRequest, RollbackCanaryRequest__Output as _perch_admin_v1_RollbackCanaryRequest__Output } from '../../../perch/admin/v1/RollbackCanaryRequest.ts';
import type { RollbackCanaryResponse as _perch_admin_v1_RollbackCanaryResponse, RollbackCanaryResponse__Output as _perch_admin_v1_RollbackCanaryResponse__Output } from '../../../perch/admin/v1/RollbackCanaryResponse.ts';
import type { SetLabelRequest as _perch_admin_v1_SetLabelRequest, SetLabelRequest__Output as _perch_admin_v1_SetLabelRequest__Output } from '../../../perch/admin/v1/SetLabelRequest.ts';
import type { SetLabelResponse as _perch_admin_v1_SetLabelResponse, SetLabelResponse__Output as _perch_admin_v1_SetLabelResponse__Output } from '../../../perch/admin/v1/SetLabelResponse.ts';
import type { SetShadowRequest as _perch_admin_v1_SetShadowRequest, SetShadowRequest__Output as _perch_admin_v1_SetShadowRequest__Output } from '../../../perch/admin/v1/SetShadowRequest.ts';
import type { SetShadowResponse as _perch_admin_v1_SetShadowResponse, SetShadowResponse__Output as _perch_admin_v1_SetShadowResponse__Output } from '../../../perch/admin/v1/SetShadowResponse.ts';
import type { SetTrafficRequest as _perch_admin_v1_SetTrafficRequest, SetTrafficRequest__Output as _perch_admin_v1_SetTrafficRequest__Output } from '../../../perch/admin/v1/SetTrafficRequest.ts';
import type { SetTrafficResponse as _perch_admin_v1_SetTrafficResponse, SetTrafficResponse__Output as _perch_admin_v1_SetTrafficResponse__Output } from '../../../perch/admin/v1/SetTrafficResponse.ts';
import type { ShutdownRequest as _perch_admin_v1_ShutdownRequest, ShutdownRequest__Output as _perch_admin_v1_ShutdownRequest__Output } from '../../../perch/admin/v1/ShutdownRequest.ts';
import type { ShutdownResponse as _perch_admin_v1_ShutdownResponse, ShutdownResponse__Output as _perch_admin_v1_ShutdownResponse__Output } from '../../../perch/admin/v1/ShutdownResponse.ts';
import type { StartCanaryRequest as _perch_admin_v1_StartCanaryRequest, StartCanaryRequest__Output as _perch_admin_v1_StartCanaryRequest__Output } from '../../../perch/admin/v1/StartCanaryRequest.ts';
import type { StartCanaryResponse as _perch_admin_v1_StartCanaryResponse, StartCanaryResponse__Output as _perch_admin_v1_StartCanaryResponse__Output } from '../../../perch/admin/v1/StartCanaryResponse.ts';
import type { UnloadModelRequest as _perch_admin_v1_UnloadModelRequest, UnloadModelRequest__Output as _perch_admin_v1_UnloadModelRequest__Output } from '../../../perch/admin/v1/UnloadModelRequest.ts';
import type { UnloadModelResponse as _perch_admin_v1_UnloadModelResponse, UnloadModelResponse__Output as _perch_admin_v1_UnloadModelResponse__Output } from '../../../perch/admin/v1/UnloadModelResponse.ts';
import type { UnloadVersionRequest as _perch_admin_v1_UnloadVersionRequest, UnloadVersionRequest__Output as _perch_admin_v1_UnloadVersionRequest__Output } from '../../../perch/admin/v1/UnloadVersionRequest.ts';
import type { UnloadVersionResponse as _perch_admin_v1_UnloadVersionResponse, UnloadVersionResponse__Output as _perch_admin_v1_UnloadVersionResponse__Output } from '../../../perch/admin/v1/UnloadVersionResponse.ts';
import type { ValidateConfigRequest as _perch_admin_v1_ValidateConfigRequest, ValidateConfigRequest__Output as _perch_admin_v1_ValidateConfigRequest__Output } from '../../../perch/admin/v1/ValidateConfigRequest.ts';
import type { ValidateConfigResponse as _perch_admin_v1_ValidateConfigResponse, ValidateConfigResponse__Output as _perch_admin_v1_ValidateConfigResponse__Output } from '../../../perch/admin/v1/ValidateConfigResponse.ts';
import type { WatchCanaryRequest as _perch_admin_v1_WatchCanaryRequest, WatchCanaryRequest__Output as _perch_admin_v1_WatchCanaryRequest__Output } from '../../../perch/admin/v1/WatchCanaryRequest.ts';
import type { WatchCanaryResponse as _perch_admin_v1_WatchCanaryResponse, WatchCanaryResponse__Output as _perch_admin_v1_WatchCanaryResponse__Output } from '../../../perch/admin/v1/WatchCanaryResponse.ts';
import type { WatchEventsRequest as _perch_admin_v1_WatchEventsRequest, WatchEventsRequest__Output as _perch_admin_v1_WatchEventsRequest__Output } from '../../../perch/admin/v1/WatchEventsRequest.ts';
import type { WatchEventsResponse as _perch_admin_v1_WatchEventsResponse, WatchEventsResponse__Output as _perch_admin_v1_WatchEventsResponse__Output } from '../../../perch/admin/v1/WatchEventsResponse.ts';
import type { WatchStateRequest as _perch_admin_v1_WatchStateRequest, WatchStateRequest__Output as _perch_admin_v1_WatchStateRequest__Output } from '../../../perch/admin/v1/WatchStateRequest.ts';
import type { WatchStateResponse as _perch_admin_v1_WatchStateResponse, WatchStateResponse__Output as _perch_admin_v1_WatchStateResponse__Output } from '../../../perch/admin/v1/WatchStateResponse.ts';
import type { WatchStatisticsRequest as _perch_admin_v1_WatchStatisticsRequest, WatchStatisticsRequest__Output as _perch_admin_v1_WatchStatisticsRequest__Output } from '../../../perch/admin/v1/WatchStatisticsRequest.ts';
import type { WatchStatisticsResponse as _perch_admin_v1_WatchStatisticsResponse, WatchStatisticsResponse__Output as _perch_admin_v1_WatchStatisticsResponse__Output } from '../../../perch/admin/v1/WatchStatisticsResponse.ts';

export interface AdminClient extends grpc.Client {
  ApplyConfig(argument: _perch_admin_v1_ApplyConfigRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ApplyConfigResponse__Output>): grpc.ClientUnaryCall;
  ApplyConfig(argument: _perch_admin_v1_ApplyConfigRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ApplyConfigResponse__Output>): grpc.ClientUnaryCall;
  ApplyConfig(argument: _perch_admin_v1_ApplyConfigRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ApplyConfigResponse__Output>): grpc.ClientUnaryCall;
  ApplyConfig(argument: _perch_admin_v1_ApplyConfigRequest, callback: grpc.requestCallback<_perch_admin_v1_ApplyConfigResponse__Output>): grpc.ClientUnaryCall;
  applyConfig(argument: _perch_admin_v1_ApplyConfigRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ApplyConfigResponse__Output>): grpc.ClientUnaryCall;
  applyConfig(argument: _perch_admin_v1_ApplyConfigRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ApplyConfigResponse__Output>): grpc.ClientUnaryCall;
  applyConfig(argument: _perch_admin_v1_ApplyConfigRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ApplyConfigResponse__Output>): grpc.ClientUnaryCall;
  applyConfig(argument: _perch_admin_v1_ApplyConfigRequest, callback: grpc.requestCallback<_perch_admin_v1_ApplyConfigResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteLabel(argument: _perch_admin_v1_DeleteLabelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_DeleteLabelResponse__Output>): grpc.ClientUnaryCall;
  DeleteLabel(argument: _perch_admin_v1_DeleteLabelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_DeleteLabelResponse__Output>): grpc.ClientUnaryCall;
  DeleteLabel(argument: _perch_admin_v1_DeleteLabelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_DeleteLabelResponse__Output>): grpc.ClientUnaryCall;
  DeleteLabel(argument: _perch_admin_v1_DeleteLabelRequest, callback: grpc.requestCallback<_perch_admin_v1_DeleteLabelResponse__Output>): grpc.ClientUnaryCall;
  deleteLabel(argument: _perch_admin_v1_DeleteLabelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_DeleteLabelResponse__Output>): grpc.ClientUnaryCall;
  deleteLabel(argument: _perch_admin_v1_DeleteLabelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_DeleteLabelResponse__Output>): grpc.ClientUnaryCall;
  deleteLabel(argument: _perch_admin_v1_DeleteLabelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_DeleteLabelResponse__Output>): grpc.ClientUnaryCall;
  deleteLabel(argument: _perch_admin_v1_DeleteLabelRequest, callback: grpc.requestCallback<_perch_admin_v1_DeleteLabelResponse__Output>): grpc.ClientUnaryCall;
  
  DiagnoseKeepalive(argument: _perch_admin_v1_DiagnoseKeepaliveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_DiagnoseKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  DiagnoseKeepalive(argument: _perch_admin_v1_DiagnoseKeepaliveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_DiagnoseKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  DiagnoseKeepalive(argument: _perch_admin_v1_DiagnoseKeepaliveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_DiagnoseKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  DiagnoseKeepalive(argument: _perch_admin_v1_DiagnoseKeepaliveRequest, callback: grpc.requestCallback<_perch_admin_v1_DiagnoseKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  diagnoseKeepalive(argument: _perch_admin_v1_DiagnoseKeepaliveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_DiagnoseKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  diagnoseKeepalive(argument: _perch_admin_v1_DiagnoseKeepaliveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_DiagnoseKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  diagnoseKeepalive(argument: _perch_admin_v1_DiagnoseKeepaliveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_DiagnoseKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  diagnoseKeepalive(argument: _perch_admin_v1_DiagnoseKeepaliveRequest, callback: grpc.requestCallback<_perch_admin_v1_DiagnoseKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  
  ExportOnnx(argument: _perch_admin_v1_ExportOnnxRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_ExportOnnxResponse__Output>;
  ExportOnnx(argument: _perch_admin_v1_ExportOnnxRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_ExportOnnxResponse__Output>;
  exportOnnx(argument: _perch_admin_v1_ExportOnnxRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_ExportOnnxResponse__Output>;
  exportOnnx(argument: _perch_admin_v1_ExportOnnxRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_ExportOnnxResponse__Output>;
  
  GetConfig(argument: _perch_admin_v1_GetConfigRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetConfigResponse__Output>): grpc.ClientUnaryCall;
  GetConfig(argument: _perch_admin_v1_GetConfigRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetConfigResponse__Output>): grpc.ClientUnaryCall;
  GetConfig(argument: _perch_admin_v1_GetConfigRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetConfigResponse__Output>): grpc.ClientUnaryCall;
  GetConfig(argument: _perch_admin_v1_GetConfigRequest, callback: grpc.requestCallback<_perch_admin_v1_GetConfigResponse__Output>): grpc.ClientUnaryCall;
  getConfig(argument: _perch_admin_v1_GetConfigRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetConfigResponse__Output>): grpc.ClientUnaryCall;
  getConfig(argument: _perch_admin_v1_GetConfigRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetConfigResponse__Output>): grpc.ClientUnaryCall;
  getConfig(argument: _perch_admin_v1_GetConfigRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetConfigResponse__Output>): grpc.ClientUnaryCall;
  getConfig(argument: _perch_admin_v1_GetConfigRequest, callback: grpc.requestCallback<_perch_admin_v1_GetConfigResponse__Output>): grpc.ClientUnaryCall;
  
  GetConversionReport(argument: _perch_admin_v1_GetConversionReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetConversionReportResponse__Output>): grpc.ClientUnaryCall;
  GetConversionReport(argument: _perch_admin_v1_GetConversionReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetConversionReportResponse__Output>): grpc.ClientUnaryCall;
  GetConversionReport(argument: _perch_admin_v1_GetConversionReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetConversionReportResponse__Output>): grpc.ClientUnaryCall;
  GetConversionReport(argument: _perch_admin_v1_GetConversionReportRequest, callback: grpc.requestCallback<_perch_admin_v1_GetConversionReportResponse__Output>): grpc.ClientUnaryCall;
  getConversionReport(argument: _perch_admin_v1_GetConversionReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetConversionReportResponse__Output>): grpc.ClientUnaryCall;
  getConversionReport(argument: _perch_admin_v1_GetConversionReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetConversionReportResponse__Output>): grpc.ClientUnaryCall;
  getConversionReport(argument: _perch_admin_v1_GetConversionReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetConversionReportResponse__Output>): grpc.ClientUnaryCall;
  getConversionReport(argument: _perch_admin_v1_GetConversionReportRequest, callback: grpc.requestCallback<_perch_admin_v1_GetConversionReportResponse__Output>): grpc.ClientUnaryCall;
  
  GetHealthDetail(argument: _perch_admin_v1_GetHealthDetailRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetHealthDetailResponse__Output>): grpc.ClientUnaryCall;
  GetHealthDetail(argument: _perch_admin_v1_GetHealthDetailRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetHealthDetailResponse__Output>): grpc.ClientUnaryCall;
  GetHealthDetail(argument: _perch_admin_v1_GetHealthDetailRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetHealthDetailResponse__Output>): grpc.ClientUnaryCall;
  GetHealthDetail(argument: _perch_admin_v1_GetHealthDetailRequest, callback: grpc.requestCallback<_perch_admin_v1_GetHealthDetailResponse__Output>): grpc.ClientUnaryCall;
  getHealthDetail(argument: _perch_admin_v1_GetHealthDetailRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetHealthDetailResponse__Output>): grpc.ClientUnaryCall;
  getHealthDetail(argument: _perch_admin_v1_GetHealthDetailRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetHealthDetailResponse__Output>): grpc.ClientUnaryCall;
  getHealthDetail(argument: _perch_admin_v1_GetHealthDetailRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetHealthDetailResponse__Output>): grpc.ClientUnaryCall;
  getHealthDetail(argument: _perch_admin_v1_GetHealthDetailRequest, callback: grpc.requestCallback<_perch_admin_v1_GetHealthDetailResponse__Output>): grpc.ClientUnaryCall;
  
  GetModelFile(argument: _perch_admin_v1_GetModelFileRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetModelFileResponse__Output>): grpc.ClientUnaryCall;
  GetModelFile(argument: _perch_admin_v1_GetModelFileRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetModelFileResponse__Output>): grpc.ClientUnaryCall;
  GetModelFile(argument: _perch_admin_v1_GetModelFileRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetModelFileResponse__Output>): grpc.ClientUnaryCall;
  GetModelFile(argument: _perch_admin_v1_GetModelFileRequest, callback: grpc.requestCallback<_perch_admin_v1_GetModelFileResponse__Output>): grpc.ClientUnaryCall;
  getModelFile(argument: _perch_admin_v1_GetModelFileRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetModelFileResponse__Output>): grpc.ClientUnaryCall;
  getModelFile(argument: _perch_admin_v1_GetModelFileRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetModelFileResponse__Output>): grpc.ClientUnaryCall;
  getModelFile(argument: _perch_admin_v1_GetModelFileRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetModelFileResponse__Output>): grpc.ClientUnaryCall;
  getModelFile(argument: _perch_admin_v1_GetModelFileRequest, callback: grpc.requestCallback<_perch_admin_v1_GetModelFileResponse__Output>): grpc.ClientUnaryCall;
  
  GetNetwork(argument: _perch_admin_v1_GetNetworkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetNetworkResponse__Output>): grpc.ClientUnaryCall;
  GetNetwork(argument: _perch_admin_v1_GetNetworkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetNetworkResponse__Output>): grpc.ClientUnaryCall;
  GetNetwork(argument: _perch_admin_v1_GetNetworkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetNetworkResponse__Output>): grpc.ClientUnaryCall;
  GetNetwork(argument: _perch_admin_v1_GetNetworkRequest, callback: grpc.requestCallback<_perch_admin_v1_GetNetworkResponse__Output>): grpc.ClientUnaryCall;
  getNetwork(argument: _perch_admin_v1_GetNetworkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetNetworkResponse__Output>): grpc.ClientUnaryCall;
  getNetwork(argument: _perch_admin_v1_GetNetworkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetNetworkResponse__Output>): grpc.ClientUnaryCall;
  getNetwork(argument: _perch_admin_v1_GetNetworkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetNetworkResponse__Output>): grpc.ClientUnaryCall;
  getNetwork(argument: _perch_admin_v1_GetNetworkRequest, callback: grpc.requestCallback<_perch_admin_v1_GetNetworkResponse__Output>): grpc.ClientUnaryCall;
  
  GetResources(argument: _perch_admin_v1_GetResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetResourcesResponse__Output>): grpc.ClientUnaryCall;
  GetResources(argument: _perch_admin_v1_GetResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetResourcesResponse__Output>): grpc.ClientUnaryCall;
  GetResources(argument: _perch_admin_v1_GetResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetResourcesResponse__Output>): grpc.ClientUnaryCall;
  GetResources(argument: _perch_admin_v1_GetResourcesRequest, callback: grpc.requestCallback<_perch_admin_v1_GetResourcesResponse__Output>): grpc.ClientUnaryCall;
  getResources(argument: _perch_admin_v1_GetResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetResourcesResponse__Output>): grpc.ClientUnaryCall;
  getResources(argument: _perch_admin_v1_GetResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetResourcesResponse__Output>): grpc.ClientUnaryCall;
  getResources(argument: _perch_admin_v1_GetResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetResourcesResponse__Output>): grpc.ClientUnaryCall;
  getResources(argument: _perch_admin_v1_GetResourcesRequest, callback: grpc.requestCallback<_perch_admin_v1_GetResourcesResponse__Output>): grpc.ClientUnaryCall;
  
  GetSampleRequest(argument: _perch_admin_v1_GetSampleRequestRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetSampleRequestResponse__Output>): grpc.ClientUnaryCall;
  GetSampleRequest(argument: _perch_admin_v1_GetSampleRequestRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetSampleRequestResponse__Output>): grpc.ClientUnaryCall;
  GetSampleRequest(argument: _perch_admin_v1_GetSampleRequestRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetSampleRequestResponse__Output>): grpc.ClientUnaryCall;
  GetSampleRequest(argument: _perch_admin_v1_GetSampleRequestRequest, callback: grpc.requestCallback<_perch_admin_v1_GetSampleRequestResponse__Output>): grpc.ClientUnaryCall;
  getSampleRequest(argument: _perch_admin_v1_GetSampleRequestRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetSampleRequestResponse__Output>): grpc.ClientUnaryCall;
  getSampleRequest(argument: _perch_admin_v1_GetSampleRequestRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetSampleRequestResponse__Output>): grpc.ClientUnaryCall;
  getSampleRequest(argument: _perch_admin_v1_GetSampleRequestRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetSampleRequestResponse__Output>): grpc.ClientUnaryCall;
  getSampleRequest(argument: _perch_admin_v1_GetSampleRequestRequest, callback: grpc.requestCallback<_perch_admin_v1_GetSampleRequestResponse__Output>): grpc.ClientUnaryCall;
  
  GetServerInfo(argument: _perch_admin_v1_GetServerInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetServerInfoResponse__Output>): grpc.ClientUnaryCall;
  GetServerInfo(argument: _perch_admin_v1_GetServerInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetServerInfoResponse__Output>): grpc.ClientUnaryCall;
  GetServerInfo(argument: _perch_admin_v1_GetServerInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetServerInfoResponse__Output>): grpc.ClientUnaryCall;
  GetServerInfo(argument: _perch_admin_v1_GetServerInfoRequest, callback: grpc.requestCallback<_perch_admin_v1_GetServerInfoResponse__Output>): grpc.ClientUnaryCall;
  getServerInfo(argument: _perch_admin_v1_GetServerInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetServerInfoResponse__Output>): grpc.ClientUnaryCall;
  getServerInfo(argument: _perch_admin_v1_GetServerInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetServerInfoResponse__Output>): grpc.ClientUnaryCall;
  getServerInfo(argument: _perch_admin_v1_GetServerInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetServerInfoResponse__Output>): grpc.ClientUnaryCall;
  getServerInfo(argument: _perch_admin_v1_GetServerInfoRequest, callback: grpc.requestCallback<_perch_admin_v1_GetServerInfoResponse__Output>): grpc.ClientUnaryCall;
  
  GetShadowCase(argument: _perch_admin_v1_GetShadowCaseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetShadowCaseResponse__Output>): grpc.ClientUnaryCall;
  GetShadowCase(argument: _perch_admin_v1_GetShadowCaseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetShadowCaseResponse__Output>): grpc.ClientUnaryCall;
  GetShadowCase(argument: _perch_admin_v1_GetShadowCaseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetShadowCaseResponse__Output>): grpc.ClientUnaryCall;
  GetShadowCase(argument: _perch_admin_v1_GetShadowCaseRequest, callback: grpc.requestCallback<_perch_admin_v1_GetShadowCaseResponse__Output>): grpc.ClientUnaryCall;
  getShadowCase(argument: _perch_admin_v1_GetShadowCaseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetShadowCaseResponse__Output>): grpc.ClientUnaryCall;
  getShadowCase(argument: _perch_admin_v1_GetShadowCaseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetShadowCaseResponse__Output>): grpc.ClientUnaryCall;
  getShadowCase(argument: _perch_admin_v1_GetShadowCaseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetShadowCaseResponse__Output>): grpc.ClientUnaryCall;
  getShadowCase(argument: _perch_admin_v1_GetShadowCaseRequest, callback: grpc.requestCallback<_perch_admin_v1_GetShadowCaseResponse__Output>): grpc.ClientUnaryCall;
  
  GetSignature(argument: _perch_admin_v1_GetSignatureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetSignatureResponse__Output>): grpc.ClientUnaryCall;
  GetSignature(argument: _perch_admin_v1_GetSignatureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetSignatureResponse__Output>): grpc.ClientUnaryCall;
  GetSignature(argument: _perch_admin_v1_GetSignatureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetSignatureResponse__Output>): grpc.ClientUnaryCall;
  GetSignature(argument: _perch_admin_v1_GetSignatureRequest, callback: grpc.requestCallback<_perch_admin_v1_GetSignatureResponse__Output>): grpc.ClientUnaryCall;
  getSignature(argument: _perch_admin_v1_GetSignatureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetSignatureResponse__Output>): grpc.ClientUnaryCall;
  getSignature(argument: _perch_admin_v1_GetSignatureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetSignatureResponse__Output>): grpc.ClientUnaryCall;
  getSignature(argument: _perch_admin_v1_GetSignatureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetSignatureResponse__Output>): grpc.ClientUnaryCall;
  getSignature(argument: _perch_admin_v1_GetSignatureRequest, callback: grpc.requestCallback<_perch_admin_v1_GetSignatureResponse__Output>): grpc.ClientUnaryCall;
  
  GetStatistics(argument: _perch_admin_v1_GetStatisticsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsResponse__Output>): grpc.ClientUnaryCall;
  GetStatistics(argument: _perch_admin_v1_GetStatisticsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsResponse__Output>): grpc.ClientUnaryCall;
  GetStatistics(argument: _perch_admin_v1_GetStatisticsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsResponse__Output>): grpc.ClientUnaryCall;
  GetStatistics(argument: _perch_admin_v1_GetStatisticsRequest, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsResponse__Output>): grpc.ClientUnaryCall;
  getStatistics(argument: _perch_admin_v1_GetStatisticsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsResponse__Output>): grpc.ClientUnaryCall;
  getStatistics(argument: _perch_admin_v1_GetStatisticsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsResponse__Output>): grpc.ClientUnaryCall;
  getStatistics(argument: _perch_admin_v1_GetStatisticsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsResponse__Output>): grpc.ClientUnaryCall;
  getStatistics(argument: _perch_admin_v1_GetStatisticsRequest, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsResponse__Output>): grpc.ClientUnaryCall;
  
  GetStatisticsHistory(argument: _perch_admin_v1_GetStatisticsHistoryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsHistoryResponse__Output>): grpc.ClientUnaryCall;
  GetStatisticsHistory(argument: _perch_admin_v1_GetStatisticsHistoryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsHistoryResponse__Output>): grpc.ClientUnaryCall;
  GetStatisticsHistory(argument: _perch_admin_v1_GetStatisticsHistoryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsHistoryResponse__Output>): grpc.ClientUnaryCall;
  GetStatisticsHistory(argument: _perch_admin_v1_GetStatisticsHistoryRequest, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsHistoryResponse__Output>): grpc.ClientUnaryCall;
  getStatisticsHistory(argument: _perch_admin_v1_GetStatisticsHistoryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsHistoryResponse__Output>): grpc.ClientUnaryCall;
  getStatisticsHistory(argument: _perch_admin_v1_GetStatisticsHistoryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsHistoryResponse__Output>): grpc.ClientUnaryCall;
  getStatisticsHistory(argument: _perch_admin_v1_GetStatisticsHistoryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsHistoryResponse__Output>): grpc.ClientUnaryCall;
  getStatisticsHistory(argument: _perch_admin_v1_GetStatisticsHistoryRequest, callback: grpc.requestCallback<_perch_admin_v1_GetStatisticsHistoryResponse__Output>): grpc.ClientUnaryCall;
  
  GetTraffic(argument: _perch_admin_v1_GetTrafficRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetTrafficResponse__Output>): grpc.ClientUnaryCall;
  GetTraffic(argument: _perch_admin_v1_GetTrafficRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetTrafficResponse__Output>): grpc.ClientUnaryCall;
  GetTraffic(argument: _perch_admin_v1_GetTrafficRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetTrafficResponse__Output>): grpc.ClientUnaryCall;
  GetTraffic(argument: _perch_admin_v1_GetTrafficRequest, callback: grpc.requestCallback<_perch_admin_v1_GetTrafficResponse__Output>): grpc.ClientUnaryCall;
  getTraffic(argument: _perch_admin_v1_GetTrafficRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetTrafficResponse__Output>): grpc.ClientUnaryCall;
  getTraffic(argument: _perch_admin_v1_GetTrafficRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_GetTrafficResponse__Output>): grpc.ClientUnaryCall;
  getTraffic(argument: _perch_admin_v1_GetTrafficRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_GetTrafficResponse__Output>): grpc.ClientUnaryCall;
  getTraffic(argument: _perch_admin_v1_GetTrafficRequest, callback: grpc.requestCallback<_perch_admin_v1_GetTrafficResponse__Output>): grpc.ClientUnaryCall;
  
  Hold(argument: _perch_admin_v1_HoldRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_HoldResponse__Output>;
  Hold(argument: _perch_admin_v1_HoldRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_HoldResponse__Output>;
  hold(argument: _perch_admin_v1_HoldRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_HoldResponse__Output>;
  hold(argument: _perch_admin_v1_HoldRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_HoldResponse__Output>;
  
  ListAuditEvents(argument: _perch_admin_v1_ListAuditEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _perch_admin_v1_ListAuditEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _perch_admin_v1_ListAuditEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _perch_admin_v1_ListAuditEventsRequest, callback: grpc.requestCallback<_perch_admin_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _perch_admin_v1_ListAuditEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _perch_admin_v1_ListAuditEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _perch_admin_v1_ListAuditEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _perch_admin_v1_ListAuditEventsRequest, callback: grpc.requestCallback<_perch_admin_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  
  ListModels(argument: _perch_admin_v1_ListModelsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  ListModels(argument: _perch_admin_v1_ListModelsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  ListModels(argument: _perch_admin_v1_ListModelsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  ListModels(argument: _perch_admin_v1_ListModelsRequest, callback: grpc.requestCallback<_perch_admin_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  listModels(argument: _perch_admin_v1_ListModelsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  listModels(argument: _perch_admin_v1_ListModelsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  listModels(argument: _perch_admin_v1_ListModelsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  listModels(argument: _perch_admin_v1_ListModelsRequest, callback: grpc.requestCallback<_perch_admin_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  
  LoadModel(argument: _perch_admin_v1_LoadModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_LoadModelResponse__Output>): grpc.ClientUnaryCall;
  LoadModel(argument: _perch_admin_v1_LoadModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_LoadModelResponse__Output>): grpc.ClientUnaryCall;
  LoadModel(argument: _perch_admin_v1_LoadModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_LoadModelResponse__Output>): grpc.ClientUnaryCall;
  LoadModel(argument: _perch_admin_v1_LoadModelRequest, callback: grpc.requestCallback<_perch_admin_v1_LoadModelResponse__Output>): grpc.ClientUnaryCall;
  loadModel(argument: _perch_admin_v1_LoadModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_LoadModelResponse__Output>): grpc.ClientUnaryCall;
  loadModel(argument: _perch_admin_v1_LoadModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_LoadModelResponse__Output>): grpc.ClientUnaryCall;
  loadModel(argument: _perch_admin_v1_LoadModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_LoadModelResponse__Output>): grpc.ClientUnaryCall;
  loadModel(argument: _perch_admin_v1_LoadModelRequest, callback: grpc.requestCallback<_perch_admin_v1_LoadModelResponse__Output>): grpc.ClientUnaryCall;
  
  LoadVersion(argument: _perch_admin_v1_LoadVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_LoadVersionResponse__Output>): grpc.ClientUnaryCall;
  LoadVersion(argument: _perch_admin_v1_LoadVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_LoadVersionResponse__Output>): grpc.ClientUnaryCall;
  LoadVersion(argument: _perch_admin_v1_LoadVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_LoadVersionResponse__Output>): grpc.ClientUnaryCall;
  LoadVersion(argument: _perch_admin_v1_LoadVersionRequest, callback: grpc.requestCallback<_perch_admin_v1_LoadVersionResponse__Output>): grpc.ClientUnaryCall;
  loadVersion(argument: _perch_admin_v1_LoadVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_LoadVersionResponse__Output>): grpc.ClientUnaryCall;
  loadVersion(argument: _perch_admin_v1_LoadVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_LoadVersionResponse__Output>): grpc.ClientUnaryCall;
  loadVersion(argument: _perch_admin_v1_LoadVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_LoadVersionResponse__Output>): grpc.ClientUnaryCall;
  loadVersion(argument: _perch_admin_v1_LoadVersionRequest, callback: grpc.requestCallback<_perch_admin_v1_LoadVersionResponse__Output>): grpc.ClientUnaryCall;
  
  PauseCanary(argument: _perch_admin_v1_PauseCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PauseCanaryResponse__Output>): grpc.ClientUnaryCall;
  PauseCanary(argument: _perch_admin_v1_PauseCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_PauseCanaryResponse__Output>): grpc.ClientUnaryCall;
  PauseCanary(argument: _perch_admin_v1_PauseCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PauseCanaryResponse__Output>): grpc.ClientUnaryCall;
  PauseCanary(argument: _perch_admin_v1_PauseCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_PauseCanaryResponse__Output>): grpc.ClientUnaryCall;
  pauseCanary(argument: _perch_admin_v1_PauseCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PauseCanaryResponse__Output>): grpc.ClientUnaryCall;
  pauseCanary(argument: _perch_admin_v1_PauseCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_PauseCanaryResponse__Output>): grpc.ClientUnaryCall;
  pauseCanary(argument: _perch_admin_v1_PauseCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PauseCanaryResponse__Output>): grpc.ClientUnaryCall;
  pauseCanary(argument: _perch_admin_v1_PauseCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_PauseCanaryResponse__Output>): grpc.ClientUnaryCall;
  
  PredictJson(argument: _perch_admin_v1_PredictJsonRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PredictJsonResponse__Output>): grpc.ClientUnaryCall;
  PredictJson(argument: _perch_admin_v1_PredictJsonRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_PredictJsonResponse__Output>): grpc.ClientUnaryCall;
  PredictJson(argument: _perch_admin_v1_PredictJsonRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PredictJsonResponse__Output>): grpc.ClientUnaryCall;
  PredictJson(argument: _perch_admin_v1_PredictJsonRequest, callback: grpc.requestCallback<_perch_admin_v1_PredictJsonResponse__Output>): grpc.ClientUnaryCall;
  predictJson(argument: _perch_admin_v1_PredictJsonRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PredictJsonResponse__Output>): grpc.ClientUnaryCall;
  predictJson(argument: _perch_admin_v1_PredictJsonRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_PredictJsonResponse__Output>): grpc.ClientUnaryCall;
  predictJson(argument: _perch_admin_v1_PredictJsonRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PredictJsonResponse__Output>): grpc.ClientUnaryCall;
  predictJson(argument: _perch_admin_v1_PredictJsonRequest, callback: grpc.requestCallback<_perch_admin_v1_PredictJsonResponse__Output>): grpc.ClientUnaryCall;
  
  ProbeKeepalive(argument: _perch_admin_v1_ProbeKeepaliveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ProbeKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  ProbeKeepalive(argument: _perch_admin_v1_ProbeKeepaliveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ProbeKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  ProbeKeepalive(argument: _perch_admin_v1_ProbeKeepaliveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ProbeKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  ProbeKeepalive(argument: _perch_admin_v1_ProbeKeepaliveRequest, callback: grpc.requestCallback<_perch_admin_v1_ProbeKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  probeKeepalive(argument: _perch_admin_v1_ProbeKeepaliveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ProbeKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  probeKeepalive(argument: _perch_admin_v1_ProbeKeepaliveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ProbeKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  probeKeepalive(argument: _perch_admin_v1_ProbeKeepaliveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ProbeKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  probeKeepalive(argument: _perch_admin_v1_ProbeKeepaliveRequest, callback: grpc.requestCallback<_perch_admin_v1_ProbeKeepaliveResponse__Output>): grpc.ClientUnaryCall;
  
  PromoteCanary(argument: _perch_admin_v1_PromoteCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PromoteCanaryResponse__Output>): grpc.ClientUnaryCall;
  PromoteCanary(argument: _perch_admin_v1_PromoteCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_PromoteCanaryResponse__Output>): grpc.ClientUnaryCall;
  PromoteCanary(argument: _perch_admin_v1_PromoteCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PromoteCanaryResponse__Output>): grpc.ClientUnaryCall;
  PromoteCanary(argument: _perch_admin_v1_PromoteCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_PromoteCanaryResponse__Output>): grpc.ClientUnaryCall;
  promoteCanary(argument: _perch_admin_v1_PromoteCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PromoteCanaryResponse__Output>): grpc.ClientUnaryCall;
  promoteCanary(argument: _perch_admin_v1_PromoteCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_PromoteCanaryResponse__Output>): grpc.ClientUnaryCall;
  promoteCanary(argument: _perch_admin_v1_PromoteCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_PromoteCanaryResponse__Output>): grpc.ClientUnaryCall;
  promoteCanary(argument: _perch_admin_v1_PromoteCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_PromoteCanaryResponse__Output>): grpc.ClientUnaryCall;
  
  RecordConnection(argument: _perch_admin_v1_RecordConnectionRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_RecordConnectionResponse__Output>;
  RecordConnection(argument: _perch_admin_v1_RecordConnectionRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_RecordConnectionResponse__Output>;
  recordConnection(argument: _perch_admin_v1_RecordConnectionRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_RecordConnectionResponse__Output>;
  recordConnection(argument: _perch_admin_v1_RecordConnectionRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_RecordConnectionResponse__Output>;
  
  ResumeCanary(argument: _perch_admin_v1_ResumeCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ResumeCanaryResponse__Output>): grpc.ClientUnaryCall;
  ResumeCanary(argument: _perch_admin_v1_ResumeCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ResumeCanaryResponse__Output>): grpc.ClientUnaryCall;
  ResumeCanary(argument: _perch_admin_v1_ResumeCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ResumeCanaryResponse__Output>): grpc.ClientUnaryCall;
  ResumeCanary(argument: _perch_admin_v1_ResumeCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_ResumeCanaryResponse__Output>): grpc.ClientUnaryCall;
  resumeCanary(argument: _perch_admin_v1_ResumeCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ResumeCanaryResponse__Output>): grpc.ClientUnaryCall;
  resumeCanary(argument: _perch_admin_v1_ResumeCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ResumeCanaryResponse__Output>): grpc.ClientUnaryCall;
  resumeCanary(argument: _perch_admin_v1_ResumeCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ResumeCanaryResponse__Output>): grpc.ClientUnaryCall;
  resumeCanary(argument: _perch_admin_v1_ResumeCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_ResumeCanaryResponse__Output>): grpc.ClientUnaryCall;
  
  RetryVersion(argument: _perch_admin_v1_RetryVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_RetryVersionResponse__Output>): grpc.ClientUnaryCall;
  RetryVersion(argument: _perch_admin_v1_RetryVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_RetryVersionResponse__Output>): grpc.ClientUnaryCall;
  RetryVersion(argument: _perch_admin_v1_RetryVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_RetryVersionResponse__Output>): grpc.ClientUnaryCall;
  RetryVersion(argument: _perch_admin_v1_RetryVersionRequest, callback: grpc.requestCallback<_perch_admin_v1_RetryVersionResponse__Output>): grpc.ClientUnaryCall;
  retryVersion(argument: _perch_admin_v1_RetryVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_RetryVersionResponse__Output>): grpc.ClientUnaryCall;
  retryVersion(argument: _perch_admin_v1_RetryVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_RetryVersionResponse__Output>): grpc.ClientUnaryCall;
  retryVersion(argument: _perch_admin_v1_RetryVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_RetryVersionResponse__Output>): grpc.ClientUnaryCall;
  retryVersion(argument: _perch_admin_v1_RetryVersionRequest, callback: grpc.requestCallback<_perch_admin_v1_RetryVersionResponse__Output>): grpc.ClientUnaryCall;
  
  RollbackCanary(argument: _perch_admin_v1_RollbackCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_RollbackCanaryResponse__Output>): grpc.ClientUnaryCall;
  RollbackCanary(argument: _perch_admin_v1_RollbackCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_RollbackCanaryResponse__Output>): grpc.ClientUnaryCall;
  RollbackCanary(argument: _perch_admin_v1_RollbackCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_RollbackCanaryResponse__Output>): grpc.ClientUnaryCall;
  RollbackCanary(argument: _perch_admin_v1_RollbackCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_RollbackCanaryResponse__Output>): grpc.ClientUnaryCall;
  rollbackCanary(argument: _perch_admin_v1_RollbackCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_RollbackCanaryResponse__Output>): grpc.ClientUnaryCall;
  rollbackCanary(argument: _perch_admin_v1_RollbackCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_RollbackCanaryResponse__Output>): grpc.ClientUnaryCall;
  rollbackCanary(argument: _perch_admin_v1_RollbackCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_RollbackCanaryResponse__Output>): grpc.ClientUnaryCall;
  rollbackCanary(argument: _perch_admin_v1_RollbackCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_RollbackCanaryResponse__Output>): grpc.ClientUnaryCall;
  
  SetLabel(argument: _perch_admin_v1_SetLabelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetLabelResponse__Output>): grpc.ClientUnaryCall;
  SetLabel(argument: _perch_admin_v1_SetLabelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_SetLabelResponse__Output>): grpc.ClientUnaryCall;
  SetLabel(argument: _perch_admin_v1_SetLabelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetLabelResponse__Output>): grpc.ClientUnaryCall;
  SetLabel(argument: _perch_admin_v1_SetLabelRequest, callback: grpc.requestCallback<_perch_admin_v1_SetLabelResponse__Output>): grpc.ClientUnaryCall;
  setLabel(argument: _perch_admin_v1_SetLabelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetLabelResponse__Output>): grpc.ClientUnaryCall;
  setLabel(argument: _perch_admin_v1_SetLabelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_SetLabelResponse__Output>): grpc.ClientUnaryCall;
  setLabel(argument: _perch_admin_v1_SetLabelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetLabelResponse__Output>): grpc.ClientUnaryCall;
  setLabel(argument: _perch_admin_v1_SetLabelRequest, callback: grpc.requestCallback<_perch_admin_v1_SetLabelResponse__Output>): grpc.ClientUnaryCall;
  
  SetShadow(argument: _perch_admin_v1_SetShadowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetShadowResponse__Output>): grpc.ClientUnaryCall;
  SetShadow(argument: _perch_admin_v1_SetShadowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_SetShadowResponse__Output>): grpc.ClientUnaryCall;
  SetShadow(argument: _perch_admin_v1_SetShadowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetShadowResponse__Output>): grpc.ClientUnaryCall;
  SetShadow(argument: _perch_admin_v1_SetShadowRequest, callback: grpc.requestCallback<_perch_admin_v1_SetShadowResponse__Output>): grpc.ClientUnaryCall;
  setShadow(argument: _perch_admin_v1_SetShadowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetShadowResponse__Output>): grpc.ClientUnaryCall;
  setShadow(argument: _perch_admin_v1_SetShadowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_SetShadowResponse__Output>): grpc.ClientUnaryCall;
  setShadow(argument: _perch_admin_v1_SetShadowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetShadowResponse__Output>): grpc.ClientUnaryCall;
  setShadow(argument: _perch_admin_v1_SetShadowRequest, callback: grpc.requestCallback<_perch_admin_v1_SetShadowResponse__Output>): grpc.ClientUnaryCall;
  
  SetTraffic(argument: _perch_admin_v1_SetTrafficRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetTrafficResponse__Output>): grpc.ClientUnaryCall;
  SetTraffic(argument: _perch_admin_v1_SetTrafficRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_SetTrafficResponse__Output>): grpc.ClientUnaryCall;
  SetTraffic(argument: _perch_admin_v1_SetTrafficRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetTrafficResponse__Output>): grpc.ClientUnaryCall;
  SetTraffic(argument: _perch_admin_v1_SetTrafficRequest, callback: grpc.requestCallback<_perch_admin_v1_SetTrafficResponse__Output>): grpc.ClientUnaryCall;
  setTraffic(argument: _perch_admin_v1_SetTrafficRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetTrafficResponse__Output>): grpc.ClientUnaryCall;
  setTraffic(argument: _perch_admin_v1_SetTrafficRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_SetTrafficResponse__Output>): grpc.ClientUnaryCall;
  setTraffic(argument: _perch_admin_v1_SetTrafficRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_SetTrafficResponse__Output>): grpc.ClientUnaryCall;
  setTraffic(argument: _perch_admin_v1_SetTrafficRequest, callback: grpc.requestCallback<_perch_admin_v1_SetTrafficResponse__Output>): grpc.ClientUnaryCall;
  
  Shutdown(argument: _perch_admin_v1_ShutdownRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  Shutdown(argument: _perch_admin_v1_ShutdownRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  Shutdown(argument: _perch_admin_v1_ShutdownRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  Shutdown(argument: _perch_admin_v1_ShutdownRequest, callback: grpc.requestCallback<_perch_admin_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  shutdown(argument: _perch_admin_v1_ShutdownRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  shutdown(argument: _perch_admin_v1_ShutdownRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  shutdown(argument: _perch_admin_v1_ShutdownRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  shutdown(argument: _perch_admin_v1_ShutdownRequest, callback: grpc.requestCallback<_perch_admin_v1_ShutdownResponse__Output>): grpc.ClientUnaryCall;
  
  StartCanary(argument: _perch_admin_v1_StartCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_StartCanaryResponse__Output>): grpc.ClientUnaryCall;
  StartCanary(argument: _perch_admin_v1_StartCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_StartCanaryResponse__Output>): grpc.ClientUnaryCall;
  StartCanary(argument: _perch_admin_v1_StartCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_StartCanaryResponse__Output>): grpc.ClientUnaryCall;
  StartCanary(argument: _perch_admin_v1_StartCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_StartCanaryResponse__Output>): grpc.ClientUnaryCall;
  startCanary(argument: _perch_admin_v1_StartCanaryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_StartCanaryResponse__Output>): grpc.ClientUnaryCall;
  startCanary(argument: _perch_admin_v1_StartCanaryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_StartCanaryResponse__Output>): grpc.ClientUnaryCall;
  startCanary(argument: _perch_admin_v1_StartCanaryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_StartCanaryResponse__Output>): grpc.ClientUnaryCall;
  startCanary(argument: _perch_admin_v1_StartCanaryRequest, callback: grpc.requestCallback<_perch_admin_v1_StartCanaryResponse__Output>): grpc.ClientUnaryCall;
  
  UnloadModel(argument: _perch_admin_v1_UnloadModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_UnloadModelResponse__Output>): grpc.ClientUnaryCall;
  UnloadModel(argument: _perch_admin_v1_UnloadModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_UnloadModelResponse__Output>): grpc.ClientUnaryCall;
  UnloadModel(argument: _perch_admin_v1_UnloadModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_UnloadModelResponse__Output>): grpc.ClientUnaryCall;
  UnloadModel(argument: _perch_admin_v1_UnloadModelRequest, callback: grpc.requestCallback<_perch_admin_v1_UnloadModelResponse__Output>): grpc.ClientUnaryCall;
  unloadModel(argument: _perch_admin_v1_UnloadModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_UnloadModelResponse__Output>): grpc.ClientUnaryCall;
  unloadModel(argument: _perch_admin_v1_UnloadModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_UnloadModelResponse__Output>): grpc.ClientUnaryCall;
  unloadModel(argument: _perch_admin_v1_UnloadModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_UnloadModelResponse__Output>): grpc.ClientUnaryCall;
  unloadModel(argument: _perch_admin_v1_UnloadModelRequest, callback: grpc.requestCallback<_perch_admin_v1_UnloadModelResponse__Output>): grpc.ClientUnaryCall;
  
  UnloadVersion(argument: _perch_admin_v1_UnloadVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_UnloadVersionResponse__Output>): grpc.ClientUnaryCall;
  UnloadVersion(argument: _perch_admin_v1_UnloadVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_UnloadVersionResponse__Output>): grpc.ClientUnaryCall;
  UnloadVersion(argument: _perch_admin_v1_UnloadVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_UnloadVersionResponse__Output>): grpc.ClientUnaryCall;
  UnloadVersion(argument: _perch_admin_v1_UnloadVersionRequest, callback: grpc.requestCallback<_perch_admin_v1_UnloadVersionResponse__Output>): grpc.ClientUnaryCall;
  unloadVersion(argument: _perch_admin_v1_UnloadVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_UnloadVersionResponse__Output>): grpc.ClientUnaryCall;
  unloadVersion(argument: _perch_admin_v1_UnloadVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_UnloadVersionResponse__Output>): grpc.ClientUnaryCall;
  unloadVersion(argument: _perch_admin_v1_UnloadVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_UnloadVersionResponse__Output>): grpc.ClientUnaryCall;
  unloadVersion(argument: _perch_admin_v1_UnloadVersionRequest, callback: grpc.requestCallback<_perch_admin_v1_UnloadVersionResponse__Output>): grpc.ClientUnaryCall;
  
  ValidateConfig(argument: _perch_admin_v1_ValidateConfigRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ValidateConfigResponse__Output>): grpc.ClientUnaryCall;
  ValidateConfig(argument: _perch_admin_v1_ValidateConfigRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ValidateConfigResponse__Output>): grpc.ClientUnaryCall;
  ValidateConfig(argument: _perch_admin_v1_ValidateConfigRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ValidateConfigResponse__Output>): grpc.ClientUnaryCall;
  ValidateConfig(argument: _perch_admin_v1_ValidateConfigRequest, callback: grpc.requestCallback<_perch_admin_v1_ValidateConfigResponse__Output>): grpc.ClientUnaryCall;
  validateConfig(argument: _perch_admin_v1_ValidateConfigRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ValidateConfigResponse__Output>): grpc.ClientUnaryCall;
  validateConfig(argument: _perch_admin_v1_ValidateConfigRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_perch_admin_v1_ValidateConfigResponse__Output>): grpc.ClientUnaryCall;
  validateConfig(argument: _perch_admin_v1_ValidateConfigRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_perch_admin_v1_ValidateConfigResponse__Output>): grpc.ClientUnaryCall;
  validateConfig(argument: _perch_admin_v1_ValidateConfigRequest, callback: grpc.requestCallback<_perch_admin_v1_ValidateConfigResponse__Output>): grpc.ClientUnaryCall;
  
  WatchCanary(argument: _perch_admin_v1_WatchCanaryRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchCanaryResponse__Output>;
  WatchCanary(argument: _perch_admin_v1_WatchCanaryRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchCanaryResponse__Output>;
  watchCanary(argument: _perch_admin_v1_WatchCanaryRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchCanaryResponse__Output>;
  watchCanary(argument: _perch_admin_v1_WatchCanaryRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchCanaryResponse__Output>;
  
  WatchEvents(argument: _perch_admin_v1_WatchEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchEventsResponse__Output>;
  WatchEvents(argument: _perch_admin_v1_WatchEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchEventsResponse__Output>;
  watchEvents(argument: _perch_admin_v1_WatchEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchEventsResponse__Output>;
  watchEvents(argument: _perch_admin_v1_WatchEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchEventsResponse__Output>;
  
  WatchState(argument: _perch_admin_v1_WatchStateRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchStateResponse__Output>;
  WatchState(argument: _perch_admin_v1_WatchStateRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchStateResponse__Output>;
  watchState(argument: _perch_admin_v1_WatchStateRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchStateResponse__Output>;
  watchState(argument: _perch_admin_v1_WatchStateRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchStateResponse__Output>;
  
  WatchStatistics(argument: _perch_admin_v1_WatchStatisticsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchStatisticsResponse__Output>;
  WatchStatistics(argument: _perch_admin_v1_WatchStatisticsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchStatisticsResponse__Output>;
  watchStatistics(argument: _perch_admin_v1_WatchStatisticsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchStatisticsResponse__Output>;
  watchStatistics(argument: _perch_admin_v1_WatchStatisticsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_perch_admin_v1_WatchStatisticsResponse__Output>;
  
}

export interface AdminHandlers extends grpc.UntypedServiceImplementation {
  ApplyConfig: grpc.handleUnaryCall<_perch_admin_v1_ApplyConfigRequest__Output, _perch_admin_v1_ApplyConfigResponse>;
  
  DeleteLabel: grpc.handleUnaryCall<_perch_admin_v1_DeleteLabelRequest__Output, _perch_admin_v1_DeleteLabelResponse>;
  
  DiagnoseKeepalive: grpc.handleUnaryCall<_perch_admin_v1_DiagnoseKeepaliveRequest__Output, _perch_admin_v1_DiagnoseKeepaliveResponse>;
  
  ExportOnnx: grpc.handleServerStreamingCall<_perch_admin_v1_ExportOnnxRequest__Output, _perch_admin_v1_ExportOnnxResponse>;
  
  GetConfig: grpc.handleUnaryCall<_perch_admin_v1_GetConfigRequest__Output, _perch_admin_v1_GetConfigResponse>;
  
  GetConversionReport: grpc.handleUnaryCall<_perch_admin_v1_GetConversionReportRequest__Output, _perch_admin_v1_GetConversionReportResponse>;
  
  GetHealthDetail: grpc.handleUnaryCall<_perch_admin_v1_GetHealthDetailRequest__Output, _perch_admin_v1_GetHealthDetailResponse>;
  
  GetModelFile: grpc.handleUnaryCall<_perch_admin_v1_GetModelFileRequest__Output, _perch_admin_v1_GetModelFileResponse>;
  
  GetNetwork: grpc.handleUnaryCall<_perch_admin_v1_GetNetworkRequest__Output, _perch_admin_v1_GetNetworkResponse>;
  
  GetResources: grpc.handleUnaryCall<_perch_admin_v1_GetResourcesRequest__Output, _perch_admin_v1_GetResourcesResponse>;
  
  GetSampleRequest: grpc.handleUnaryCall<_perch_admin_v1_GetSampleRequestRequest__Output, _perch_admin_v1_GetSampleRequestResponse>;
  
  GetServerInfo: grpc.handleUnaryCall<_perch_admin_v1_GetServerInfoRequest__Output, _perch_admin_v1_GetServerInfoResponse>;
  
  GetShadowCase: grpc.handleUnaryCall<_perch_admin_v1_GetShadowCaseRequest__Output, _perch_admin_v1_GetShadowCaseResponse>;
  
  GetSignature: grpc.handleUnaryCall<_perch_admin_v1_GetSignatureRequest__Output, _perch_admin_v1_GetSignatureResponse>;
  
  GetStatistics: grpc.handleUnaryCall<_perch_admin_v1_GetStatisticsRequest__Output, _perch_admin_v1_GetStatisticsResponse>;
  
  GetStatisticsHistory: grpc.handleUnaryCall<_perch_admin_v1_GetStatisticsHistoryRequest__Output, _perch_admin_v1_GetStatisticsHistoryResponse>;
  
  GetTraffic: grpc.handleUnaryCall<_perch_admin_v1_GetTrafficRequest__Output, _perch_admin_v1_GetTrafficResponse>;
  
  Hold: grpc.handleServerStreamingCall<_perch_admin_v1_HoldRequest__Output, _perch_admin_v1_HoldResponse>;
  
  ListAuditEvents: grpc.handleUnaryCall<_perch_admin_v1_ListAuditEventsRequest__Output, _perch_admin_v1_ListAuditEventsResponse>;
  
  ListModels: grpc.handleUnaryCall<_perch_admin_v1_ListModelsRequest__Output, _perch_admin_v1_ListModelsResponse>;
  
  LoadModel: grpc.handleUnaryCall<_perch_admin_v1_LoadModelRequest__Output, _perch_admin_v1_LoadModelResponse>;
  
  LoadVersion: grpc.handleUnaryCall<_perch_admin_v1_LoadVersionRequest__Output, _perch_admin_v1_LoadVersionResponse>;
  
  PauseCanary: grpc.handleUnaryCall<_perch_admin_v1_PauseCanaryRequest__Output, _perch_admin_v1_PauseCanaryResponse>;
  
  PredictJson: grpc.handleUnaryCall<_perch_admin_v1_PredictJsonRequest__Output, _perch_admin_v1_PredictJsonResponse>;
  
  ProbeKeepalive: grpc.handleUnaryCall<_perch_admin_v1_ProbeKeepaliveRequest__Output, _perch_admin_v1_ProbeKeepaliveResponse>;
  
  PromoteCanary: grpc.handleUnaryCall<_perch_admin_v1_PromoteCanaryRequest__Output, _perch_admin_v1_PromoteCanaryResponse>;
  
  RecordConnection: grpc.handleServerStreamingCall<_perch_admin_v1_RecordConnectionRequest__Output, _perch_admin_v1_RecordConnectionResponse>;
  
  ResumeCanary: grpc.handleUnaryCall<_perch_admin_v1_ResumeCanaryRequest__Output, _perch_admin_v1_ResumeCanaryResponse>;
  
  RetryVersion: grpc.handleUnaryCall<_perch_admin_v1_RetryVersionRequest__Output, _perch_admin_v1_RetryVersionResponse>;
  
  RollbackCanary: grpc.handleUnaryCall<_perch_admin_v1_RollbackCanaryRequest__Output, _perch_admin_v1_RollbackCanaryResponse>;
  
  SetLabel: grpc.handleUnaryCall<_perch_admin_v1_SetLabelRequest__Output, _perch_admin_v1_SetLabelResponse>;
  
  SetShadow: grpc.handleUnaryCall<_perch_admin_v1_SetShadowRequest__Output, _perch_admin_v1_SetShadowResponse>;
  
  SetTraffic: grpc.handleUnaryCall<_perch_admin_v1_SetTrafficRequest__Output, _perch_admin_v1_SetTrafficResponse>;
  
  Shutdown: grpc.handleUnaryCall<_perch_admin_v1_ShutdownRequest__Output, _perch_admin_v1_ShutdownResponse>;
  
  StartCanary: grpc.handleUnaryCall<_perch_admin_v1_StartCanaryRequest__Output, _perch_admin_v1_StartCanaryResponse>;
  
  UnloadModel: grpc.handleUnaryCall<_perch_admin_v1_UnloadModelRequest__Output, _perch_admin_v1_UnloadModelResponse>;
  
  UnloadVersion: grpc.handleUnaryCall<_perch_admin_v1_UnloadVersionRequest__Output, _perch_admin_v1_UnloadVersionResponse>;
  
  ValidateConfig: grpc.handleUnaryCall<_perch_admin_v1_ValidateConfigRequest__Output, _perch_admin_v1_ValidateConfigResponse>;
  
  WatchCanary: grpc.handleServerStreamingCall<_perch_admin_v1_WatchCanaryRequest__Output, _perch_admin_v1_WatchCanaryResponse>;
  
  WatchEvents: grpc.handleServerStreamingCall<_perch_admin_v1_WatchEventsRequest__Output, _perch_admin_v1_WatchEventsResponse>;
  
  WatchState: grpc.handleServerStreamingCall<_perch_admin_v1_WatchStateRequest__Output, _perch_admin_v1_WatchStateResponse>;
  
  WatchStatistics: grpc.handleServerStreamingCall<_perch_admin_v1_WatchStatisticsRequest__Output, _perch_admin_v1_WatchStatisticsResponse>;
  
}

export interface AdminDefinition extends grpc.ServiceDefinition {
  ApplyConfig: MethodDefinition<_perch_admin_v1_ApplyConfigRequest, _perch_admin_v1_ApplyConfigResponse, _perch_admin_v1_ApplyConfigRequest__Output, _perch_admin_v1_ApplyConfigResponse__Output>
  DeleteLabel: MethodDefinition<_perch_admin_v1_DeleteLabelRequest, _perch_admin_v1_DeleteLabelResponse, _perch_admin_v1_DeleteLabelRequest__Output, _perch_admin_v1_DeleteLabelResponse__Output>
  DiagnoseKeepalive: MethodDefinition<_perch_admin_v1_DiagnoseKeepaliveRequest, _perch_admin_v1_DiagnoseKeepaliveResponse, _perch_admin_v1_DiagnoseKeepaliveRequest__Output, _perch_admin_v1_DiagnoseKeepaliveResponse__Output>
  ExportOnnx: MethodDefinition<_perch_admin_v1_ExportOnnxRequest, _perch_admin_v1_ExportOnnxResponse, _perch_admin_v1_ExportOnnxRequest__Output, _perch_admin_v1_ExportOnnxResponse__Output>
  GetConfig: MethodDefinition<_perch_admin_v1_GetConfigRequest, _perch_admin_v1_GetConfigResponse, _perch_admin_v1_GetConfigRequest__Output, _perch_admin_v1_GetConfigResponse__Output>
  GetConversionReport: MethodDefinition<_perch_admin_v1_GetConversionReportRequest, _perch_admin_v1_GetConversionReportResponse, _perch_admin_v1_GetConversionReportRequest__Output, _perch_admin_v1_GetConversionReportResponse__Output>
  GetHealthDetail: MethodDefinition<_perch_admin_v1_GetHealthDetailRequest, _perch_admin_v1_GetHealthDetailResponse, _perch_admin_v1_GetHealthDetailRequest__Output, _perch_admin_v1_GetHealthDetailResponse__Output>
  GetModelFile: MethodDefinition<_perch_admin_v1_GetModelFileRequest, _perch_admin_v1_GetModelFileResponse, _perch_admin_v1_GetModelFileRequest__Output, _perch_admin_v1_GetModelFileResponse__Output>
  GetNetwork: MethodDefinition<_perch_admin_v1_GetNetworkRequest, _perch_admin_v1_GetNetworkResponse, _perch_admin_v1_GetNetworkRequest__Output, _perch_admin_v1_GetNetworkResponse__Output>
  GetResources: MethodDefinition<_perch_admin_v1_GetResourcesRequest, _perch_admin_v1_GetResourcesResponse, _perch_admin_v1_GetResourcesRequest__Output, _perch_admin_v1_GetResourcesResponse__Output>
  GetSampleRequest: MethodDefinition<_perch_admin_v1_GetSampleRequestRequest, _perch_admin_v1_GetSampleRequestResponse, _perch_admin_v1_GetSampleRequestRequest__Output, _perch_admin_v1_GetSampleRequestResponse__Output>
  GetServerInfo: MethodDefinition<_perch_admin_v1_GetServerInfoRequest, _perch_admin_v1_GetServerInfoResponse, _perch_admin_v1_GetServerInfoRequest__Output, _perch_admin_v1_GetServerInfoResponse__Output>
  GetShadowCase: MethodDefinition<_perch_admin_v1_GetShadowCaseRequest, _perch_admin_v1_GetShadowCaseResponse, _perch_admin_v1_GetShadowCaseRequest__Output, _perch_admin_v1_GetShadowCaseResponse__Output>
  GetSignature: MethodDefinition<_perch_admin_v1_GetSignatureRequest, _perch_admin_v1_GetSignatureResponse, _perch_admin_v1_GetSignatureRequest__Output, _perch_admin_v1_GetSignatureResponse__Output>
  GetStatistics: MethodDefinition<_perch_admin_v1_GetStatisticsRequest, _perch_admin_v1_GetStatisticsResponse, _perch_admin_v1_GetStatisticsRequest__Output, _perch_admin_v1_GetStatisticsResponse__Output>
  GetStatisticsHistory: MethodDefinition<_perch_admin_v1_GetStatisticsHistoryRequest, _perch_admin_v1_GetStatisticsHistoryResponse, _perch_admin_v1_GetStatisticsHistoryRequest__Output, _perch_admin_v1_GetStatisticsHistoryResponse__Output>
  GetTraffic: MethodDefinition<_perch_admin_v1_GetTrafficRequest, _perch_admin_v1_GetTrafficResponse, _perch_admin_v1_GetTrafficRequest__Output, _perch_admin_v1_GetTrafficResponse__Output>
  Hold: MethodDefinition<_perch_admin_v1_HoldRequest, _perch_admin_v1_HoldResponse, _perch_admin_v1_HoldRequest__Output, _perch_admin_v1_HoldResponse__Output>
  ListAuditEvents: MethodDefinition<_perch_admin_v1_ListAuditEventsRequest, _perch_admin_v1_ListAuditEventsResponse, _perch_admin_v1_ListAuditEventsRequest__Output, _perch_admin_v1_ListAuditEventsResponse__Output>
  ListModels: MethodDefinition<_perch_admin_v1_ListModelsRequest, _perch_admin_v1_ListModelsResponse, _perch_admin_v1_ListModelsRequest__Output, _perch_admin_v1_ListModelsResponse__Output>
  LoadModel: MethodDefinition<_perch_admin_v1_LoadModelRequest, _perch_admin_v1_LoadModelResponse, _perch_admin_v1_LoadModelRequest__Output, _perch_admin_v1_LoadModelResponse__Output>
  LoadVersion: MethodDefinition<_perch_admin_v1_LoadVersionRequest, _perch_admin_v1_LoadVersionResponse, _perch_admin_v1_LoadVersionRequest__Output, _perch_admin_v1_LoadVersionResponse__Output>
  PauseCanary: MethodDefinition<_perch_admin_v1_PauseCanaryRequest, _perch_admin_v1_PauseCanaryResponse, _perch_admin_v1_PauseCanaryRequest__Output, _perch_admin_v1_PauseCanaryResponse__Output>
  PredictJson: MethodDefinition<_perch_admin_v1_PredictJsonRequest, _perch_admin_v1_PredictJsonResponse, _perch_admin_v1_PredictJsonRequest__Output, _perch_admin_v1_PredictJsonResponse__Output>
  ProbeKeepalive: MethodDefinition<_perch_admin_v1_ProbeKeepaliveRequest, _perch_admin_v1_ProbeKeepaliveResponse, _perch_admin_v1_ProbeKeepaliveRequest__Output, _perch_admin_v1_ProbeKeepaliveResponse__Output>
  PromoteCanary: MethodDefinition<_perch_admin_v1_PromoteCanaryRequest, _perch_admin_v1_PromoteCanaryResponse, _perch_admin_v1_PromoteCanaryRequest__Output, _perch_admin_v1_PromoteCanaryResponse__Output>
  RecordConnection: MethodDefinition<_perch_admin_v1_RecordConnectionRequest, _perch_admin_v1_RecordConnectionResponse, _perch_admin_v1_RecordConnectionRequest__Output, _perch_admin_v1_RecordConnectionResponse__Output>
  ResumeCanary: MethodDefinition<_perch_admin_v1_ResumeCanaryRequest, _perch_admin_v1_ResumeCanaryResponse, _perch_admin_v1_ResumeCanaryRequest__Output, _perch_admin_v1_ResumeCanaryResponse__Output>
  RetryVersion: MethodDefinition<_perch_admin_v1_RetryVersionRequest, _perch_admin_v1_RetryVersionResponse, _perch_admin_v1_RetryVersionRequest__Output, _perch_admin_v1_RetryVersionResponse__Output>
  RollbackCanary: MethodDefinition<_perch_admin_v1_RollbackCanaryRequest, _perch_admin_v1_RollbackCanaryResponse, _perch_admin_v1_RollbackCanaryRequest__Output, _perch_admin_v1_RollbackCanaryResponse__Output>
  SetLabel: MethodDefinition<_perch_admin_v1_SetLabelRequest, _perch_admin_v1_SetLabelResponse, _perch_admin_v1_SetLabelRequest__Output, _perch_admin_v1_SetLabelResponse__Output>
  SetShadow: MethodDefinition<_perch_admin_v1_SetShadowRequest, _perch_admin_v1_SetShadowResponse, _perch_admin_v1_SetShadowRequest__Output, _perch_admin_v1_SetShadowResponse__Output>
  SetTraffic: MethodDefinition<_perch_admin_v1_SetTrafficRequest, _perch_admin_v1_SetTrafficResponse, _perch_admin_v1_SetTrafficRequest__Output, _perch_admin_v1_SetTrafficResponse__Output>
  Shutdown: MethodDefinition<_perch_admin_v1_ShutdownRequest, _perch_admin_v1_ShutdownResponse, _perch_admin_v1_ShutdownRequest__Output, _perch_admin_v1_ShutdownResponse__Output>
  StartCanary: MethodDefinition<_perch_admin_v1_StartCanaryRequest, _perch_admin_v1_StartCanaryResponse, _perch_admin_v1_StartCanaryRequest__Output, _perch_admin_v1_StartCanaryResponse__Output>
  UnloadModel: MethodDefinition<_perch_admin_v1_UnloadModelRequest, _perch_admin_v1_UnloadModelResponse, _perch_admin_v1_UnloadModelRequest__Output, _perch_admin_v1_UnloadModelResponse__Output>
  UnloadVersion: MethodDefinition<_perch_admin_v1_UnloadVersionRequest, _perch_admin_v1_UnloadVersionResponse, _perch_admin_v1_UnloadVersionRequest__Output, _perch_admin_v1_UnloadVersionResponse__Output>
  ValidateConfig: MethodDefinition<_perch_admin_v1_ValidateConfigRequest, _perch_admin_v1_ValidateConfigResponse, _perch_admin_v1_ValidateConfigRequest__Output, _perch_admin_v1_ValidateConfigResponse__Output>
  WatchCanary: MethodDefinition<_perch_admin_v1_WatchCanaryRequest, _perch_admin_v1_WatchCanaryResponse, _perch_admin_v1_WatchCanaryRequest__Output, _perch_admin_v1_WatchCanaryResponse__Output>
  WatchEvents: MethodDefinition<_perch_admin_v1_WatchEventsRequest, _perch_admin_v1_WatchEventsResponse, _perch_admin_v1_WatchEventsRequest__Output, _perch_admin_v1_WatchEventsResponse__Output>
  WatchState: MethodDefinition<_perch_admin_v1_WatchStateRequest, _perch_admin_v1_WatchStateResponse, _perch_admin_v1_WatchStateRequest__Output, _perch_admin_v1_WatchStateResponse__Output>
  WatchStatistics: MethodDefinition<_perch_admin_v1_WatchStatisticsRequest, _perch_admin_v1_WatchStatisticsResponse, _perch_admin_v1_WatchStatisticsRequest__Output, _perch_admin_v1_WatchStatisticsResponse__Output>
}
