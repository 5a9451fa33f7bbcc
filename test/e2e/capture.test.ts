import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { runtimes, startSetosa } from "./process.ts";
import { startServer, type TestServer } from "./server.ts";

// Servers are started one after another, with workers of their own.
vi.setConfig({ testTimeout: 60_000 });

const row = [5.1, 3.5, 1.4, 0.2];
const json = { "content-type": "application/json" };
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "setosa-capture-"));
  folders.push(folder);
  return folder;
}

interface Captured {
  readonly time: string;
  readonly request_id: string;
  readonly model: string;
  readonly version: string;
  readonly redacted?: readonly string[];
  readonly rows: readonly unknown[];
  readonly rows_total?: number;
  readonly answers: readonly { readonly prediction: unknown; readonly probabilities?: Readonly<Record<string, number>> }[];
}

const captureFiles = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("capture-"));

function captured(folder: string): Captured[] {
  return captureFiles(folder).flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    expect(text.endsWith("\n")).toBe(true);
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Captured);
  });
}

const ask = async (server: TestServer, body: unknown, headers = json) => {
  const answer = await server.post("/models/iris/predict", body, headers);
  return (await answer.json()) as { prediction?: string; predictions?: Captured["answers"] };
};

describe.each(runtimes)("--capture on %s", (runtime) => {
  it("writes what was asked and answered, without what is redacted", async () => {
    const folder = join(newFolder(), "made");
    const options = ["--capture", folder, "--capture-share", "1", "--capture-redact", "petal width (cm),sepal width (cm)"];
    const server = await startServer(runtime, ["models/iris.onnx", ...options]);
    const named = { "sepal length (cm)": 5.1, "sepal width (cm)": 31.5, "petal length (cm)": 1.4, "petal width (cm)": 31.25 };
    const answered = await ask(server, [named, [6.3, 31.5, 6, 31.25]], { ...json, "x-request-id": "mine" } as typeof json);
    await fetch(`${server.url}/predict?sepal_length=5.1&sepal_width=31.5&petal_length=1.4&petal_width=31.25`);
    // Not predicted, so there is nothing to keep.
    await ask(server, { petal: 31.25 });
    await fetch(`${server.url}/health/live`);
    expect(await server.running.stop()).toBe(0);
    const [first, second, ...more] = captured(folder);
    expect(more).toEqual([]);
    expect(first).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      request_id: "mine",
      model: "iris",
      version: "1",
      redacted: ["sepal width (cm)", "petal width (cm)"],
      rows: [{ ...named, "sepal width (cm)": null, "petal width (cm)": null }, [6.3, null, 6, null]],
      answers: answered.predictions,
    });
    expect(second?.rows).toEqual([{ ...named, "sepal width (cm)": null, "petal width (cm)": null }]);
    for (const name of captureFiles(folder)) {
      expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/31\.2?5/);
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  it("answers the client's id for what it keeps, on engines that answer later, too", async () => {
    const folder = newFolder();
    const options = ["--engine", "onnxruntime", "--capture", folder, "--capture-share", "1"];
    const server = await startServer(runtime, ["models/iris.onnx", ...options]);
    const bodies = Array.from({ length: 20 }, (_, index) => [5 + index / 10, 3.5, 1.4, 0.2]);
    const answers = await Promise.all(bodies.map((body) => server.post("/models/iris/predict", body)));
    const byId = new Map(answers.map((answer, index) => [answer.headers.get("x-request-id"), index]));
    expect(byId.size).toBe(20);
    const texts = (await Promise.all(answers.map((answer) => answer.json()))) as Captured["answers"];
    expect(await server.running.stop()).toBe(0);
    const kept = captured(folder);
    expect(kept).toHaveLength(20);
    for (const { request_id, rows, answers: own } of kept) {
      const index = byId.get(request_id) ?? -1;
      expect(rows).toEqual([bodies[index]]);
      expect(own[0]?.prediction).toBe(texts[index]?.prediction);
      expect(own[0]?.probabilities).toEqual(texts[index]?.probabilities);
    }
  });

  it("keeps the tensors of models that take tensors, and of a redacted one only what it is", async () => {
    const folder = newFolder();
    const ids = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]];
    const shares = ["--capture", folder, "--capture-share", "1"];
    const server = await startServer(runtime, ["test/fixtures/deep/torch-transformer.onnx", ...shares]);
    const answer = await server.post("/predict", { inputs: { ids } });
    const { outputs } = (await answer.json()) as { outputs: { output: number[][] } };
    const lost = await (await fetch(`${server.url}/metrics`)).text();
    expect(await server.running.stop()).toBe(0);
    const [kept] = captured(folder) as unknown as readonly Readonly<Record<"inputs" | "outputs", Record<string, unknown>>>[];
    expect(kept?.inputs).toEqual({ ids: { dtype: "int64", shape: [1, 10], data: ids[0] } });
    expect(kept?.outputs).toMatchObject({ output: { dtype: "float32", shape: [1, 2] } });
    const output = kept?.outputs.output as { readonly data: readonly number[] } | undefined;
    expect(output?.data.map(Math.fround)).toEqual(outputs.output[0]?.map(Math.fround));
    for (const kind of ["log_lines", "spans", "captured_requests"]) expect(lost).toContain(`setosa_telemetry_lost_total{kind="${kind}"} 0`);

    const other = await startServer(runtime, ["test/fixtures/deep/torch-transformer.onnx", ...shares, "--capture-redact", "ids"]);
    await other.post("/predict", { inputs: { ids } });
    expect(await other.running.stop()).toBe(0);
    expect(captured(folder)).toMatchObject([{}, { inputs: { ids: { dtype: "int64", shape: [1, 10] } } }]);
    expect(captured(folder)[1]).not.toHaveProperty("inputs.ids.data");
  });

  it("keeps a share of the requests, and of large ones the beginning", async () => {
    const folder = newFolder();
    const server = await startServer(runtime, ["models/iris.onnx", "--capture", folder, "--capture-share", "0.1"]);
    for (let at = 0; at < 40; at++) await Promise.all(Array.from({ length: 25 }, () => ask(server, row)));
    expect(await server.running.stop()).toBe(0);
    // 1,000 tries at 0.1: outside of this once in millions of runs.
    expect(captured(folder).length).toBeGreaterThan(50);
    expect(captured(folder).length).toBeLessThan(160);

    const all = newFolder();
    const large = await startServer(runtime, ["models/iris.onnx", "--capture", all, "--capture-share", "1"]);
    await ask(
      large,
      Array.from({ length: 1500 }, () => row),
    );
    await large.running.stop();
    const [kept] = captured(all);
    expect(kept?.rows).toHaveLength(1000);
    expect(kept?.answers).toHaveLength(1000);
    expect(kept?.rows_total).toBe(1500);
  });

  it("begins a new file when one is full, keeps so many, and touches nothing else in the folder", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "notes.jsonl"), "mine");
    const options = ["--capture", folder, "--capture-share", "1", "--capture-max-mb", "1", "--capture-files", "2"];
    const server = await startServer(runtime, ["models/iris.onnx", ...options]);
    const rows = Array.from({ length: 1000 }, () => row);
    // About 120 KB a line, in four steps so that there is something to write at each.
    for (let at = 0; at < 40; at++) await ask(server, rows);
    expect(await server.running.stop()).toBe(0);
    const names = captureFiles(folder);
    expect(names).toHaveLength(3);
    for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1 << 20);
    expect(captured(folder).at(-1)?.rows).toHaveLength(1000);
    expect(readFileSync(join(folder, "notes.jsonl"), "utf8")).toBe("mine");
  });

  it("writes a file for each worker, and mends what a killed one left", async () => {
    const folder = newFolder();
    const options = ["models/iris.onnx", "--capture", folder, "--capture-share", "1", "--workers", "2"];
    const server = await startServer(runtime, options);
    for (let at = 0; at < 20; at++) await Promise.all(Array.from({ length: 10 }, () => ask(server, row)));
    await expect.poll(() => captureFiles(folder).length, { timeout: 5000 }).toBeGreaterThan(0);
    await server.running.stop();
    const before = captured(folder);
    expect(before).toHaveLength(200);
    // A file for each worker that had requests.
    const names = captureFiles(folder);
    expect(new Set(names.map((name) => name.split("-")[2])).size).toBe(names.length);
    appendFileSync(join(folder, names[0] ?? ""), '{"time":"2026-11-25T1');
    const next = await startServer(runtime, options);
    await next.running.stop();
    expect(captured(folder)).toEqual(before);
  });
});

describe("--capture", () => {
  const failing = async (...args: string[]) => {
    const running = startSetosa(["serve", "models/iris.onnx", "--runtime", "node", "--port", "0", ...args]);
    return { status: await running.ended(), errors: running.errors() };
  };

  it("refuses a feature that no model has, a folder that cannot be, and redaction of nothing", async () => {
    const folder = newFolder();
    const typo = await failing("--capture", folder, "--capture-redact", "petal width (cm),sepal widht (cm)");
    expect(typo.status).toBe(2);
    expect(typo.errors).toContain('No model has the feature "sepal widht (cm)"');
    writeFileSync(join(folder, "file"), "");
    expect((await failing("--capture", join(folder, "file", "below"))).errors).toMatch(/ARGUMENT_INVALID: The folder .* cannot be written/);
    expect((await failing("--capture-redact", "petal width (cm)")).errors).toMatch(/--capture-redact is given, and nothing is captured/);
  });
});
