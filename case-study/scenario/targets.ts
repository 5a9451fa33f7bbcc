import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RequestPlan } from "../../src/bench/client/request.ts";
import { seededRandom } from "../../src/bench/measure/statistics.ts";
import { generateRows } from "../../src/bench/payload/signature-rows.ts";
import type { TargetPlan } from "../../src/bench/plan.ts";
import { type CaseStudyServer, type ModelName, servers } from "../servers.ts";
import { nginxCommand } from "./nginx.ts";
import { has } from "./toolchains.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const rows = 1024;
const features = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
let port = 19_000 + (process.pid % 1000) * 10;

/** Servers that predict with the trained model, Setosa first: it is what the others are compared with. */
export function modelTargets(model: ModelName): TargetPlan[] {
  return servers.filter(({ predicts }) => predicts).map((server) => target(server, model));
}

/** The study's own two servers, which predict nothing. */
export function stubTargets(): TargetPlan[] {
  return servers.filter(({ predicts }) => !predicts).map((server) => target(server, "iris"));
}

/** nginx answering a constant of the same size: the floor for what an answer over HTTP costs. None where it is not installed. */
export function floorTargets(): TargetPlan[] {
  if (!has("nginx")) return [];
  const at = ++port;
  const probabilities = '{"Iris-Setosa":0.98,"Iris-Versicolor":0.02,"Iris-Virginica":0}';
  const body = `{"model":"iris-forest","version":"1","prediction":"Iris-Setosa","probabilities":${probabilities}}`;
  const url = new URL(`http://127.0.0.1:${at}/predict`);
  return [{ name: "nginx, a constant", url, start: { command: nginxCommand(at, "application/json", body) }, constant: true }];
}

const batchRows = 200;

/** One worker and two, which share a port: what a second core gives. */
export function workerTargets(): TargetPlan[] {
  return [2, 1].map((workers) => {
    const at = ++port;
    const options = ["--workers", String(workers), "--port", String(at)];
    const command = [process.execPath, "bin/setosa", "serve", "models/iris-forest.onnx", ...options];
    return {
      name: `Setosa on Bun, ${workers} worker${workers === 1 ? "" : "s"}`,
      url: new URL(`http://127.0.0.1:${at}/predict`),
      start: { command, folder: root },
    };
  });
}

/** Many rows in each request, so that the client takes next to nothing of the cores that both workers need. */
export function batchRequests(): RequestPlan[] {
  const single = requests();
  return Array.from({ length: single.length }, (_, batch) => {
    const bodies = Array.from({ length: batchRows }, (_, row) => single[(batch * 37 + row) % single.length]?.body ?? "");
    return { method: "POST", headers: single[0]?.headers ?? [], body: `[${bodies.join(",")}]` };
  });
}

/** Different rows within the ranges of the training data, as JSON. */
export function requests(): RequestPlan[] {
  const { rows: seen } = JSON.parse(readFileSync(`${root}test/fixtures/models/iris.json`, "utf8")) as { rows: number[][] };
  const description = {
    features: features.map((name, column) => {
      const values = seen.map((row) => row[column] as number);
      return { name, dtype: "float64", missing: false, min: Math.min(...values), max: Math.max(...values) };
    }),
  };
  const headers = [["Content-Type", "application/json"]] as const;
  return generateRows(description, rows, 0, seededRandom(1)).map((body) => ({ method: "POST", headers, body }));
}

function target(server: CaseStudyServer, model: ModelName): TargetPlan {
  const at = ++port;
  return {
    name: server.title,
    url: new URL(`http://127.0.0.1:${at}/predict`),
    start: {
      command: server.command(model, at),
      folder: `${root}${server.folder}`,
      ...(server.environment === undefined ? {} : { environment: server.environment }),
    },
  };
}
