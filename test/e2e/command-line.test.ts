import { describe, expect, it } from "vitest";
import { start, startSetosa } from "./process.ts";

async function run(args: readonly string[], environment?: Record<string, string>) {
  const running = startSetosa(args, environment);
  const status = await running.ended();
  return { status, output: running.output(), errors: running.errors() };
}

describe("setosa", () => {
  it("shows its version and its help", async () => {
    expect(await run(["--version"])).toMatchObject({ status: 0, output: expect.stringMatching(/^setosa \d+\.\d+\.\d+\n$/), errors: "" });
    const help = await run(["--help"]);
    expect(help.status).toBe(0);
    expect(help.output).toContain("serve");
    expect(help.output).toContain("inspect");
    for (const command of ["serve", "inspect"]) {
      const own = await run([command, "--help"]);
      expect(own.status).toBe(0);
      expect(own.output).toContain(`Usage: setosa ${command} PATH`);
      expect(own.output).toContain("Examples:");
      expect(own.output).toContain("--no-parity");
      expect((await run(["help", command])).output).toBe(own.output);
    }
  });

  it.each([
    [["sreve"], 2, "Did you mean serve?"],
    [["models"], 2, "The commands are serve, predict, inspect, bench, compile, types, keys, doctor, completions."],
    [["models/iris.onnx"], 2, "setosa serve models/iris.onnx"],
    [["__proto__"], 2, "There is no command"],
    [["serve"], 2, "serve needs a model"],
    [["serve", "models", "--prot", "1"], 2, "Did you mean --port?"],
    [["serve", "models", "--port", "banana"], 2, "0 to 65535"],
    [["serve", "models", "--runtime", "deno"], 2, "It takes bun, node."],
    [["serve", "models", "--default", "irsi", "--runtime", "node"], 4, "MODEL_NOT_FOUND"],
    [["serve", "models/iris.onnx", "--host", "203.0.113.1", "--runtime", "node"], 2, "--host"],
    [["serve", "models/iris.onnx", "--host", "203.0.113.1", "--runtime", "bun"], 2, "--host"],
    [["inspect"], 2, "inspect needs a model"],
    [["inspect", "nowhere.onnx"], 4, "MODEL_FILE_UNREADABLE"],
  ])("%j ends with %i", async (args, status, says) => {
    const result = await run(args);
    expect(result.status).toBe(status);
    expect(result.errors).toContain(says);
    expect(result.errors).toMatch(/^setosa: [A-Z_]+: .+\n {2}at: .+\n {2}fix: .+\n$/);
    expect(result.output).toBe("");
  });

  it("says what it can do on one screen where nothing is asked", async () => {
    const { status, output, errors } = await run([]);
    expect({ status, errors }).toEqual({ status: 0, errors: "" });
    const lines = output.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const { commands } = JSON.parse((await run(["help", "--json"])).output) as { commands: { name: string; options: object[] }[] };
    for (const { name, options } of commands) {
      expect(output).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
      expect(options.length).toBeGreaterThan(1);
    }
  });

  it.each([
    ["inspect", "nowhere.onnx", "--json"],
    ["keys", "shred", "--json"],
  ])("gives errors as JSON where results are JSON: %j", async (...args) => {
    const { status, output, errors } = await run(args);
    expect(status).not.toBe(0);
    expect(output).toBe("");
    const { error } = JSON.parse(errors) as { error: Record<string, string> };
    expect(error).toEqual({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.any(String),
      path: expect.any(String),
      hint: expect.any(String),
    });
  });

  it("inspects models for people and for programs", async () => {
    const text = await run(["inspect", "models/iris.onnx", "--graph"]);
    expect(text.status).toBe(0);
    expect(text.output).toContain("iris 1");
    expect(text.output).toMatch(/engine +compiled \(/);
    expect(text.output).toMatch(/parity +20\/20/);
    expect(text.output).toContain("petal width (cm): float");
    expect(text.output).toContain("graph ");
    const { status, output } = await run(["inspect", "models", "--json"]);
    expect(status).toBe(0);
    const { models } = JSON.parse(output) as { models: { name: string; engine: string; parity: object }[] };
    expect(models).toHaveLength(7);
    expect(models.every(({ engine }) => engine === "compiled")).toBe(true);
    expect(models[0]?.parity).toEqual({ rows: 20, passed: 20 });
  });

  it("does without Bun where none is found, and says why", async () => {
    // A launcher that lies outside of the repository finds neither a platform package nor Bun on the PATH.
    const code = `import { chooseRuntime } from ${JSON.stringify(new URL("../../bin/runtime.js", import.meta.url).href)};
      console.log(JSON.stringify(chooseRuntime(["serve"], { env: { PATH: "/nowhere" }, cwd: "/", own: "/" })));`;
    const running = start(process.execPath, ["--input-type=module", "-e", code]);
    await running.ended();
    expect(JSON.parse(running.output())).toEqual({ reason: "no Bun found" });
  });
});
