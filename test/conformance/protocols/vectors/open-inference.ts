import { keys } from "../keys.ts";
import type { Expected, HttpVector, VectorFile } from "../vector.ts";
import {
  loansProbabilities,
  loansRow,
  longText,
  setosaBytes,
  setosaProbabilities,
  setosaRow,
  virginicaBytes,
  virginicaProbabilities,
  virginicaRow,
} from "./examples.ts";

const rest = "Open Inference Protocol, specification/protocol/inference_rest.md";
const required = "KServe, docs/predict-api/v2/required_api.md";
const binary = "Triton, docs/protocol/extension_binary_data.md";
const repository = "Triton, docs/protocol/extension_model_repository.md";
const statistics = "Triton, docs/protocol/extension_statistics.md";
const configuration = "Triton, docs/protocol/extension_model_configuration.md";
const classification = "Triton, docs/protocol/extension_classification.md";
const compression = "tritonclient, http/_client.py: request_compression_algorithm, response_compression_algorithm";
const tritonErrors = "Triton, src/http_server.cc: HttpCodeFromError, EVBufferAddErrorJson";

const infer = "/v2/models/iris/infer";
const input = (data: unknown, shape: readonly number[] = [1, 4], more: object = {}) => ({
  name: "X",
  shape,
  datatype: "FP32",
  data,
  ...more,
});
const label = (...data: number[]) => ({ name: "label", datatype: "INT64", shape: [data.length], data });
const probabilities = (data: readonly Expected[], rows = 1) => ({ name: "probabilities", datatype: "FP32", shape: [rows, 3], data });
const json = { "content-type": "application/json" };
const oneRow = {
  model_name: "iris",
  model_version: "1",
  outputs: [label(0), probabilities(setosaProbabilities)],
};
/** `{"error": "…"}` and nothing else. */
const error = (pattern = "."): Expected => ({ error: { $pattern: pattern } });
const authorized = { authorization: `Bearer ${keys.all}` };
const sides = (a: number) => ({ inputs: [{ name: "X", shape: [1, 2], datatype: "FP32", data: [a, 1] }] });

const metadata: readonly HttpVector[] = [
  {
    name: "server metadata",
    spec: `${rest}#server-metadata-response-json-object`,
    request: { path: "/v2" },
    answer: {
      status: 200,
      headers: json,
      json: {
        name: { $type: "string" },
        version: { $type: "string" },
        extensions: { $includes: ["binary_tensor_data", "model_repository", "statistics", "model_configuration"] },
      },
    },
  },
  {
    name: "server metadata with a slash at the end",
    spec: "Open Inference Protocol, specification/protocol/open_inference_rest.yaml: paths./v2/",
    request: { path: "/v2/" },
    answer: { status: 200, json: { $has: { name: { $type: "string" }, extensions: { $type: "array" } } } },
  },
  { name: "server live", spec: `${rest}#server-live`, request: { path: "/v2/health/live" }, answer: { status: 200 } },
  { name: "server ready", spec: `${rest}#server-ready`, request: { path: "/v2/health/ready" }, answer: { status: 200 } },
  { name: "model ready", spec: `${rest}#model-ready`, request: { path: "/v2/models/iris/ready" }, answer: { status: 200 } },
  {
    name: "version ready",
    spec: `${rest}#model-ready`,
    request: { path: "/v2/models/iris/versions/1/ready" },
    answer: { status: 200 },
  },
  ...["/v2/models/iris", "/v2/models/iris/versions/1", "/v2/models/iris/"].map(
    (path): HttpVector => ({
      name: `model metadata, ${path}`,
      spec: `${rest}#model-metadata-response-json-object`,
      request: { path },
      answer: {
        status: 200,
        headers: json,
        json: {
          $has: {
            name: "iris",
            versions: ["1"],
            platform: { $type: "string" },
            inputs: [{ $has: { name: "X", datatype: "FP32", shape: [-1, 4] } }],
            outputs: [
              { $has: { name: "label", datatype: "INT64", shape: [-1] } },
              { $has: { name: "probabilities", datatype: "FP32", shape: [-1, 3] } },
            ],
          },
        },
      },
    }),
  ),
  {
    name: "metadata of inputs of several datatypes",
    spec: `${required}#tensor-data-types`,
    request: { path: "/v2/models/loans" },
    answer: {
      status: 200,
      json: {
        $has: {
          inputs: {
            $includes: [
              { $has: { name: "income", datatype: "FP32", shape: [-1, 1] } },
              { $has: { name: "purpose", datatype: "BYTES", shape: [-1, 1] } },
            ],
          },
        },
      },
    },
  },
  {
    name: "names of the models",
    spec: "KServe, python/kserve/kserve/protocol/rest/v2_endpoints.py: V2Endpoints.models",
    request: { path: "/v2/models" },
    answer: { status: 200, json: { $has: { models: { $includes: ["iris", "loans", "digits"] } } } },
  },
];

const inference: readonly HttpVector[] = [
  {
    name: "one row",
    spec: `${rest}#inference-response-json-object`,
    request: { path: infer, body: { json: { inputs: [input(setosaRow)] } } },
    answer: { status: 200, headers: json, json: oneRow },
  },
  {
    name: "without a content type",
    spec: "tritonclient, http/_client.py: requests are sent without Content-Type",
    request: { path: infer, headers: { "content-type": "" }, body: { json: { inputs: [input(setosaRow)] } } },
    answer: { status: 200, json: oneRow },
  },
  {
    name: "an id comes back",
    spec: `${rest}#inference-request-json-object`,
    request: { path: infer, body: { json: { id: "42", inputs: [input(setosaRow)] } } },
    answer: { status: 200, json: { ...oneRow, id: "42" } },
  },
  {
    name: "data in the tensor's own nesting",
    spec: `${required}#tensor-data`,
    request: { path: infer, body: { json: { inputs: [input([setosaRow, virginicaRow], [2, 4])] } } },
    answer: {
      status: 200,
      json: { ...oneRow, outputs: [label(0, 2), probabilities([...setosaProbabilities, ...virginicaProbabilities], 2)] },
    },
  },
  {
    name: "data in one list",
    spec: `${required}#tensor-data`,
    request: { path: infer, body: { json: { inputs: [input([...setosaRow, ...virginicaRow], [2, 4])] } } },
    answer: {
      status: 200,
      json: { ...oneRow, outputs: [label(0, 2), probabilities([...setosaProbabilities, ...virginicaProbabilities], 2)] },
    },
  },
  {
    name: "one of two outputs",
    spec: `${rest}#inference-request-examples`,
    request: { path: infer, body: { json: { inputs: [input(setosaRow)], outputs: [{ name: "probabilities" }] } } },
    answer: { status: 200, json: { ...oneRow, outputs: [probabilities(setosaProbabilities)] } },
  },
  {
    name: "a version",
    spec: `${rest}: API, v2/models/<model_name>[/versions/<model_version>]/infer`,
    request: { path: "/v2/models/iris/versions/1/infer", body: { json: { inputs: [input(setosaRow)] } } },
    answer: { status: 200, json: oneRow },
  },
  {
    name: "parameters that the server does not know",
    spec: `${required}#parameters`,
    request: {
      path: infer,
      body: { json: { parameters: { tag: "x", priority: 1 }, inputs: [input(setosaRow, [1, 4], { parameters: { a: true } })] } },
    },
    answer: { status: 200, json: { $has: oneRow } },
  },
  {
    name: "numbers and texts in inputs of their own",
    spec: `${required}#tensor-data`,
    request: {
      path: "/v2/models/loans/infer",
      body: {
        json: {
          inputs: Object.entries(loansRow).map(([name, value]) => ({
            name,
            shape: [1, 1],
            datatype: typeof value === "string" ? "BYTES" : "FP32",
            data: [value],
          })),
        },
      },
    },
    answer: {
      status: 200,
      json: {
        model_name: "loans",
        model_version: "1",
        outputs: [
          { name: "label", datatype: "BYTES", shape: [1], data: ["repaid"] },
          { name: "probabilities", datatype: "FP32", shape: [1, 2], data: loansProbabilities },
        ],
      },
    },
  },
  {
    name: "the best classes",
    spec: `${classification}: HTTP/REST`,
    request: {
      path: infer,
      body: { json: { inputs: [input(setosaRow)], outputs: [{ name: "probabilities", parameters: { classification: 2 } }] } },
    },
    answer: {
      status: 200,
      json: {
        ...oneRow,
        outputs: [
          {
            name: "probabilities",
            datatype: "BYTES",
            shape: [1, 2],
            data: [{ $pattern: "^0\\.98\\d*:0(:Iris-Setosa)?$" }, { $pattern: "^0\\.018\\d*:1(:Iris-Versicolor)?$" }],
          },
        ],
      },
    },
  },
];

const inBytes = (shape: readonly number[], size: number) => ({
  name: "X",
  shape,
  datatype: "FP32",
  parameters: { binary_data_size: size },
});
const labelBytes = (rows: number) => ({ name: "label", datatype: "INT64", shape: [rows], parameters: { binary_data_size: 8 * rows } });
const probabilityBytes = (rows: number) => ({
  name: "probabilities",
  datatype: "FP32",
  shape: [rows, 3],
  parameters: { binary_data_size: 12 * rows },
});
const bytesAnswer = { ...oneRow, outputs: [labelBytes(1), probabilityBytes(1)] };
const bytesTail = ["0000000000000000", { float32: setosaProbabilities }];

const binaryTensors: readonly HttpVector[] = [
  {
    name: "an input as bytes, outputs as JSON",
    spec: `${binary}: binary_data_output, "false (or not given) if the outputs should be returned as JSON"`,
    request: { path: infer, body: { json: { inputs: [inBytes([1, 4], 16)] }, tail: [setosaBytes] } },
    answer: { status: 200, headers: { "inference-header-content-length": null }, json: oneRow },
  },
  {
    name: "all as bytes",
    spec: `${binary}: binary_data_output`,
    request: {
      path: infer,
      body: { json: { inputs: [inBytes([1, 4], 16)], parameters: { binary_data_output: true } }, tail: [setosaBytes] },
    },
    answer: { status: 200, headers: { "content-type": "application/octet-stream" }, json: bytesAnswer, tail: bytesTail },
  },
  {
    name: "an input as JSON, outputs as bytes",
    spec: `${binary}: binary_data_output`,
    request: { path: infer, body: { json: { inputs: [input(setosaRow)], parameters: { binary_data_output: true } } } },
    answer: { status: 200, json: bytesAnswer, tail: bytesTail },
  },
  {
    name: "one output as bytes",
    spec: `${binary}: binary_data`,
    request: {
      path: infer,
      body: {
        json: {
          id: "b",
          inputs: [inBytes([2, 4], 32)],
          outputs: [{ name: "label" }, { name: "probabilities", parameters: { binary_data: true } }],
        },
        tail: [setosaBytes + virginicaBytes],
      },
    },
    answer: {
      status: 200,
      json: { ...oneRow, id: "b", outputs: [label(0, 2), probabilityBytes(2)] },
      tail: [{ float32: [...setosaProbabilities, ...virginicaProbabilities] }],
    },
  },
  {
    name: "an output as JSON although all are to be bytes",
    spec: `${binary}: "If binary_data is specified on an output it overrides this setting."`,
    request: {
      path: infer,
      body: {
        json: {
          inputs: [inBytes([1, 4], 16)],
          parameters: { binary_data_output: true },
          outputs: [{ name: "label" }, { name: "probabilities", parameters: { binary_data: false } }],
        },
        tail: [setosaBytes],
      },
    },
    answer: { status: 200, json: { ...oneRow, outputs: [labelBytes(1), probabilities(setosaProbabilities)] }, tail: ["0000000000000000"] },
  },
  {
    name: "texts as bytes, in the order of the inputs",
    spec: `${binary}: "For BYTES type an element is represented by a 4-byte unsigned integer giving the length"`,
    request: {
      path: "/v2/models/loans/infer",
      body: {
        json: {
          parameters: { binary_data_output: true },
          inputs: [
            { name: "purpose", shape: [1, 1], datatype: "BYTES", parameters: { binary_data_size: 7 } },
            ...["income", "loan_amount", "age", "employment_years", "debt_ratio"].map((name) => ({
              name,
              shape: [1, 1],
              datatype: "FP32",
              data: [loansRow[name as "income"]],
            })),
            { name: "home_ownership", shape: [1, 1], datatype: "BYTES", parameters: { binary_data_size: 12 } },
          ],
        },
        tail: ["03000000636172", "080000006d6f727467616765"],
      },
    },
    answer: {
      status: 200,
      json: {
        model_name: "loans",
        model_version: "1",
        outputs: [
          { name: "label", datatype: "BYTES", shape: [1], parameters: { binary_data_size: 10 } },
          { name: "probabilities", datatype: "FP32", shape: [1, 2], parameters: { binary_data_size: 8 } },
        ],
      },
      tail: ["06000000726570616964", { float32: loansProbabilities }],
    },
  },
  {
    name: "a body that is one tensor",
    spec: `${binary}#raw-binary-request`,
    request: {
      path: infer,
      headers: { "inference-header-content-length": "0", "content-type": "application/octet-stream" },
      body: { hex: setosaBytes },
    },
    answer: { status: 200, headers: { "content-type": "application/octet-stream" }, json: bytesAnswer, tail: bytesTail },
  },
];

const compressed: readonly HttpVector[] = (["gzip", "deflate"] as const).flatMap((encoding): HttpVector[] => [
  {
    name: `a body in ${encoding}`,
    spec: compression,
    request: { path: infer, encoding, body: { json: { inputs: [input(setosaRow)] } } },
    answer: { status: 200, headers: { "content-encoding": null }, json: oneRow },
  },
  {
    name: `JSON and bytes in ${encoding}`,
    spec: `${compression}; Inference-Header-Content-Length counts the bytes before compression`,
    request: { path: infer, encoding, body: { json: { inputs: [inBytes([1, 4], 16)] }, tail: [setosaBytes] } },
    answer: { status: 200, json: oneRow },
  },
  {
    name: `an answer in ${encoding}`,
    spec: compression,
    request: { path: infer, headers: { "accept-encoding": encoding }, body: { json: { inputs: [input(rowsOf(400), [400, 4])] } } },
    answer: {
      status: 200,
      headers: { "content-encoding": encoding },
      json: { ...oneRow, outputs: [label(...Array<number>(400).fill(0)), probabilities(Array(400).fill(setosaProbabilities).flat(), 400)] },
    },
  },
]);

const extensions: readonly HttpVector[] = [
  {
    name: "the repository's index",
    spec: `${repository}#index`,
    request: { path: "/v2/repository/index", body: { json: {} } },
    answer: {
      status: 200,
      headers: json,
      json: { $includes: [{ $has: { name: "iris", version: "1", state: "READY", reason: { $type: "string" } } }] },
    },
  },
  {
    name: "the index, without a body",
    spec: "tritonclient, http/_client.py: get_model_repository_index posts an empty body",
    request: { method: "POST", path: "/v2/repository/index" },
    answer: { status: 200, json: { $includes: [{ $has: { name: "digits", state: "READY" } }] } },
  },
  {
    name: "the index of what is ready",
    spec: `${repository}#index`,
    request: { path: "/v2/repository/index", body: { json: { ready: true } } },
    answer: { status: 200, json: { $each: { $has: { state: "READY" } } } },
  },
  {
    name: "loads what is loaded",
    spec: `${repository}#load`,
    request: { path: "/v2/repository/models/wine/load", body: { json: {} } },
    answer: { status: 200 },
  },
  {
    name: "does not load what is not there",
    spec: `${repository}#load: "A failed load request must be indicated by an HTTP error status (typically 400)"`,
    request: { path: "/v2/repository/models/nobody/load", body: { json: {} } },
    answer: { status: [400, 404], json: error() },
  },
  {
    name: "does not unload what is not there",
    spec: `${repository}#unload`,
    request: { path: "/v2/repository/models/nobody/unload", body: { json: {} } },
    answer: { status: [400, 404], json: error() },
  },
  ...["/v2/models/stats", "/v2/models/iris/stats", "/v2/models/iris/versions/1/stats"].map(
    (path): HttpVector => ({
      name: `statistics, ${path}`,
      spec: `${statistics}#statistics-response-json-object`,
      request: { path },
      answer: {
        status: 200,
        headers: json,
        json: {
          model_stats: {
            $includes: [
              {
                $has: {
                  name: "iris",
                  version: "1",
                  last_inference: { $type: "number" },
                  inference_count: { $type: "number" },
                  execution_count: { $type: "number" },
                  inference_stats: {
                    $has: Object.fromEntries(
                      ["success", "fail", "queue", "compute_input", "compute_infer", "compute_output"].map((name) => [
                        name,
                        { count: { $type: "number" }, ns: { $type: "number" } },
                      ]),
                    ),
                  },
                  batch_stats: { $type: "array" },
                },
              },
            ],
          },
        },
      },
    }),
  ),
  ...["/v2/models/iris/config", "/v2/models/iris/versions/1/config"].map(
    (path): HttpVector => ({
      name: `configuration, ${path}`,
      spec: `${configuration}: GET v2/models/\${MODEL_NAME}[/versions/\${MODEL_VERSION}]/config`,
      request: { path },
      answer: {
        status: 200,
        json: {
          $has: {
            name: "iris",
            max_batch_size: { $type: "number" },
            input: [{ $has: { name: "X", data_type: "TYPE_FP32" } }],
            output: [{ $has: { name: "label", data_type: "TYPE_INT64" } }, { $has: { name: "probabilities", data_type: "TYPE_FP32" } }],
          },
        },
      },
    }),
  ),
];

const refusal = (
  name: string,
  error: HttpVector["error"],
  request: HttpVector["request"],
  status: number,
  message: Expected,
  spec = tritonErrors,
) => ({ name, spec, ...(error === undefined ? {} : { error }), request, answer: { status, headers: json, json: message } }) as const;
const body = (inputs: readonly object[], more: object = {}) => ({ json: { inputs, ...more } });

const noSharedMemory = "tensors come with the request: shared memory would tie clients to the server's machine and to its trust";
const absent = (method: string, path: string, document: string, unsupported: string): HttpVector => ({
  name: `${method} ${path}, which is not there`,
  spec: `Triton, docs/protocol/extension_${document}.md`,
  unsupported,
  request: { method, path, ...(method === "POST" ? { body: { json: {} } } : {}) },
  answer: { status: 501, json: error() },
});
const unsupported: readonly HttpVector[] = [
  ...["systemsharedmemory", "cudasharedmemory"].flatMap((kind) => [
    absent("GET", `/v2/${kind}/status`, "shared_memory", noSharedMemory),
    absent("GET", `/v2/${kind}/region/r/status`, "shared_memory", noSharedMemory),
    absent("POST", `/v2/${kind}/region/r/register`, "shared_memory", noSharedMemory),
    absent("POST", `/v2/${kind}/unregister`, "shared_memory", noSharedMemory),
    absent("POST", `/v2/${kind}/region/r/unregister`, "shared_memory", noSharedMemory),
  ]),
  ...["GET", "POST"].flatMap((method) => [
    absent(method, "/v2/trace/setting", "trace", "operators set traces: --otlp-endpoint"),
    absent(method, "/v2/models/iris/trace/setting", "trace", "operators set traces: --otlp-endpoint"),
    absent(method, "/v2/logging", "logging", "operators set logs: --log-level, --access-log"),
  ]),
  absent("POST", "/v2/models/iris/generate", "generate", "the models do not generate text"),
  absent("POST", "/v2/models/iris/generate_stream", "generate", "the models do not generate text"),
];

const errors: readonly HttpVector[] = [
  refusal(
    "a model that is not loaded",
    "unknown model",
    { path: "/v2/models/nobody/infer", body: body([input(setosaRow)]) },
    404,
    error("nobody"),
    'KServe, python/kserve/kserve/errors.py: ModelNotFound, "HTTP servers should return HTTP_404"',
  ),
  refusal(
    "metadata of a model that is not loaded",
    "unknown model",
    { path: "/v2/models/nobody" },
    404,
    error("nobody"),
    `${rest}#model-metadata-response-json-error-object`,
  ),
  refusal(
    "readiness of a model that is not loaded",
    "unknown model",
    { path: "/v2/models/nobody/ready" },
    404,
    error("nobody"),
    "KServe, python/kserve/kserve/errors.py: ModelNotFound",
  ),
  refusal(
    "a version that is not loaded",
    "unknown version",
    { path: "/v2/models/iris/versions/9/infer", body: body([input(setosaRow)]) },
    404,
    error("9"),
  ),
  refusal("metadata of a version that is not loaded", "unknown version", { path: "/v2/models/iris/versions/9" }, 404, error("9")),
  refusal(
    "an input of another name",
    "wrong name",
    { path: infer, body: body([input(setosaRow, [1, 4], { name: "Y" })]) },
    400,
    error('"Y"'),
  ),
  refusal(
    "an input that is absent",
    "wrong name",
    { path: "/v2/models/loans/infer", body: body([{ name: "income", shape: [1, 1], datatype: "FP32", data: [1] }]) },
    400,
    error(),
  ),
  refusal(
    "an output of another name",
    "wrong name",
    { path: infer, body: body([input(setosaRow)], { outputs: [{ name: "nothing" }] }) },
    400,
    error("nothing"),
  ),
  refusal(
    "texts instead of numbers",
    "wrong dtype",
    { path: infer, body: body([input(["a", "b", "c", "d"], [1, 4], { datatype: "BYTES" })]) },
    400,
    error(),
  ),
  refusal(
    "a datatype that is none",
    "wrong dtype",
    { path: infer, body: body([input(setosaRow, [1, 4], { datatype: "FLOAT" })]) },
    400,
    error("FLOAT"),
    `${required}#tensor-data-types`,
  ),
  refusal("values that are not of the datatype", "wrong dtype", { path: infer, body: body([input([5.1, "3.5", 1.4, 0.2])]) }, 400, error()),
  refusal("a row of another width", "wrong shape", { path: infer, body: body([input([1, 2, 3], [1, 3])]) }, 400, error()),
  refusal("a tensor of another rank", "wrong shape", { path: infer, body: body([input(setosaRow, [1, 4, 1])]) }, 400, error()),
  refusal(
    "a negative size",
    "wrong shape",
    { path: infer, body: body([input(setosaRow, [-1, 4])]) },
    400,
    error(),
    `${rest}#request-input: "Each dimension must be an integer representable as an unsigned 64-bit integer value"`,
  ),
  refusal("fewer values than the shape says", "wrong size", { path: infer, body: body([input(setosaRow.slice(1))]) }, 400, error()),
  refusal("more values than the shape says", "wrong size", { path: infer, body: body([input([...setosaRow, 1])]) }, 400, error()),
  refusal(
    "a size of bytes that is not the shape's",
    "wrong size",
    { path: infer, body: { json: { inputs: [inBytes([1, 4], 12)] }, tail: [setosaBytes.slice(0, 24)] } },
    400,
    error(),
    binary,
  ),
  refusal(
    "fewer bytes than were announced",
    "wrong size",
    { path: infer, body: { json: { inputs: [inBytes([1, 4], 16)] }, tail: [setosaBytes.slice(0, 24)] } },
    400,
    error(),
    binary,
  ),
  refusal(
    "bytes that no input has",
    "wrong size",
    { path: infer, body: { json: { inputs: [inBytes([1, 4], 16)] }, tail: [`${setosaBytes}00`] } },
    400,
    error(),
    binary,
  ),
  refusal(
    "a text that is longer than its bytes",
    "wrong size",
    {
      path: "/v2/models/loans/infer",
      body: {
        json: { inputs: [{ name: "purpose", shape: [1, 1], datatype: "BYTES", parameters: { binary_data_size: 7 } }] },
        tail: ["ff000000636172"],
      },
    },
    400,
    error(),
    binary,
  ),
  refusal(
    "a JSON that is longer than the body",
    "malformed body",
    { path: infer, headers: { "inference-header-content-length": "9999" }, body: { text: "{}" } },
    400,
    error(),
    binary,
  ),
  refusal(
    "a length of the JSON that is no number",
    "malformed body",
    { path: infer, headers: { "inference-header-content-length": "ten" }, body: { text: "{}" } },
    400,
    error(),
    binary,
  ),
  refusal("no JSON", "malformed body", { path: infer, headers: json, body: { text: '{"inputs": [' } }, 400, error()),
  refusal("JSON without inputs", "malformed body", { path: infer, body: { json: { instances: [setosaRow] } } }, 400, error("inputs")),
  refusal("no body", "malformed body", { method: "POST", path: infer }, 400, error()),
  refusal(
    "a body over the limit",
    "too large",
    { path: infer, body: { json: { id: longText, inputs: [input(setosaRow)] } } },
    413,
    error(),
    "RFC 9110, 15.5.14",
  ),
  refusal(
    "infer by GET",
    "wrong method",
    { method: "GET", path: infer },
    405,
    error(),
    "Triton, src/http_server.cc: EVHTP_RES_METHNALLOWED",
  ),
  refusal(
    "metadata by POST",
    "wrong method",
    { path: "/v2/models/iris", body: { json: {} } },
    405,
    error(),
    "Triton, src/http_server.cc: EVHTP_RES_METHNALLOWED",
  ),
  refusal(
    "an encoding that nobody reads",
    "wrong content type",
    { path: infer, headers: { "content-encoding": "br" }, body: body([input(setosaRow)]) },
    415,
    error(),
    "RFC 9110, 15.5.16",
  ),
  refusal(
    "a type that nobody reads",
    "wrong content type",
    { path: infer, headers: { "content-type": "text/csv" }, body: { text: "5.1,3.5,1.4,0.2" } },
    415,
    error(),
    "RFC 9110, 15.5.16",
  ),
  refusal("a path that is none", undefined, { path: "/v2/nothing" }, 404, error()),
];

const guarded: readonly HttpVector[] = [
  {
    ...refusal("without a key", "no key", { path: "/v2/models/sides/infer", body: { json: sides(1) } }, 401, error(), "RFC 6750, 3"),
    on: "guarded",
  },
  {
    ...refusal(
      "with a key that is none",
      "unknown key",
      { path: "/v2/models/sides/infer", headers: { "x-api-key": keys.unknown }, body: { json: sides(1) } },
      401,
      error(),
      "RFC 6750, 3.1",
    ),
    on: "guarded",
  },
  {
    ...refusal(
      "with a key of another model",
      "key of another model",
      { path: "/v2/models/sides/infer", headers: { "x-api-key": keys.otherModel }, body: { json: sides(1) } },
      403,
      error(),
      "RFC 9110, 15.5.4",
    ),
    on: "guarded",
  },
  {
    name: "with its key",
    spec: `${rest}#inference-response-json-object`,
    on: "guarded",
    request: { path: "/v2/models/sides/infer", headers: authorized, body: { json: sides(2) } },
    answer: {
      status: 200,
      json: {
        model_name: "sides",
        model_version: "1",
        outputs: [
          { name: "label", datatype: "BYTES", shape: [1], data: ["left"] },
          { name: "scores", datatype: "FP32", shape: [1, 2], data: [2, 1] },
        ],
      },
    },
  },
  {
    ...refusal(
      "an engine that fails",
      "internal",
      { path: "/v2/models/sides/infer", headers: authorized, body: { json: sides(99) } },
      500,
      error(),
      `${tritonErrors}: TRITONSERVER_ERROR_INTERNAL`,
    ),
    on: "guarded",
  },
  {
    ...refusal(
      "a queue that is full",
      "overloaded",
      { path: "/v2/models/sides/infer", headers: authorized, body: { json: sides(1) } },
      503,
      error(),
      `${tritonErrors}: TRITONSERVER_ERROR_UNAVAILABLE`,
    ),
    on: "guarded",
    crowd: true,
  },
  {
    name: "a server that is not ready",
    spec: `${rest}#server-ready; tritonclient, http/_client.py: is_server_ready is whether the status is 200`,
    error: "not ready",
    on: "guarded",
    request: { path: "/v2/health/ready" },
    answer: { status: [400, 503] },
  },
  {
    name: "a server that is live, and not ready",
    spec: `${rest}#server-live`,
    on: "guarded",
    request: { path: "/v2/health/live" },
    answer: { status: 200 },
  },
  {
    name: "a model that could not be loaded",
    spec: `${rest}#model-ready`,
    error: "not ready",
    on: "guarded",
    request: { path: "/v2/models/broken/ready", headers: authorized },
    answer: { status: [400, 404, 503] },
  },
  {
    name: "the index says why a model is not ready",
    spec: `${repository}#index`,
    on: "guarded",
    request: { path: "/v2/repository/index", headers: authorized, body: { json: {} } },
    answer: { status: 200, json: { $includes: [{ $has: { name: "broken", state: "UNAVAILABLE", reason: { $pattern: "." } } }] } },
  },
];

function rowsOf(count: number): number[] {
  return Array.from({ length: count }, () => setosaRow).flat();
}

export const openInference: VectorFile = {
  protocol: "open-inference",
  title: "Open Inference Protocol v2, REST",
  platform: "none",
  specifications: [
    "https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md",
    "https://github.com/triton-inference-server/server/tree/main/docs/protocol",
  ],
  vectors: [...metadata, ...inference, ...binaryTensors, ...compressed, ...extensions, ...unsupported, ...errors, ...guarded],
  impossible: {},
};
