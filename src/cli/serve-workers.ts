import { fileURLToPath } from "node:url";
import { startTimer } from "../server/serve.ts";
import { freePort } from "../server/workers/free-port.ts";
import { startWorker } from "../server/workers/spawn.ts";
import { createSupervisor } from "../server/workers/supervisor.ts";
import type { Logger } from "../telemetry/logs/logger.ts";
import type { CommandContext } from "./command.ts";
import type { ServeArguments } from "./serve.ts";
import { readLimits } from "./serve-options.ts";
import { untilStopped } from "./shutdown.ts";
import { workerPortVariable } from "./worker-role.ts";

/** Serves with several processes, each of which runs the same command line, and keeps them alive. */
export async function superviseWorkers(
  argv: readonly string[],
  { values }: ServeArguments,
  context: CommandContext,
  logger: Logger,
): Promise<number> {
  const log = (line: string) => logger.info(line);
  const host = values.host ?? "127.0.0.1";
  const port = await freePort({ host, port: values.port ?? 8080 });
  const script = fileURLToPath(new URL("../../bin/setosa", import.meta.url));
  const environment = {
    ...context.environment,
    [workerPortVariable]: String(port),
    SETOSA_RUNTIME_REASON: context.runtimeReason ?? "as its supervisor",
  };
  const supervisor = createSupervisor({
    workers: values.workers ?? 1,
    start: () => startWorker({ script, argv: ["serve", ...argv], runtimeOptions: process.execArgv, environment }),
    now: () => performance.now(),
    timer: startTimer,
    log,
  });
  context.output.write(await supervisor.start());
  return untilStopped({
    drain: () => supervisor.drain(),
    destroy: () => supervisor.destroy(),
    // The workers keep the time themselves; this is for one that does not.
    milliseconds: readLimits(values).drainMilliseconds + 2000,
    log,
  });
}
