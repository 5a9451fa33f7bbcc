import type { Command } from "./command.ts";
import { type Check, checkMachine } from "./doctor/checks.ts";
import { thisMachine } from "./doctor/machine.ts";
import { parseOptions } from "./options.ts";
import { paint } from "./paint.ts";

const options = {
  port: { kind: "count", value: "PORT", least: 1, most: 65535, help: "port that is to be free (8080)" },
  host: { kind: "text", value: "HOST", help: "address that the server is to listen on (127.0.0.1)" },
  json: { kind: "flag", help: "as JSON, for programs" },
} as const;

const failed = 1;

export const doctor: Command = {
  name: "doctor",
  summary: "checks whether this machine is fit to serve, and says what to do",
  description:
    "Checks whether this machine is fit to serve models, and says what to do where it is not. Ends with 1 where a server would not start.",
  usage: "[options]",
  options,
  examples: ["setosa doctor", "setosa doctor --port 9000 --json"],
  run: async (argv, context) => {
    const { values } = parseOptions(argv, options, context.environment);
    const machine = thisMachine(context.runtimeReason);
    const checks = await checkMachine(machine, { port: values.port ?? 8080, host: values.host ?? "127.0.0.1" });
    const status = worst(checks);
    if (values.json === true) context.output.write(`${JSON.stringify({ status, checks }, null, 2)}\n`);
    else context.output.write(report(checks, context.output.terminal));
    return status === "fail" ? failed : 0;
  },
};

function worst(checks: readonly Check[]): Check["status"] {
  return (["fail", "warn"] as const).find((status) => checks.some((check) => check.status === status)) ?? "ok";
}

const colors = { ok: "green", warn: "yellow", fail: "red" } as const;

function report(checks: readonly Check[], color: boolean): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  return [
    ...checks.flatMap(({ name, status, found, fix }) => [
      `${paint(status.padEnd(4), colors[status], color)}  ${name.padEnd(width)}  ${found}`,
      ...(fix === undefined ? [] : [`${" ".repeat(width + 8)}→ ${fix}`]),
    ]),
    "",
    `${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} that have to be put right`,
    "",
  ].join("\n");
}
