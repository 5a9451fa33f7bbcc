import { join } from "node:path";
import { loadModel } from "setosa";
import { createHandler } from "setosa/fetch";
import type { Models } from "./models";

// Loaded when the first request asks for it, and then once: building the site needs no model.
const load = () => loadModel<Models["iris"]>(join(process.cwd(), "models", "iris.onnx"));
let model: ReturnType<typeof load> | undefined;
let handler: ReturnType<typeof createHandler> | undefined;

export function iris() {
  model ??= load();
  return model;
}

export function ml() {
  handler ??= iris().then((loaded) => createHandler({ models: loaded, basePath: "/ml" }));
  return handler;
}
