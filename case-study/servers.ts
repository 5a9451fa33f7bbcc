import { fileURLToPath } from "node:url";

export type ModelName = "iris" | "iris-forest";

/** A server of the case study: data only, so that the scenario and the tests start the same ones. */
export interface CaseStudyServer {
  readonly id: string;
  readonly title: string;
  /** What has to be built before it runs: case-study/scenario/toolchains.ts. */
  readonly toolchain: "node" | "go" | "python";
  /** The study's own two do not: they answer a constant. */
  readonly predicts: boolean;
  /** Relative to the repository. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  command(model: ModelName, port: number): readonly string[];
}

const root = fileURLToPath(new URL("../", import.meta.url));
const python = `${root}case-study/python/.venv/bin/python`;
const go = (name: string): string => `${root}case-study/go/bin/${name}`;
const goModels = `${root}case-study/go/models`;

function setosa(runtime: "bun" | "node"): CaseStudyServer {
  return {
    id: `setosa-${runtime}`,
    title: `Setosa on ${runtime === "bun" ? "Bun" : "Node"}`,
    toolchain: "node",
    predicts: true,
    folder: "",
    command: (model, port) => [
      process.execPath,
      "bin/setosa",
      "serve",
      `models/${model}.onnx`,
      "--runtime",
      runtime,
      "--port",
      String(port),
      // As the other servers have it.
      "--max-body-bytes",
      "65536",
    ],
  };
}

function goServer(id: "nethttp" | "fasthttp", title: string): CaseStudyServer {
  const command = (model: ModelName, port: number): string[] => [go(id), "--model", model, "--models", goModels, "--port", String(port)];
  return { id, title, toolchain: "go", predicts: true, folder: "case-study/go", command };
}

/** One process each. Setosa on Bun comes first: the others are compared with it. */
export const servers: readonly CaseStudyServer[] = [
  setosa("bun"),
  setosa("node"),
  goServer("fasthttp", "Go, fasthttp"),
  goServer("nethttp", "Go, net/http"),
  {
    id: "node-http",
    title: "Node, node:http by hand",
    toolchain: "node",
    predicts: true,
    folder: "case-study/node",
    command: (model, port) => [process.execPath, "server.js", "--model", model, "--port", String(port)],
  },
  {
    id: "fastapi",
    title: "Python, FastAPI with onnxruntime",
    toolchain: "python",
    predicts: true,
    folder: "case-study/python",
    command: (model, port) => [python, "fastapi_onnxruntime.py", "--model", model, "--port", String(port)],
  },
  {
    id: "flask-gunicorn",
    title: "Python, Flask with scikit-learn on gunicorn",
    toolchain: "python",
    predicts: true,
    folder: "case-study/python",
    command: (model, port) => [python, "-m", "gunicorn", "-w", "1", "-b", `127.0.0.1:${port}`, `flask_sklearn:create_app("${model}")`],
  },
  {
    id: "flask",
    title: "Python, Flask with scikit-learn, development server",
    toolchain: "python",
    predicts: true,
    folder: "case-study/python",
    command: (model, port) => [python, "flask_sklearn.py", "--model", model, "--port", String(port)],
  },
  {
    id: "go-stub",
    title: "the study's Go server",
    toolchain: "go",
    predicts: false,
    folder: "case-study/go",
    command: (_, port) => [go("stub"), "--port", String(port)],
  },
  {
    id: "flask-stub",
    title: "the study's Python server",
    toolchain: "python",
    predicts: false,
    folder: "case-study/python",
    command: (_, port) => [python, "stub_flask.py", String(port)],
  },
];
