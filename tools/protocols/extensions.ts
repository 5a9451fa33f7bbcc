/** Which part of its specification a route belongs to. Who adds a route to a protocol of others says here which. */

type Parts = readonly (readonly [route: RegExp, part: string])[];

const triton = { repository: "model_repository", statistics: "statistics", configuration: "model_configuration" } as const;

const parts: Readonly<Record<string, Parts>> = {
  predict: [
    [/\/health\//, "health"],
    [/./, "core"],
  ],
  "open-inference": [
    [/\/infer$/, "core, binary_tensor_data, classification, parameters"],
    [/^\w+ \/v2$|\/v2\/health\/|\/ready$|\/v2\/models\/\{model\}(\/versions\/\{version\})?$/, "core"],
    [/ \/v2\/models$/, "KServe's list of models"],
    [/\/repository\//, triton.repository],
    [/\/stats$/, triton.statistics],
    [/\/config$/, triton.configuration],
    [/systemsharedmemory/, "system_shared_memory"],
    [/cudasharedmemory/, "cuda_shared_memory"],
    [/trace\/setting$/, "trace"],
    [/\/logging$/, "logging"],
    [/\/generate(_stream)?$/, "generate"],
  ],
  "open-inference-grpc": [
    [/\/ModelInfer$/, "core, parameters"],
    [/\/(Server(Live|Ready|Metadata)|Model(Ready|Metadata))$/, "core"],
    [/\/ModelStreamInfer$/, "Triton's streams"],
    [/\/ModelConfig$/, triton.configuration],
    [/\/ModelStatistics$/, triton.statistics],
    [/\/Repository/, triton.repository],
    [/\/SystemSharedMemory/, "system_shared_memory"],
    [/\/CudaSharedMemory/, "cuda_shared_memory"],
    [/\/TraceSetting$/, "trace"],
    [/\/LogSettings$/, "logging"],
    [/ grpc\.health\./, "gRPC's health checks"],
    [/ grpc\.reflection\./, "server reflection"],
    [/ tensorflow\.serving\./, "TensorFlow Serving's service"],
  ],
  "tf-serving": [
    [/ \/v1\/models$/, "KServe v1"],
    [/:explain$/, "KServe v1"],
    [/:(predict|classify|regress)$/, "core"],
    [/\/metadata$/, "model metadata"],
    [/ \/v1\/models\/\{model\}/, "model status"],
    [/ \/monitoring\//, "monitoring"],
  ],
  mlflow: [[/./, "core"]],
  sagemaker: [
    [/execution-parameters$/, "batch transform"],
    [/bidirectional/, "bidirectional streams"],
    [/\/models/, "multi-model endpoints"],
    [/./, "core"],
  ],
  vertex: [[/./, "core"]],
};

/** @throws Error for a route that belongs to nothing */
export function partOf(protocol: string, route: string): string {
  const part = parts[protocol]?.find(([pattern]) => pattern.test(route))?.[1];
  if (part === undefined) throw new Error(`tools/protocols/extensions.ts does not say which part of ${protocol} ${route} belongs to`);
  return part;
}
