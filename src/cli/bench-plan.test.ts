import { describe, expect, it } from "vitest";
import type { BenchPlan } from "../bench/plan.ts";
import { SetosaError } from "../errors.ts";
import { benchOptions } from "./bench-options.ts";
import { readPayload } from "./bench-payload.ts";
import { readPlan, splitLine } from "./bench-plan.ts";
import { parseOptions } from "./options.ts";

async function plan(...argv: readonly string[]): Promise<BenchPlan> {
  const line = splitLine(argv);
  const { values, positionals } = parseOptions(line.options, benchOptions, {});
  return readPlan(values, positionals, line, await readPayload(values, Math.random));
}

describe("bench's arguments", () => {
  it("are hey's where hey has them", async () => {
    const { targets, connections, rounds, roundRequests, requests, keepAlive } = await plan(
      ...[
        "-n",
        "1000",
        "-c",
        "10",
        "-m",
        "PUT",
        "-d",
        "{}",
        "-H",
        "A: b",
        "-T",
        "text/plain",
        "-disable-keepalive",
        "localhost:8080/predict",
      ],
    );
    expect(targets).toEqual([{ name: "localhost:8080/predict", url: new URL("http://localhost:8080/predict") }]);
    expect({ connections, rounds, roundRequests, keepAlive }).toEqual({
      connections: 10,
      rounds: 1,
      roundRequests: 1000,
      keepAlive: false,
    });
    expect(requests).toEqual([
      {
        method: "PUT",
        headers: [
          ["A", "b"],
          ["Content-Type", "text/plain"],
        ],
        body: "{}",
      },
    ]);
  });

  it("measure for ten rounds of a second", async () => {
    const { rounds, roundSeconds, rate, requests } = await plan("http://localhost/");
    expect({ rounds, roundSeconds, rate }).toEqual({ rounds: 10, roundSeconds: 1, rate: undefined });
    expect(requests).toEqual([{ method: "GET", headers: [] }]);
    expect((await plan("http://localhost/", "-z", "1m", "--rounds", "6")).roundSeconds).toBe(10);
    expect((await plan("http://localhost/", "-q", "5", "-c", "4")).rate).toBe(20);
  });

  it("start a command for each --", async () => {
    const { targets, command } = await plan("http://a/", "--", "node", "a.js", "--port", "1", "--", "python", "b c.py");
    expect(targets[0]).toEqual({ name: "a/", url: new URL("http://a/"), start: { command: ["node", "a.js", "--port", "1"] } });
    expect(targets[1]).toEqual({ name: "python b c.py", start: { command: ["python", "b c.py"] } });
    expect(command).toBe("setosa bench http://a/ -- node a.js --port 1 -- python 'b c.py'");
  });

  it("make rows for a model file", async () => {
    const { requests, payload } = await plan("http://a/", "--model", "models/loans.onnx", "--rows", "50");
    expect(requests).toHaveLength(50);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(50);
    expect(Object.keys(JSON.parse(requests[0]?.body ?? "") as object)).toHaveLength(7);
    expect(payload).toBe("rows generated for models/loans.onnx");
  });

  it.each([
    [[], "bench", "setosa bench"],
    [["ftp://a/"], "ftp://a/", "http://"],
    [["http://"], "http://", "http://"],
    [["http://a/", "--"], "--", "Write the program"],
    [["http://a/", "-z", "ten"], "--duration", "10s"],
    [["http://a/", "-z", "0s"], "--duration", "10s"],
    [["http://a/", "-d", "x", "--model", "y"], "--model", "one of them"],
    [["http://a/", "-D", "nowhere.json"], "--data-file", "Name a file"],
    [["http://a/", "-H", "no colon"], "--header", "Name: value"],
    [["http://a/", "-H", "A: b\r\nC: d"], "--header", "Name: value"],
    [["http://a/", "-m", "GET /"], "--method", "GET or POST"],
    [["http://a/", "--threads", "64"], "--threads", "at the most"],
    [["http://a/", "--client-cores", "0; rm"], "--client-cores", "taskset"],
    [["http://a/", "--model", "http://127.0.0.1:1/models/iris"], "--model", "/models/iris"],
  ])("refuse %j", async (argv, path, hint) => {
    const error = await plan(...argv).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SetosaError);
    expect(error).toMatchObject({ code: "ARGUMENT_INVALID", path, hint: expect.stringContaining(hint) as string });
  });
});
