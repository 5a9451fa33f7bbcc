/**
 * The messages of the protocol, as its specification numbers them: kserve/open-inference-protocol,
 * specification/protocol/open_inference_grpc.proto, for the extensions Triton, docs/protocol/extension_*.md and its grpc_service.proto,
 * and grpc/grpc-proto, grpc/health/v1/health.proto and grpc/reflection/v1/reflection.proto. Written by hand, apart from what the server reads.
 */

export type Scalar = "bool" | "string" | "bytes" | "int32" | "int64" | "uint32" | "uint64" | "float" | "double";

export interface Field {
  readonly name: string;
  readonly number: number;
  /** A scalar, or the name of a message. */
  readonly type: string;
  readonly repeated: boolean;
  /** `map<string, type>` */
  readonly map: boolean;
}

/** `name number type`, with `type*` for repeated and `type%` for a map by text. */
const sources = {
  Empty: "",
  Live: "live 1 bool",
  Ready: "ready 1 bool",
  NameVersion: "name 1 string, version 2 string",
  ServerMetadata: "name 1 string, version 2 string, extensions 3 string*",
  TensorMetadata: "name 1 string, datatype 2 string, shape 3 int64*",
  ModelMetadata: "name 1 string, versions 2 string*, platform 3 string, inputs 4 TensorMetadata*, outputs 5 TensorMetadata*",
  Parameter: "bool_param 1 bool, int64_param 2 int64, string_param 3 string, double_param 4 double, uint64_param 5 uint64",
  Contents:
    "bool_contents 1 bool*, int_contents 2 int32*, int64_contents 3 int64*, uint_contents 4 uint32*, uint64_contents 5 uint64*, fp32_contents 6 float*, fp64_contents 7 double*, bytes_contents 8 bytes*",
  Tensor: "name 1 string, datatype 2 string, shape 3 int64*, parameters 4 Parameter%, contents 5 Contents",
  RequestedOutput: "name 1 string, parameters 2 Parameter%",
  InferRequest:
    "model_name 1 string, model_version 2 string, id 3 string, parameters 4 Parameter%, inputs 5 Tensor*, outputs 6 RequestedOutput*, raw_input_contents 7 bytes*",
  InferResponse:
    "model_name 1 string, model_version 2 string, id 3 string, parameters 4 Parameter%, outputs 5 Tensor*, raw_output_contents 6 bytes*",
  IndexRequest: "repository_name 1 string, ready 2 bool",
  IndexEntry: "name 1 string, version 2 string, state 3 string, reason 4 string",
  IndexResponse: "models 1 IndexEntry*",
  RepositoryRequest: "repository_name 1 string, model_name 2 string",
  Duration: "count 1 uint64, ns 2 uint64",
  InferStatistics:
    "success 1 Duration, fail 2 Duration, queue 3 Duration, compute_input 4 Duration, compute_infer 5 Duration, compute_output 6 Duration, cache_hit 7 Duration, cache_miss 8 Duration",
  BatchStatistics: "batch_size 1 uint64, compute_input 2 Duration, compute_infer 3 Duration, compute_output 4 Duration",
  Statistics:
    "name 1 string, version 2 string, last_inference 3 uint64, inference_count 4 uint64, execution_count 5 uint64, inference_stats 6 InferStatistics, batch_stats 7 BatchStatistics*",
  StatisticsResponse: "model_stats 1 Statistics*",
  StreamInferResponse: "error_message 1 string, infer_response 2 InferResponse",
  ConfigInput: "name 1 string, data_type 2 int32, dims 4 int64*",
  ConfigOutput: "name 1 string, data_type 2 int32, dims 3 int64*",
  Config: "name 1 string, platform 2 string, max_batch_size 4 int32, input 5 ConfigInput*, output 6 ConfigOutput*, backend 17 string",
  ConfigResponse: "config 1 Config",
  ReflectionRequest: "host 1 string, list_services 7 string",
  Service: "name 1 string",
  ServiceList: "service 1 Service*",
  ReflectionResponse: "valid_host 1 string, original_request 2 ReflectionRequest, list_services_response 6 ServiceList",
  HealthRequest: "service 1 string",
  HealthResponse: "status 1 int32",
} as const;

export type MessageName = keyof typeof sources;

export const messages: ReadonlyMap<string, readonly Field[]> = new Map(
  Object.entries(sources).map(([message, text]) => [message, text === "" ? [] : text.split(", ").map(readField)]),
);

function readField(text: string): Field {
  const [name = "", number = "", type = ""] = text.split(" ");
  return { name, number: Number(number), type: type.replace(/[*%]$/, ""), repeated: type.endsWith("*"), map: type.endsWith("%") };
}

const inference = "inference.GRPCInferenceService";
/** What a method takes and gives. */
export const methods: Readonly<Record<string, readonly [MessageName, MessageName]>> = {
  [`${inference}/ServerLive`]: ["Empty", "Live"],
  [`${inference}/ServerReady`]: ["Empty", "Ready"],
  [`${inference}/ModelReady`]: ["NameVersion", "Ready"],
  [`${inference}/ServerMetadata`]: ["Empty", "ServerMetadata"],
  [`${inference}/ModelMetadata`]: ["NameVersion", "ModelMetadata"],
  [`${inference}/ModelInfer`]: ["InferRequest", "InferResponse"],
  [`${inference}/ModelStreamInfer`]: ["InferRequest", "StreamInferResponse"],
  [`${inference}/ModelConfig`]: ["NameVersion", "ConfigResponse"],
  [`${inference}/ModelStatistics`]: ["NameVersion", "StatisticsResponse"],
  [`${inference}/RepositoryIndex`]: ["IndexRequest", "IndexResponse"],
  [`${inference}/RepositoryModelLoad`]: ["RepositoryRequest", "Empty"],
  [`${inference}/RepositoryModelUnload`]: ["RepositoryRequest", "Empty"],
  "grpc.reflection.v1.ServerReflection/ServerReflectionInfo": ["ReflectionRequest", "ReflectionResponse"],
  "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": ["ReflectionRequest", "ReflectionResponse"],
  "grpc.health.v1.Health/Check": ["HealthRequest", "HealthResponse"],
};
