import { spawn } from "node:child_process";

/** What one run of hey says, as it says it. */
export interface HeyRun {
  readonly name: string;
  readonly url: string;
  readonly requestsPerSecond: number;
  /** Answers by status; none where nobody answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Errors by their text. */
  readonly errors: Readonly<Record<string, number>>;
}

/** The study's own command: `hey -n 1000 -c 10 URL`; nothing pinned, nothing repeated, no warm-up. */
export async function runHey(name: string, url: string): Promise<HeyRun> {
  const output = await run("hey", ["-n", "1000", "-c", "10", url]);
  const statuses = [...output.matchAll(/^\s*\[(\d{3})\]\s+(\d+) responses/gm)].map(([, status, count]) => [status, Number(count)]);
  const errors = [...output.matchAll(/^\s*\[(\d+)\]\s+(?!\d+ responses)(.+)$/gm)].map(([, count, text]) => [
    (text ?? "").replace(/\d+\.\d+\.\d+\.\d+:\d+(->)?/g, "…").trim(),
    Number(count),
  ]);
  return {
    name,
    url,
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    statuses: Object.fromEntries(statuses) as Record<string, number>,
    errors: Object.fromEntries(errors) as Record<string, number>,
  };
}

function run(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", () => resolve(output));
  });
}
