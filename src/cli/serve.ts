import { SetosaError } from "../errors.ts";
import { countModelEvent } from "../server/metrics/model-metrics.ts";
import { currentRuntime, serve as listen, type Server } from "../server/serve.ts";
import type { Command, CommandContext } from "./command.ts";
import { type ParsedArguments, parseOptions } from "./options.ts";
import { openMetrics } from "./serve-metrics.ts";
import { defaultPollMilliseconds, eventText, openRepository, watchRepository } from "./serve-models.ts";
import { readLimits, serveOptions } from "./serve-options.ts";
import { superviseWorkers } from "./serve-workers.ts";
import { untilStopped } from "./shutdown.ts";
import { isLoopback, serverUrl, startReport } from "./start-report.ts";
import { packageVersion } from "./version.ts";
import { type WorkerRole, workerRole } from "./worker-role.ts";

export type ServeArguments = ParsedArguments<typeof serveOptions>;

export const serve: Command = {
  name: "serve",
  summary: "Serves models over HTTP.",
  usage: "PATH… [options]   (PATH: a model file, or a folder of them)",
  options: serveOptions,
  examples: [
    "setosa serve models",
    "setosa serve iris.onnx --port 9000",
    "setosa serve models --default iris --workers 2 --host 0.0.0.0",
    "SETOSA_PORT=9000 setosa serve models",
  ],
  run: async (argv, context) => {
    const role = workerRole(context.environment);
    const parsed = parseOptions(argv, serveOptions, context.environment);
    checkArguments(parsed, context);
    if (role === undefined && (parsed.values.workers ?? 1) > 1) return superviseWorkers(argv, parsed, context);
    try {
      return await serveHere(parsed, context, role);
    } catch (error) {
      role?.failed(error);
      throw error;
    }
  },
};

function checkArguments({ values, positionals }: ServeArguments, { runtimeReason }: CommandContext): void {
  if (positionals.length === 0)
    throw new SetosaError("ARGUMENT_INVALID", "serve needs a model.", { hint: "Write setosa serve model.onnx, or setosa serve folder." });
  const { runtime } = values;
  if (runtime === undefined || runtime === currentRuntime) return;
  if (runtime === "node")
    throw new SetosaError("ARGUMENT_INVALID", "This process is Bun, and --runtime node was asked for.", {
      path: "--runtime",
      hint: "Start the command with Node: npx setosa serve …",
    });
  throw new SetosaError("ARGUMENT_INVALID", `This process is Node, and Bun was asked for: ${runtimeReason ?? "no Bun found"}.`, {
    path: "--runtime",
    hint: `Install Bun for this platform (npm install @oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}), or leave --runtime out.`,
  });
}

async function serveHere({ values, positionals }: ServeArguments, context: CommandContext, role: WorkerRole | undefined): Promise<number> {
  const log = (line: string) => context.errors.write(`setosa: ${line}\n`);
  const report = (error: unknown) => log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const repository = await openRepository(positionals, values);
  const metrics = openMetrics(values);
  repository.onEvent((event) => {
    log(eventText(event));
    if (metrics !== undefined) countModelEvent(metrics.registry, event);
  });
  const limits = readLimits(values);
  const host = values.host ?? "127.0.0.1";
  const server: Server = await listen({
    models: repository,
    modelsReady: () => repository.isReady(values["ready-when"] ?? "all"),
    limits,
    host,
    port: role?.port ?? values.port ?? 8080,
    shared: role !== undefined,
    report,
    metrics,
  });
  const unwatch = watchRepository(repository, values["poll-ms"] ?? defaultPollMilliseconds, report);
  const started = startReport({
    version: packageVersion(),
    runtime: currentRuntime === "bun" ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`,
    reason: context.runtimeReason,
    library: repository.library,
    url: serverUrl(host, server.port),
    workers: values.workers ?? 1,
    local: isLoopback(host),
  });
  if (values["no-parity"] === true) log("WARNING: --no-parity: nothing has checked that the models answer as they did in training.");
  if (role === undefined) context.output.write(started);
  else role.ready(started);

  const status = await untilStopped({
    drain: () => {
      unwatch();
      return server.drain();
    },
    destroy: () => server.destroy(),
    milliseconds: limits.drainMilliseconds,
    // Workers are stopped by their supervisor, which says so once.
    log: role === undefined ? log : () => {},
  });
  metrics?.end();
  await repository.close();
  return status;
}
