import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bunBinary, type Running, root, runtimes, start } from "./process.ts";
import { sharedServer } from "./server.ts";

const names = ["income", "loan_amount", "age", "employment_years", "debt_ratio", "purpose", "home_ownership"];
const iris = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)";

/** Rows with missing values, categories that were not seen, quotes and line ends in fields. */
const loans = [
  names.join(","),
  "44383.15,24341.57,25,6.2,0.141,car,mortgage",
  ",920,79,,0.5,home,own",
  "1e5,9e4,18.0,39.8,,,rent",
  '52000,"12000",41,3.5,0.3,"boat, old",own',
  '52000,12000,41,3.5,0.3,"line\nend",',
  "",
].join("\n");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-predict-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(file(name), "utf8");

describe.each(runtimes)("setosa predict on %s", (runtime) => {
  const command = runtime === "bun" ? (bunBinary() ?? "bun") : process.execPath;
  const setosa = `${process.env.SETOSA_BUILT ?? root}/bin/setosa`;
  const run = async (...args: string[]): Promise<{ status: number | null; output: string; errors: string }> => {
    const running: Running = start(command, [setosa, "predict", ...args]);
    const status = await running.ended();
    return { status, output: running.output(), errors: running.errors() };
  };
  const server = sharedServer(runtime, ["models", "--default", "loans"]);
  const answered = async (body: string, type: string, accept: string) =>
    (await server().post("/predict", body, { "content-type": type, accept })).text();

  it("answers as the server does, in each format, from each format", async () => {
    writeFileSync(file("loans.csv"), loans);
    const expected = await answered(loans, "text/csv", "text/csv");
    expect(expected.split("\n")).toHaveLength(7);
    expect(await run("models/loans.onnx", file("loans.csv"))).toEqual({ status: 0, output: expected, errors: "" });
    const json = await run("models/loans.onnx", file("loans.csv"), "--json");
    expect(json.output).toBe(await answered(loans, "text/csv", "application/json"));
    // Kept columns are what the next run reads.
    for (const format of ["jsonl", "arrow", "parquet", "csv"]) {
      const kept = file(`${runtime}-kept.${format}`);
      expect(await run("models/loans.onnx", file("loans.csv"), "-o", kept, "--keep-columns")).toMatchObject({ status: 0 });
      const again = await run("models/loans.onnx", kept, "--to", "csv", "--ignore-columns");
      expect([format, again]).toEqual([format, { status: 0, output: expected, errors: "" }]);
      // What it did not ask for is refused, as a mistyped name would be.
      expect(await run("models/loans.onnx", kept)).toMatchObject({ status: 1, errors: expect.stringContaining("FEATURE_UNKNOWN") });
    }
  });

  it("reads and writes files that are compressed, and standard input", async () => {
    writeFileSync(file("loans.csv.gz"), gzipSync(loans));
    const out = file(`${runtime}.csv.gz`);
    expect(await run("models/loans.onnx", file("loans.csv.gz"), "-o", out)).toMatchObject({ status: 0 });
    const expected = await answered(loans, "text/csv", "text/csv");
    expect(gunzipSync(readFileSync(out)).toString()).toBe(expected);
    const piped = spawn(command, [setosa, "predict", "models/loans.onnx", "-"], { cwd: root });
    let output = "";
    piped.stdout.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
    });
    piped.stdin.end(loans);
    await new Promise((resolve) => piped.once("close", resolve));
    expect(output).toBe(expected);
  });

  it("names file, line and column of a mistake, and leaves no file behind", async () => {
    writeFileSync(file("bad.csv"), `${iris}\n5.1,3.5,1.4,0.2\n6.3,3.3,x,2.5\n`);
    const { status, output, errors } = await run("models/iris.onnx", file("bad.csv"), "-o", file("never.csv"));
    expect({ status, output }).toEqual({ status: 1, output: "" });
    expect(errors).toMatch(
      /^setosa: FEATURE_TYPE_INVALID: .*"petal length \(cm\)".*\n {2}at: .*bad\.csv: line 3, column 3 \("petal length \(cm\)"\)\n {2}fix: .+\n$/,
    );
    writeFileSync(file("bad.jsonl"), '{"sepal length (cm)": 5, "sepal width (cm)": 3, "petal length (cm)": 1, "petal widht (cm)": 0.2}\n');
    expect((await run("models/iris.onnx", file("bad.jsonl"))).errors).toMatch(
      / {2}at: .*bad\.jsonl: line 1, column "petal width \(cm\)"\n {2}fix: .*did you mean/,
    );
    expect(readdirSync(folder).filter((name) => /never|\.setosa-/.test(name))).toEqual([]);
  });

  it("skips rows where it is asked to, and writes down which", async () => {
    writeFileSync(file("mixed.csv"), `${iris}\n5.1,3.5,1.4,0.2\n6.3,3.3,x,2.5\n1,2,3\n6.3,3.3,6.0,2.5\n`);
    const out = file(`${runtime}-mixed.csv`);
    const { status, errors } = await run("models/iris.onnx", file("mixed.csv"), "-o", out, "--on-error", "skip");
    expect(status).toBe(0);
    expect(errors).toContain("2 skipped");
    expect(readFileSync(out, "utf8").match(/^Iris-\w+/gm)).toEqual(["Iris-Setosa", "Iris-Virginica"]);
    const skipped = readFileSync(`${out}.errors.jsonl`, "utf8").trim().split("\n");
    expect(skipped.map((line) => JSON.parse(line) as { code: string; path: string })).toMatchObject([
      { code: "FEATURE_TYPE_INVALID", path: expect.stringContaining("mixed.csv: line 3, column 3") },
      { code: "ROW_WIDTH_INVALID", path: expect.stringContaining("mixed.csv: line 4") },
    ]);
  });

  it("replaces nothing that it is not told to replace", async () => {
    writeFileSync(file("taken.csv"), "mine");
    const refused = await run("models/loans.onnx", file("loans.csv"), "-o", file("taken.csv"));
    expect(refused).toMatchObject({ status: 2, errors: expect.stringContaining("--force") });
    expect(text("taken.csv")).toBe("mine");
    const forced = await run("models/loans.onnx", file("loans.csv"), "-o", file("taken.csv"), "--force", "--json");
    expect(forced.status).toBe(0);
    expect(JSON.parse(forced.output)).toMatchObject({ model: "loans", rows: 5, skipped: 0, format: "csv" });
    expect(text("taken.csv")).toContain("prediction,");
  });

  it("scores on several threads in the order of the rows", async () => {
    const rows = Array.from(
      { length: 200_000 },
      (_, row) => `${(4.3 + (row % 37) / 10).toFixed(1)},3.5,${(1 + (row % 59) / 10).toFixed(1)},0.2`,
    );
    writeFileSync(file("many.csv"), `${iris}\n${rows.join("\n")}\n`);
    const [one, two] = [file(`${runtime}-one.csv`), file(`${runtime}-two.csv`)];
    expect(await run("models/iris.onnx", file("many.csv"), "-o", one, "--workers", "1")).toMatchObject({ status: 0 });
    const several = await run("models/iris.onnx", file("many.csv"), "-o", two, "--workers", "3", "--json");
    expect(JSON.parse(several.output)).toMatchObject({ rows: 200_000, workers: 3 });
    expect(readFileSync(two).equals(readFileSync(one))).toBe(true);
  }, 60_000);

  it("leaves nothing behind when it is interrupted", async () => {
    const running = spawn(command, [setosa, "predict", "models/iris.onnx", "-", "-o", file("interrupted.csv")], {
      cwd: root,
      stdio: ["pipe", "ignore", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => running.once("close", resolve));
    let errors = "";
    running.stderr.setEncoding("utf8").on("data", (piece: string) => {
      errors += piece;
    });
    running.stdin.write(`${iris}\n`);
    const row = "5.1,3.5,1.4,0.2\n".repeat(4000);
    running.stdin.on("error", () => {});
    // The folder beside the output shows that it has begun.
    while (!readdirSync(folder).some((name) => name.startsWith(".setosa-"))) {
      running.stdin.write(row);
      await new Promise((resolve) => setImmediate(resolve));
    }
    running.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(errors).toContain("stopped by SIGINT");
    expect(readdirSync(folder).filter((name) => /interrupted|\.setosa-/.test(name))).toEqual([]);
  });

  it.each([
    [["models/iris.onnx", "--row", "sepal_length=5.1,sepal_width=3.5,petal_length=1.4,petal_width=.2"], "Iris-Setosa"],
    [["models/iris.onnx", "--row", "6.3,3.3,6.0,2.5"], "Iris-Virginica"],
    [["models/iris.onnx", "--row", "[6.3,3.3,6.0,2.5]"], "Iris-Virginica"],
  ])("answers a row: %j", async (args, prediction) => {
    const { status, output } = await run(...args);
    expect(status).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ model: "iris", prediction });
  });

  it.each([
    [["models/iris.onnx"], 2, "predict needs rows"],
    [["models/iris.onnx", "nowhere.csv"], 2, "There is no file nowhere.csv"],
    [["models/iris.onnx", "models"], 2, "is a folder"],
    [["models", "nowhere.csv"], 2, "holds 7 models"],
    [["models/iris.onnx", "--row", "sepal_length=5.1,3.5"], 2, "which has no name"],
    [["models/iris.onnx", "--row", "sepal_lenght=5.1"], 1, "FEATURE_MISSING"],
    [["models/iris.onnx", "README.md"], 1, "FEATURE_MISSING"],
    [["models/iris.onnx", "models/iris.onnx"], 1, "CSV_INVALID"],
  ])("refuses %j", async (args, status, says) => {
    const result = await run(...args);
    expect(result.errors).toContain(says);
    expect(result).toMatchObject({ status, output: "" });
    expect(result.errors).toMatch(/^setosa: [A-Z_]+: .+\n {2}at: .+\n {2}fix: .+\n$/);
  });
});
