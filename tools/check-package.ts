import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Builds and packs the package, checks the tarball, installs it into an empty folder with install
 * scripts disabled, and uses it there as a stranger would: the command line under Node and Bun, the
 * library from JavaScript and from strict TypeScript.
 */

const root = fileURLToPath(new URL("../", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const models = join(root, "models");
/** What `npm i setosa` may take, with its dependencies. */
const maxInstalledBytes = 5_000_000;
const work = mkdtempSync(join(tmpdir(), "setosa-package-"));
const app = join(work, "app");
mkdirSync(app);
let passed = 0;

function run(command: string, args: readonly string[], cwd = root): string {
  return execFileSync(command, [...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`Failed: ${what}`);
  passed++;
  console.log(`ok: ${what}`);
}

function sizeOf(path: string): number {
  const stats = statSync(path);
  return stats.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stats.size;
}

function pack(): string {
  run("npm", ["run", "build"]);
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", work])) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (packed === undefined) throw new Error("npm pack made nothing.");
  const stray = packed.files.filter(
    ({ path }) => !/^(bin|dist)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path) || /\.test\./.test(path),
  );
  expect(stray.length === 0, `the tarball holds only what it should (${packed.files.length} files)`);
  const { files } = JSON.parse(readFileSync(join(root, "dist", "page", "page.json"), "utf8")) as { files: { file: string }[] };
  const packedPaths = new Set(packed.files.map(({ path }) => path));
  expect(files.length > 0 && files.every(({ file }) => packedPaths.has(`dist/page/${file}`)), "the tarball holds the page");
  return join(work, packed.filename);
}

function checkTarball(tarball: string): void {
  run(join(bin, "publint"), ["run", tarball, "--strict"]);
  expect(true, "publint");
  run(join(bin, "attw"), [tarball, "--profile", "esm-only"]);
  expect(true, "are the types wrong: no");
}

function install(...packages: readonly string[]): void {
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages], app);
}

/** The files of setosa compile work in a folder that knows nothing of the package. */
function compiled(): void {
  run("npx", ["setosa", "compile", join(models, "iris.onnx"), "-o", join(work, "compiled")], app);
  const script = `import { load } from "./iris.js";\nconsole.log((await load()).predict([6.3, 3.3, 6.0, 2.5]).prediction);\n`;
  writeFileSync(join(work, "compiled", "use.mjs"), script);
  expect(run("node", ["use.mjs"], join(work, "compiled")).trim() === "Iris-Virginica", "a module of setosa compile");
}

/** Starts the installed server, asks it for a prediction, and stops it. */
async function serves(runtime: "node" | "bun"): Promise<void> {
  const server = spawn("npx", ["setosa", "serve", models, "--default", "iris", "--port", "0"], {
    cwd: app,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  try {
    const started = await outputUntil(server, /http:\/\/\S+:\d+/);
    const [url] = /http:\/\/\S+:\d+/.exec(started) ?? [];
    expect(new RegExp(runtime, "i").test(started), `serve runs on ${runtime}`);
    const answer = await fetch(`${url}/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "[6.3, 3.3, 6.0, 2.5]",
    });
    const { prediction } = (await answer.json()) as { prediction: string };
    expect(answer.status === 200 && prediction === "Iris-Virginica", `a prediction over HTTP from ${runtime}`);
    const page = await fetch(`${url}/`, { headers: { accept: "text/html" } });
    expect((await page.text()).includes("<title>Setosa</title>"), `the page from ${runtime}`);
    const script = `import { createClient } from "setosa/client";\nconst { prediction } = await createClient(${JSON.stringify(url)}).predict("iris", [5.1, 3.5, 1.4, 0.2]);\nconsole.log(prediction);\n`;
    writeFileSync(join(app, "ask.mjs"), script);
    expect(run("node", ["ask.mjs"], app).trim() === "Iris-Setosa", `setosa/client and a server on ${runtime}`);
  } finally {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    if (server.pid !== undefined) process.kill(-server.pid, "SIGTERM");
    await ended;
  }
}

function outputUntil(server: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`The server did not start:\n${text}`)), 20_000);
    server.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (!pattern.test(text)) return;
      clearTimeout(timer);
      // The first line with the address may be followed by more of the same chunk of output.
      setTimeout(() => resolve(text), 200);
    });
    server.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with ${code}:\n${text}`));
    });
  });
}

function library(): void {
  const example = { "sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2 };
  const call = `const model = await loadModel(${JSON.stringify(join(models, "iris.onnx"))});\nconst { prediction } = model.predict(${JSON.stringify(example)});`;
  writeFileSync(join(app, "use.mjs"), `import { loadModel } from "setosa";\n${call}\nconsole.log(prediction);\n`);
  expect(run("node", ["use.mjs"], app).trim() === "Iris-Setosa", "the library from JavaScript");
  writeFileSync(
    join(app, "use.ts"),
    `import { loadModel, type Prediction, SetosaError } from "setosa";\n${call}\nconst all: Prediction[] = model.predictMany([[5.1, 3.5, 1.4, 0.2]]);\nconsole.log(prediction, all, SetosaError);\n`,
  );
  const compilerOptions = {
    strict: true,
    module: "nodenext",
    target: "es2023",
    lib: ["es2023", "dom"],
    types: [],
    noEmit: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
  };
  writeFileSync(join(app, "models.ts"), run("npx", ["setosa", "types", join(models, "iris.onnx")], app));
  writeFileSync(
    join(app, "ask.ts"),
    `import { createClient } from "setosa/client";\nimport type { Models } from "./models.js";\nconst client = createClient<Models>("http://localhost");\nconst label: Promise<"Iris-Setosa" | "Iris-Versicolor" | "Iris-Virginica"> = client.predict("iris", [5.1, 3.5, 1.4, 0.2]).then(({ prediction }) => prediction);\nconsole.log(label);\n`,
  );
  writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts", "ask.ts"] }));
  run(join(bin, "tsc"), ["-p", app]);
  expect(true, "the library from strict TypeScript");
}

function withoutOnnxruntime(): void {
  const transformer = join(root, "test", "fixtures", "deep", "torch-transformer.onnx");
  try {
    execFileSync("npx", ["setosa", "inspect", transformer], { cwd: app, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stderr } = error as { stderr: string };
    expect(
      stderr.includes("ENGINE_UNAVAILABLE") && stderr.includes("npm install onnxruntime-node"),
      "a model that needs onnxruntime says how to get it",
    );
    return;
  }
  throw new Error("Failed: the transformer ran without onnxruntime.");
}

try {
  const tarball = pack();
  checkTarball(tarball);
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  install(tarball);
  const installed = sizeOf(join(app, "node_modules"));
  expect(installed < maxInstalledBytes, `npm i setosa takes ${(installed / 1e6).toFixed(2)} MB, under ${maxInstalledBytes / 1e6} MB`);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect(run("npx", ["setosa", "--version"], app).includes(version), "setosa --version");
  const described = JSON.parse(run("npx", ["setosa", "inspect", join(models, "iris.onnx"), "--json"], app)) as unknown;
  expect(JSON.stringify(described).includes("Iris-Setosa"), "setosa inspect --json");
  library();
  compiled();
  withoutOnnxruntime();
  await serves("node");
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, "tools", "bun", "package.json"), "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const platform = `@oven/bun-${process.platform === "win32" ? "windows" : process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
  install(`${platform}@${optionalDependencies[platform]}`);
  await serves("bun");
  console.log(`${passed} passed, 0 failed`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
