import { fileURLToPath } from "node:url";
import type { ModelControl } from "../../src/models/control.ts";
import { ModelLibrary } from "../../src/models/library.ts";
import { loadModel } from "../../src/models/load-model.ts";
import { pickFrom } from "../../src/models/served-models.ts";
import type { ProtocolContext } from "../../src/protocols/context.ts";
import type { Protocol } from "../../src/protocols/exchange.ts";
import { openInferenceGrpc } from "../../src/protocols/open-inference-grpc/routes.ts";
import type { Platform } from "../../src/protocols/platform.ts";
import { createProtocols } from "../../src/protocols/registry.ts";
import { createHealth } from "../../src/server/health.ts";
import { type BoundRoute, createRouter } from "../../src/server/router.ts";
import type { VectorFile } from "../../test/conformance/protocols/vector.ts";
import { vertexRoutes } from "../../test/conformance/protocols/vectors/vertex.ts";

/** The routes that a server with a classification and a regression really has, asked from the registry of protocols. */

const file = (name: string) => fileURLToPath(new URL(`../../models/${name}.onnx`, import.meta.url));
const library = new ModelLibrary([await loadModel(file("iris")), await loadModel(file("diabetes"))]);
const nothing = async (): Promise<void> => {};
const control = { index: async () => [], load: nothing, unload: nothing } as unknown as ModelControl;

const platforms: Readonly<Record<VectorFile["platform"], Platform | undefined>> = {
  none: undefined,
  sagemaker: { name: "sagemaker", accept: "application/json", multiModelRoot: undefined },
  "multi-model": { name: "sagemaker", accept: "application/json", multiModelRoot: "/opt/ml/models" },
  vertex: { name: "vertex", healthRoute: vertexRoutes.AIP_HEALTH_ROUTE ?? "", predictRoute: vertexRoutes.AIP_PREDICT_ROUTE ?? "" },
};

/** Paths that are not listed, because there is no end of them: each has to be found. */
const resolved: Readonly<Record<string, readonly string[]>> = {
  "open-inference": ["load", "unload"].map((action) => `/v2/repository/models/iris/${action}`),
  "tf-serving": [
    "/v1/models/iris/versions/1",
    "/v1/models/iris/labels/stable",
    ...["versions/1", "labels/stable"].flatMap((which) => [
      ...["iris:predict", "iris:classify", "diabetes:regress"].map((asked) => `/v1/models/${asked.replace(":", `/${which}:`)}`),
      `/v1/models/iris/${which}/metadata`,
    ]),
  ],
};

/** Routes such as `GET /v2/models/{model}` of what a file of vectors is about, each once. */
export function registeredRoutes({ protocol, platform }: Pick<VectorFile, "protocol" | "platform">): readonly string[] {
  const context: ProtocolContext = {
    models: { library, pick: (name, version) => pickFrom(library, name, version), onChange: () => {} },
    limits: { jsonDepth: 64, rows: 1000 },
    isReady: () => true,
    server: { name: "setosa", version: "0" },
    control,
    platform: platforms[platform],
  };
  if (protocol === "open-inference-grpc") return unique(openInferenceGrpc(context).routes.map(({ path }) => `gRPC ${path.slice(1)}`));
  const router = createRouter([...createProtocols(context), ...(protocol === "predict" ? [health(context)] : [])]);
  const listed = router.routes.filter((route) => route.protocol === protocol || (protocol === "predict" && route.protocol === "health"));
  const others = (resolved[protocol] ?? []).map((path) => {
    const route = router.lookUp(path);
    if (route === undefined) throw new Error(`${path} is no route of ${protocol}`);
    return route;
  });
  return unique([...listed, ...others].flatMap(methodsOf));
}

function health({ models }: ProtocolContext): Protocol {
  return createHealth(() => ({ draining: false, modelsReady: true, models, workers: undefined })).protocol;
}

function methodsOf({ path, get, post, delete: remove }: BoundRoute): string[] {
  const methods = [...(get ? ["GET"] : []), ...(post ? ["POST"] : []), ...(remove ? ["DELETE"] : [])];
  return methods.map((method) => `${method} ${path}`);
}

function unique(routes: readonly string[]): readonly string[] {
  return [...new Set(routes.map(templateOf))];
}

/** A route with places for names of models, versions and labels. */
export function templateOf(route: string): string {
  const [method = "", ...path] = route.split(" ");
  return `${method} ${path
    .join(" ")
    .replace(/\?.*/, "")
    .replace(/(?<=.)\/+$/, "")
    .replace(/\/models\/(?!stats$)[^/:]+/, "/models/{model}")
    .replace(/\/versions\/[^/:]+/, "/versions/{version}")
    .replace(/\/labels\/[^/:]+/, "/labels/{label}")
    .replace(/\/region\/[^/]+/, "/region/{region}")}`;
}
