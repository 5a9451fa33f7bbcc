import { keys } from "../keys.ts";
import type { ErrorCase, Expected, GrpcVector, VectorFile } from "../vector.ts";
import { loansProbabilities, loansRow, setosaBytes, setosaProbabilities, setosaRow, virginicaBytes } from "./examples.ts";

const proto = "Open Inference Protocol, specification/protocol/open_inference_grpc.proto";
const repository = "Triton, docs/protocol/extension_model_repository.md#grpc";
const statistics = "Triton, docs/protocol/extension_statistics.md#grpc";
const statuses = "Triton, src/grpc/grpc_utils.cc: GrpcStatusUtil::CodeToStatus; grpc/grpc, doc/statuscodes.md";
const _http2 = "grpc/grpc, doc/PROTOCOL-HTTP2.md";
const health = "grpc/grpc-proto, grpc/health/v1/health.proto; grpc/grpc, doc/health-checking.md";

const service = "inference.GRPCInferenceService";
/** grpc/grpc, doc/statuscodes.md */
const code = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const some = { $pattern: "." };
const call = (name: string, spec: string, method: string, message: unknown, reply: Expected): GrpcVector => ({
  name,
  spec,
  call: { method: method.includes("/") ? method : `${service}/${method}`, message },
  answer: { status: code.ok, reply },
});

const tensor = (more: object, shape = [1, 4]) => ({ name: "X", datatype: "FP32", shape, ...more });
const contents = { contents: { fp32_contents: setosaRow } };
const label = { $has: { name: "label", datatype: "INT64", shape: [1] } };
const probabilities = { $has: { name: "probabilities", datatype: "FP32", shape: [1, 3] } };
/** The bytes of an answer are compared as numbers by the test of equality; here their number is. */
const rawOf = (bytes: number) => ({ $pattern: `^[0-9a-f]{${2 * bytes}}$` });
const rawAnswer = {
  $has: { model_name: "iris", model_version: "1", outputs: [label, probabilities], raw_output_contents: ["0000000000000000", rawOf(12)] },
};
const typedAnswer = {
  $has: {
    model_name: "iris",
    model_version: "1",
    outputs: [
      { $has: { name: "label", datatype: "INT64", shape: [1], contents: { int64_contents: [0] } } },
      { $has: { name: "probabilities", datatype: "FP32", shape: [1, 3], contents: { fp32_contents: setosaProbabilities } } },
    ],
  },
};

const queries: readonly GrpcVector[] = [
  call("server live", `${proto}: ServerLive`, "ServerLive", {}, { live: true }),
  call("server ready", `${proto}: ServerReady`, "ServerReady", {}, { ready: true }),
  call("model ready", `${proto}: ModelReady`, "ModelReady", { name: "iris" }, { ready: true }),
  call("version ready", `${proto}: ModelReady`, "ModelReady", { name: "iris", version: "1" }, { ready: true }),
  call(
    "server metadata",
    `${proto}: ServerMetadata`,
    "ServerMetadata",
    {},
    {
      name: { $type: "string" },
      version: { $type: "string" },
      extensions: { $includes: ["model_repository", "statistics"] },
    },
  ),
  call(
    "model metadata",
    `${proto}: ModelMetadata`,
    "ModelMetadata",
    { name: "iris" },
    {
      name: "iris",
      versions: ["1"],
      platform: { $type: "string" },
      inputs: [{ name: "X", datatype: "FP32", shape: [-1, 4] }],
      outputs: [
        { name: "label", datatype: "INT64", shape: [-1] },
        { name: "probabilities", datatype: "FP32", shape: [-1, 3] },
      ],
    },
  ),
  call(
    "the repository's index",
    `${repository}: Index`,
    "RepositoryIndex",
    {},
    {
      models: { $includes: [{ $has: { name: "iris", version: "1", state: "READY" } }] },
    },
  ),
  call(
    "the index of what is ready",
    `${repository}: Index`,
    "RepositoryIndex",
    { ready: true },
    { models: { $each: { $has: { state: "READY" } } } },
  ),
  call(
    "configuration",
    "Triton, docs/protocol/extension_model_configuration.md#grpc",
    "ModelConfig",
    { name: "iris" },
    {
      config: {
        $has: {
          name: "iris",
          max_batch_size: { $type: "number" },
          // TYPE_FP32 and TYPE_INT64 of model_config.proto
          input: [{ $has: { name: "X", data_type: 11 } }],
          output: [{ $has: { name: "label", data_type: 9 } }, { $has: { name: "probabilities", data_type: 11 } }],
        },
      },
    },
  ),
  ...["v1", "v1alpha"].map((version) =>
    call(
      `services, by reflection ${version}`,
      `grpc/grpc-proto, grpc/reflection/${version}/reflection.proto: list_services`,
      `grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      { list_services: "*" },
      { $has: { list_services_response: { service: { $includes: [{ name: service }, { name: "grpc.health.v1.Health" }] } } } },
    ),
  ),
  call("loads what is loaded", `${repository}: Load`, "RepositoryModelLoad", { model_name: "wine" }, {}),
  call(
    "statistics of a model",
    statistics,
    "ModelStatistics",
    { name: "iris" },
    {
      model_stats: [{ $has: { name: "iris", version: "1", inference_stats: { $type: "object" } } }],
    },
  ),
  call(
    "statistics of all",
    statistics,
    "ModelStatistics",
    {},
    { model_stats: { $includes: [{ $has: { name: "iris" } }, { $has: { name: "wine" } }] } },
  ),
  call("health of the server", health, "grpc.health.v1.Health/Check", {}, { status: 1 }),
  call("health of the service", health, "grpc.health.v1.Health/Check", { service }, { status: 1 }),
];

const inference: readonly GrpcVector[] = [
  call(
    "a prediction in a stream",
    "Triton, docs/protocol/extension_sequence.md#grpc; grpc_service.proto: ModelStreamInferResponse",
    "ModelStreamInfer",
    { model_name: "iris", inputs: [tensor({})], raw_input_contents: [setosaBytes] },
    { infer_response: rawAnswer },
  ),
  call(
    "typed contents",
    `${proto}: InferTensorContents`,
    "ModelInfer",
    { model_name: "iris", inputs: [tensor(contents)] },
    { $anyOf: [typedAnswer, rawAnswer] },
  ),
  call(
    "raw contents",
    `${proto}: raw_input_contents`,
    "ModelInfer",
    { model_name: "iris", inputs: [tensor({})], raw_input_contents: [setosaBytes] },
    rawAnswer,
  ),
  call(
    "raw contents of two rows",
    `${proto}: raw_output_contents`,
    "ModelInfer",
    { model_name: "iris", model_version: "1", inputs: [tensor({}, [2, 4])], raw_input_contents: [setosaBytes + virginicaBytes] },
    { $has: { raw_output_contents: ["0000000000000000" + "0200000000000000", rawOf(24)] } },
  ),
  call(
    "an id and parameters",
    `${proto}: "If specified will be returned in the response."`,
    "ModelInfer",
    {
      model_name: "iris",
      id: "42",
      parameters: { tag: { string_param: "x" }, priority: { uint64_param: 1 } },
      inputs: [tensor({ parameters: { binary_data_size: { int64_param: 16 } } })],
      raw_input_contents: [setosaBytes],
    },
    { $has: { id: "42", outputs: [label, probabilities] } },
  ),
  call(
    "one of two outputs",
    `${proto}: InferRequestedOutputTensor`,
    "ModelInfer",
    { model_name: "iris", inputs: [tensor({})], outputs: [{ name: "probabilities" }], raw_input_contents: [setosaBytes] },
    { $has: { outputs: [probabilities], raw_output_contents: [rawOf(12)] } },
  ),
  call(
    "texts with typed contents",
    `${proto}: bytes_contents`,
    "ModelInfer",
    {
      model_name: "loans",
      inputs: Object.entries(loansRow).map(([name, value]) => ({
        name,
        shape: [1, 1],
        datatype: typeof value === "string" ? "BYTES" : "FP32",
        contents: typeof value === "string" ? { bytes_contents: [Buffer.from(value).toString("hex")] } : { fp32_contents: [value] },
      })),
    },
    {
      $anyOf: [
        {
          $has: {
            outputs: [
              { $has: { name: "label", datatype: "BYTES", contents: { bytes_contents: [Buffer.from("repaid").toString("hex")] } } },
              { $has: { contents: { fp32_contents: loansProbabilities } } },
            ],
          },
        },
        { $has: { raw_output_contents: ["06000000726570616964", rawOf(8)] } },
      ],
    },
  ),
];

const refused = (
  name: string,
  error: ErrorCase | undefined,
  message: unknown,
  status: number,
  {
    method = "ModelInfer",
    spec = statuses,
    metadata,
  }: { method?: string; spec?: string; metadata?: Readonly<Record<string, string>> } = {},
): GrpcVector => ({
  name,
  spec,
  ...(error === undefined ? {} : { error }),
  call: { method: method.includes("/") ? method : `${service}/${method}`, message, ...(metadata === undefined ? {} : { metadata }) },
  answer: { status, message: some },
});
const infer = (input: object, more: object = {}) => ({ model_name: "iris", inputs: [input], ...more });
const raw = (bytes: string, shape?: number[]) => infer(tensor({}, shape), { raw_input_contents: [bytes] });

const errors: readonly GrpcVector[] = [
  refused("a model that is not loaded", "unknown model", { ...infer(tensor(contents)), model_name: "nobody" }, code.notFound),
  refused("metadata of a model that is not loaded", "unknown model", { name: "nobody" }, code.notFound, { method: "ModelMetadata" }),
  refused("a version that is not loaded", "unknown version", { ...infer(tensor(contents)), model_version: "9" }, code.notFound),
  refused("metadata of a version that is not loaded", "unknown version", { name: "iris", version: "9" }, code.notFound, {
    method: "ModelMetadata",
  }),
  refused("an input of another name", "wrong name", infer({ ...tensor(contents), name: "Y" }), code.invalidArgument),
  refused("an output of another name", "wrong name", infer(tensor(contents), { outputs: [{ name: "nothing" }] }), code.invalidArgument),
  refused("no inputs", "wrong name", { model_name: "iris" }, code.invalidArgument),
  refused(
    "texts instead of numbers",
    "wrong dtype",
    infer({ name: "X", datatype: "BYTES", shape: [1, 4], contents: { bytes_contents: ["61", "62", "63", "64"] } }),
    code.invalidArgument,
  ),
  refused(
    "contents that are not the datatype's",
    "wrong dtype",
    infer(tensor({ contents: { int_contents: [1, 2, 3, 4] } })),
    code.invalidArgument,
    {
      spec: `${proto}: InferTensorContents, "Representation for FP32 data type"`,
    },
  ),
  refused("a datatype that is none", "wrong dtype", infer({ ...tensor(contents), datatype: "FLOAT" }), code.invalidArgument),
  refused("a row of another width", "wrong shape", raw(setosaBytes.slice(0, 24), [1, 3]), code.invalidArgument),
  refused("a tensor of another rank", "wrong shape", raw(setosaBytes, [1, 4, 1]), code.invalidArgument),
  refused("a negative size", "wrong shape", raw(setosaBytes, [-1, 4]), code.invalidArgument),
  refused(
    "fewer values than the shape says",
    "wrong size",
    infer(tensor({ contents: { fp32_contents: [1, 2, 3] } })),
    code.invalidArgument,
  ),
  refused("fewer bytes than the shape says", "wrong size", raw(setosaBytes.slice(0, 24)), code.invalidArgument, {
    spec: `${proto}: "the size of this content must match what is expected by the tensor's shape and data type"`,
  }),
  refused(
    "more raw contents than inputs",
    "wrong size",
    infer(tensor({}), { raw_input_contents: [setosaBytes, setosaBytes] }),
    code.invalidArgument,
  ),
  refused(
    "typed and raw contents",
    "malformed body",
    infer(tensor(contents), { raw_input_contents: [setosaBytes] }),
    code.invalidArgument,
    {
      spec: `${proto}: "If this field is specified then InferInputTensor::contents must not be specified for any input tensor."`,
    },
  ),
  // gRPC's own libraries differ: C++ says INTERNAL, Go INTERNAL, Node INTERNAL; what counts is that it is an error of one call.
  refused("what is no message", "malformed body", { $hex: "ffff" }, code.internal, {
    spec: "grpc/grpc, doc/statuscodes.md: Could not decode on server → INTERNAL",
  }),
  refused(
    "a message over the limit",
    "too large",
    infer(tensor({}, [5000, 4]), { raw_input_contents: ["00".repeat(80_000)] }),
    code.resourceExhausted,
    {
      spec: "grpc/grpc, doc/statuscodes.md: Message size exceeds limit → RESOURCE_EXHAUSTED",
    },
  ),
  refused("a method that is none", "wrong method", {}, code.unimplemented, {
    method: "Nothing",
    spec: "grpc/grpc, doc/statuscodes.md: Method not found → UNIMPLEMENTED",
  }),
  refused("a service that is none", "wrong method", {}, code.unimplemented, { method: "inference.Nothing/ServerLive" }),
  refused("a compression that nobody reads", "wrong content type", infer(tensor(contents)), code.unimplemented, {
    metadata: { "grpc-encoding": "snappy" },
    spec: "grpc/grpc, doc/compression.md: a server that does not support the encoding fails with UNIMPLEMENTED",
  }),
  refused("health of a service that is none", undefined, { service: "nothing" }, code.notFound, {
    method: "grpc.health.v1.Health/Check",
    spec: health,
  }),
  ...["Load", "Unload"].map((action) =>
    refused(`does not ${action.toLowerCase()} what is not there`, undefined, { model_name: "nobody" }, code.notFound, {
      method: `RepositoryModel${action}`,
      spec: repository,
    }),
  ),
];

const absent = (method: string, spec: string, unsupported: string): GrpcVector => ({
  ...refused(`${method}, which is not there`, undefined, { $hex: "" }, code.unimplemented, { method, spec }),
  unsupported,
});
const noSharedMemory = "tensors come with the request: shared memory would tie clients to the server's machine and to its trust";
const unsupported: readonly GrpcVector[] = [
  ...["System", "Cuda"].flatMap((kind) =>
    ["Status", "Register", "Unregister"].map((action) =>
      absent(`${kind}SharedMemory${action}`, "Triton, docs/protocol/extension_shared_memory.md#grpc", noSharedMemory),
    ),
  ),
  absent("TraceSetting", "Triton, docs/protocol/extension_trace.md#grpc", "operators set traces: --otlp-endpoint"),
  absent("LogSettings", "Triton, docs/protocol/extension_logging.md#grpc", "operators set logs: --log-level, --access-log"),
  ...["Predict", "Classify", "Regress", "MultiInference", "GetModelMetadata"].map((method) =>
    absent(
      `tensorflow.serving.PredictionService/${method}`,
      "TensorFlow Serving, tensorflow_serving/apis/prediction_service.proto",
      "TensorFlow Serving is spoken over REST; over gRPC, the Open Inference Protocol",
    ),
  ),
  absent("grpc.health.v1.Health/List", `${health}: List`, "there is one service with a health of its own: Check and Watch tell it"),
];

const authorized = { authorization: `Bearer ${keys.all}` };
const sides = (a: number, b = 1) => ({
  model_name: "sides",
  inputs: [{ name: "X", datatype: "FP32", shape: [1, 2], contents: { fp32_contents: [a, b] } }],
});
const guarded = [
  refused("without a key", "no key", sides(1), code.unauthenticated),
  refused("with a key that is none", "unknown key", sides(1), code.unauthenticated, {
    metadata: { authorization: `Bearer ${keys.unknown}` },
  }),
  refused("with a key of another model", "key of another model", sides(1), code.permissionDenied, {
    metadata: { "x-api-key": keys.otherModel },
  }),
  refused("an engine that fails", "internal", sides(99), code.internal, { metadata: authorized }),
  { ...refused("a queue that is full", "overloaded", sides(1), code.unavailable, { metadata: authorized }), crowd: true },
  {
    name: "a server that is not ready",
    spec: `${proto}: ServerReady`,
    error: "not ready" as const,
    call: { method: `${service}/ServerReady`, message: {}, metadata: authorized },
    answer: { status: code.ok, reply: { $anyOf: [{}, { ready: false }] } },
  },
  {
    name: "health of a server that is not ready",
    spec: health,
    error: "not ready" as const,
    call: { method: "grpc.health.v1.Health/Check", message: {} },
    answer: { status: code.ok, reply: { status: 2 } },
  },
  {
    name: "a server that is live, and not ready",
    spec: `${proto}: ServerLive`,
    call: { method: `${service}/ServerLive`, message: {} },
    answer: { status: code.ok, reply: { live: true } },
  },
].map((vector): GrpcVector => ({ ...vector, on: "guarded" }));

export const openInferenceGrpc: VectorFile = {
  protocol: "open-inference-grpc",
  title: "Open Inference Protocol v2, gRPC",
  platform: "none",
  specifications: [
    "https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_grpc.md",
    "https://github.com/grpc/grpc/tree/master/doc",
  ],
  vectors: [...queries, ...inference, ...unsupported, ...errors, ...guarded],
  impossible: {},
};
