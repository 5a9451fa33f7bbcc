import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const runtimes = ["bun", "node"] as const;
export type Runtime = (typeof runtimes)[number];

/** The request that is measured: one row of iris as JSON. */
export const body = '{"sepal length (cm)":5.1,"sepal width (cm)":3.5,"petal length (cm)":1.4,"petal width (cm)":0.2}';

/** What every answer to `body` has to say. */
export const expected = '"prediction":"Iris-Setosa"';
export const expectedText = "Prediction: Iris-Setosa\n";

export interface BenchServer {
  readonly port: number;
  readonly child: ChildProcess;
  /** Milliseconds from the start of the process to the end of the first right answer to GET /predict. */
  readonly startMilliseconds: number;
  stop(): Promise<void>;
}

export const hasTaskset = spawnSync("taskset", ["--version"]).status === 0;

/** Starts a command that serves on `port`, on one core where the machine can pin, and waits for its first right answer. */
export async function startServer(command: readonly string[], port: number, core?: number): Promise<BenchServer> {
  const pinned = core !== undefined && hasTaskset ? ["taskset", "-c", String(core), ...command] : [...command];
  const [file = "", ...args] = pinned;
  const started = performance.now();
  const child = spawn(file, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  while ((await answer(port)) !== expectedText) {
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended with ${child.exitCode}`);
    if (performance.now() - started > 20_000) throw new Error(`${command.join(" ")} did not answer within 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const startMilliseconds = performance.now() - started;
  return {
    port,
    child,
    startMilliseconds,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

export function setosaCommand(setosa: string, runtime: Runtime, port: number): string[] {
  return [process.execPath, setosa, "serve", "models", "--default", "iris", "--runtime", runtime, "--port", String(port)];
}

function answer(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path: "/predict", agent: false }, (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (chunk: string) => {
          text += chunk;
        })
        .on("end", () => resolve(response.statusCode === 200 ? text : undefined));
    }).on("error", () => resolve(undefined));
  });
}

export interface ProcessFigures {
  readonly name: string;
  readonly residentMegabytes: number;
  readonly peakMegabytes: number;
  /** CPU time since the start of the process, user and system. */
  readonly cpuSeconds: number;
}

/** A process and all that it has started, from /proc; empty where there is none. */
export function processTree(pid: number): ProcessFigures[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    // Fields after the name, which may hold spaces; clock ticks are 1/100 s on Linux.
    const times = (readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "").split(" ");
    const own: ProcessFigures = {
      name: /^Name:\s+(.*)$/m.exec(status)?.[1] ?? "",
      residentMegabytes: field("VmRSS") / 1024,
      peakMegabytes: field("VmHWM") / 1024,
      cpuSeconds: (Number(times[11]) + Number(times[12])) / 100,
    };
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
    return [own, ...children.flatMap(processTree)];
  } catch {
    return [];
  }
}
