import { describe, expect, it } from "vitest";
import { loadLibrary } from "../models/load-library.ts";
import { isLoopback } from "../server/loopback.ts";
import { serverUrl, startReport } from "./start-report.ts";

const plain = { terminal: false, columns: Number.POSITIVE_INFINITY };

describe("startReport", () => {
  it("says per model what it is, and ends with commands that work as they are", async () => {
    const library = await loadLibrary(["models/digits.onnx", "models/iris.onnx"], { defaultName: "iris" });
    const started = {
      version: "1.2.3",
      runtime: "Bun 1.4.5",
      reason: "found it",
      library,
      url: "http://localhost:8080",
      workers: 2,
      local: true,
      page: true,
    };
    const text = startReport(started, plain);
    const lines = text.split("\n");
    expect(lines[0]).toBe("Setosa 1.2.3 on Bun 1.4.5 (found it)");
    expect(lines[2]).toMatch(/^ {2}digits 1 {10}compiled {2} *\d+ ms {2}parity 20\/20 {2}64 features → 10 classes: 0, 1, 2, 3, …$/);
    expect(lines[3]).toMatch(
      /^ {2}iris 1 \(default\) {2}compiled {2} *\d+ ms {2}parity 20\/20 {2}4 features → Iris-Setosa, Iris-Versicolor/,
    );
    // Columns stand below each other.
    expect(lines[2]?.indexOf(" ms ")).toBe(lines[3]?.indexOf(" ms "));
    expect(text).toContain("\n  compiled (every operator has a kernel)\n");
    expect(text).toContain("\n     Page on http://localhost:8080/\n");
    expect(text).toContain("Listening on http://localhost:8080 with 2 workers (this machine only");
    expect(lines.slice(-4)).toEqual([
      "  curl http://localhost:8080/predict",
      `  curl http://localhost:8080/predict -H 'Content-Type: application/json' -d '${JSON.stringify({ "sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2 })}'`,
      "  hey -n 1000 -c 10 http://localhost:8080/predict",
      "",
    ]);
  });

  it("is as wide as the terminal, and coloured there", async () => {
    const library = await loadLibrary(["models/iris.onnx"]);
    const started = { version: "1", runtime: "Node 20", reason: undefined, library, url: "http://h:1", workers: 1, local: false };
    const text = startReport(started, { terminal: true, columns: 60 });
    expect(text).toContain("\x1b[1miris 1 (default)\x1b[22m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are to be left out.
    const bare = text.replace(/\x1b\[\d+m/g, "").split("\n");
    expect(bare[2]).toMatch(/^.{59}…$/u);
    expect(startReport(started, plain)).not.toContain("\x1b");
  });

  it("leaves an example out that is too long for a command line", async () => {
    const library = await loadLibrary(["models/digits.onnx"]);
    const text = startReport(
      { version: "1", runtime: "Node 20", reason: undefined, library, url: "http://h:1", workers: 1, local: false },
      plain,
    );
    expect(text).not.toContain(" -d ");
    expect(text).toContain("hey -n 1000 -c 10 http://h:1/predict");
  });

  it("has commands with a place for the key, where one is asked for", async () => {
    const library = await loadLibrary(["models/iris.onnx"]);
    const given = { version: "1", runtime: "Node 20", reason: undefined, library, url: "https://h:1", workers: 1, local: false };
    const text = startReport({ ...given, keys: true }, plain);
    expect(text).toContain("curl -H 'X-Api-Key: KEY' https://h:1/predict\n");
    expect(text).toContain("hey -H 'X-Api-Key: KEY' -n 1000");
  });
});

describe("serverUrl", () => {
  it.each([
    ["127.0.0.1", "http://localhost:80"],
    ["0.0.0.0", "http://localhost:80"],
    ["::", "http://localhost:80"],
    ["::1", "http://localhost:80"],
    ["192.0.2.1", "http://192.0.2.1:80"],
    ["2001:db8::1", "http://[2001:db8::1]:80"],
    ["example.org", "http://example.org:80"],
  ])("for %s is %s", (host, url) => {
    expect(serverUrl(host, 80)).toBe(url);
  });

  it("knows what only this machine reaches", () => {
    expect(["127.0.0.1", "::1", "localhost", "0.0.0.0", "192.0.2.1"].map(isLoopback)).toEqual([true, true, true, false, false]);
  });
});
