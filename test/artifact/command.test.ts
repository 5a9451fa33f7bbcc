import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startSetosa } from "../e2e/process.ts";
import { temporaryFolder } from "./written.ts";

async function run(...args: readonly string[]) {
  const running = startSetosa(args);
  const status = await running.ended();
  return { status, output: running.output(), errors: running.errors() };
}

const folder = temporaryFolder();

describe("setosa compile", () => {
  const out = join(folder, "deep", "out");
  const compile = (...args: readonly string[]) => run("compile", "models/iris.onnx", "-o", out, ...args);

  it("writes three files, says which, and writes the same again without a word against it", async () => {
    const first = await compile();
    expect(first).toMatchObject({ status: 0, errors: "" });
    expect(first.output).toMatch(/^iris 1 \(parity 20\/20\)\n {2}written .*iris\.wasm, .* gzipped\n/);
    expect(readdirSync(out).sort()).toEqual(["iris.d.ts", "iris.js", "iris.wasm"]);
    const again = await compile("--json");
    expect(again.status).toBe(0);
    expect(JSON.parse(again.output)).toMatchObject({ name: "iris", parity: { rows: 20 }, files: [{ change: "unchanged" }, {}, {}] });
  });

  it("replaces nothing unless it is told to", async () => {
    const path = join(out, "iris.js");
    writeFileSync(path, "mine");
    const refused = await compile();
    expect(refused).toMatchObject({ status: 2, output: "" });
    expect(refused.errors).toContain("ARGUMENT_INVALID");
    expect(refused.errors).toContain("--force");
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(readdirSync(out).sort()).toEqual(["iris.d.ts", "iris.js", "iris.wasm"]);
    const forced = await compile("--force");
    expect(forced.status).toBe(0);
    expect(forced.output).toMatch(/unchanged .*iris\.wasm.*\n.*replaced .*iris\.js/);
    expect(readFileSync(path, "utf8")).toContain("export const load");
  });

  it("leaves nothing behind when it fails", async () => {
    const blocked = join(folder, "blocked");
    mkdirSync(join(blocked, "iris.d.ts"), { recursive: true });
    const onFolder = await run("compile", "models/iris.onnx", "-o", blocked, "--force");
    expect(onFolder.status).toBe(2);
    expect(onFolder.errors).toContain("is no file");
    expect(readdirSync(blocked)).toEqual(["iris.d.ts"]);
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    const inFile = await run("compile", "models/iris.onnx", "-o", join(file, "out"));
    expect(inFile.status).toBe(2);
    expect(inFile.errors).toContain("Nothing can be written");
    const never = join(folder, "never");
    const texts = await run("compile", "test/fixtures/texts/tfidf.onnx", "-o", never);
    expect(texts.status).toBe(4);
    expect(texts.errors).toContain("OPERATOR_UNSUPPORTED");
    expect(existsSync(never)).toBe(false);
  });

  it.each([
    [["compile"], 2, "-o dist/"],
    [["compile", "models/iris.onnx"], 2, "setosa compile models/iris.onnx -o dist/"],
    [["compile", "models/iris.onnx", "models/wine.onnx", "-o", "x"], 2, "one model"],
    [["compile", "models/iris.onnx", "-o", "x", "--name", "../iris"], 4, "MODEL_SIGNATURE_INVALID"],
    [["compile", "nowhere.onnx", "-o", "x"], 4, "MODEL_FILE_UNREADABLE"],
    [["types"], 2, "types needs a model"],
    [["types", "test/fixtures/deep/keras-two-inputs.onnx"], 2, "takes tensors"],
    [["types", "nowhere"], 4, "MODEL_FILE_UNREADABLE"],
  ])("%j ends with %i", async (args, status, says) => {
    const result = await run(...args);
    expect(result).toMatchObject({ status, output: "" });
    expect(result.errors).toContain(says);
  });
});

describe("setosa types", () => {
  it("writes to standard output, or to a file that it replaces only when told to", async () => {
    const printed = await run("types", "models");
    expect(printed).toMatchObject({ status: 0, errors: "" });
    expect(printed.output).toContain("export interface IrisForestRow {");
    expect(printed.output).toContain('"iris-forest": { row: IrisForestRow | IrisForestValues; prediction: IrisForestPrediction };');
    const path = join(folder, "models.ts");
    expect(await run("types", "models", "-o", path)).toMatchObject({ status: 0, output: `written ${path}\n` });
    expect(readFileSync(path, "utf8")).toBe(printed.output);
    expect((await run("types", "models/iris.onnx", "-o", path)).errors).toContain("--force");
    expect(readFileSync(path, "utf8")).toBe(printed.output);
    expect(await run("types", "models/iris.onnx", "-o", path, "--force")).toMatchObject({ output: `replaced ${path}\n` });
  });
});
