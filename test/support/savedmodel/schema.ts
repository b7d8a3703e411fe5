// The messages of a SavedModel as protobufjs writes them for tests: field numbers are facts of TensorFlow's wire format.
import protobuf from 'protobufjs';

const source = `
syntax = "proto3";
package tf;
message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
message MetaGraphDef {
  message MetaInfoDef { OpList stripped_op_list = 2; repeated string tags = 4; string tensorflow_version = 5; }
  MetaInfoDef meta_info_def = 1;
  GraphDef graph_def = 2;
  SaverDef saver_def = 3;
  map<string, CollectionDef> collection_def = 4;
  map<string, SignatureDef> signature_def = 5;
  repeated AssetFileDef asset_file_def = 6;
}
message OpList { repeated OpDef op = 1; }
message OpDef {
  message ArgDef { string name = 1; DataType type = 3; string type_attr = 4; string number_attr = 5; string type_list_attr = 6; bool is_ref = 16; }
  message AttrDef { string name = 1; string type = 2; AttrValue default_value = 3; }
  string name = 1; repeated ArgDef input_arg = 2; repeated ArgDef output_arg = 3; repeated AttrDef attr = 4; bool is_stateful = 17; repeated string control_output = 20;
}
message GraphDef { repeated NodeDef node = 1; FunctionDefLibrary library = 2; }
message NodeDef { string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5; }
message FunctionDefLibrary { repeated FunctionDef function = 1; }
message FunctionDef { OpDef signature = 1; repeated NodeDef node_def = 3; map<string, string> ret = 4; map<string, AttrValue> attr = 5; map<string, string> control_ret = 6; }
message NameAttrList { string name = 1; map<string, AttrValue> attr = 2; }
message AttrValue {
  message ListValue { repeated bytes s = 2; repeated int64 i = 3; repeated float f = 4; repeated bool b = 5; repeated DataType type = 6; repeated TensorShapeProto shape = 7; repeated TensorProto tensor = 8; repeated NameAttrList func = 9; }
  oneof value { ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; DataType type = 6; TensorShapeProto shape = 7; TensorProto tensor = 8; string placeholder = 9; NameAttrList func = 10; }
}
message TensorShapeProto { message Dim { int64 size = 1; } repeated Dim dim = 2; bool unknown_rank = 3; }
message TensorProto {
  DataType dtype = 1; TensorShapeProto tensor_shape = 2; bytes tensor_content = 4;
  repeated float float_val = 5; repeated double double_val = 6; repeated int32 int_val = 7; repeated bytes string_val = 8; repeated float scomplex_val = 9; repeated int64 int64_val = 10; repeated bool bool_val = 11;
  repeated double dcomplex_val = 12; repeated int32 half_val = 13; repeated uint32 uint32_val = 16; repeated uint64 uint64_val = 17;
}
message SaverDef { string filename_tensor_name = 1; string save_tensor_name = 2; string restore_op_name = 3; int32 version = 7; }
message CollectionDef {
  message NodeList { repeated string value = 1; }
  message Any { string type_url = 1; bytes value = 2; }
  message AnyList { repeated Any value = 1; }
  oneof kind { NodeList node_list = 1; AnyList any_list = 5; }
}
message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; string method_name = 3; map<string, TensorProto> defaults = 4; }
message TensorInfo {
  message CooSparse { string values_tensor_name = 1; string indices_tensor_name = 2; string dense_shape_tensor_name = 3; }
  oneof encoding { string name = 1; CooSparse coo_sparse = 4; }
  DataType dtype = 2; TensorShapeProto tensor_shape = 3;
}
message AssetFileDef { TensorInfo tensor_info = 1; string filename = 2; }
message VersionDef { int32 producer = 1; int32 min_consumer = 2; }
message BundleHeaderProto { int32 num_shards = 1; int32 endianness = 2; VersionDef version = 3; }
message TensorSliceProto { message Extent { int64 start = 1; oneof has_length { int64 length = 2; } } repeated Extent extent = 1; }
message BundleEntryProto { DataType dtype = 1; TensorShapeProto shape = 2; int32 shard_id = 3; int64 offset = 4; int64 size = 5; fixed32 crc32c = 6; repeated TensorSliceProto slices = 7; }
enum DataType {
  DT_INVALID = 0; DT_FLOAT = 1; DT_DOUBLE = 2; DT_INT32 = 3; DT_UINT8 = 4; DT_INT16 = 5; DT_INT8 = 6; DT_STRING = 7; DT_COMPLEX64 = 8; DT_INT64 = 9; DT_BOOL = 10;
  DT_QINT8 = 11; DT_QUINT8 = 12; DT_QINT32 = 13; DT_BFLOAT16 = 14; DT_QINT16 = 15; DT_QUINT16 = 16; DT_UINT16 = 17; DT_COMPLEX128 = 18; DT_HALF = 19; DT_RESOURCE = 20;
  DT_VARIANT = 21; DT_UINT32 = 22; DT_UINT64 = 23; DT_FLOAT_REF = 101; DT_DOUBLE_REF = 102; DT_INT32_REF = 103; DT_STRING_REF = 107; DT_INT64_REF = 109; DT_BOOL_REF = 110;
}
`;

const root = protobuf.parse(source, { keepCase: true }).root;

/** Messages that tests write. */
export type MessageName =
  | 'SavedModel'
  | 'TensorProto'
  | 'AttrValue'
  | 'NodeDef'
  | 'FunctionDef'
  | 'AssetFileDef'
  | 'BundleHeaderProto'
  | 'BundleEntryProto';

/** The bytes of a message given in protobuf's JSON form with the names of the .proto file (`preserving_proto_field_name`). */
export function encode(message: MessageName, json: object): Uint8Array {
  const type = root.lookupType(`tf.${message}`);
  return type.encode(type.fromObject(json)).finish();
}
