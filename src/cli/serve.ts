import { SetosaError } from "../errors.ts";
import { serveAdmin } from "../server/admin-listener.ts";
import { isLoopback } from "../server/loopback.ts";
import { countModelEvent } from "../server/metrics/model-metrics.ts";
import { createReloads } from "../server/reloads.ts";
import { hostCollector, returnMemory } from "../server/return-memory.ts";
import { reloadSecurity } from "../server/security.ts";
import { currentRuntime, serve as listen, type Server, startTimer } from "../server/serve.ts";
import type { Command, CommandContext } from "./command.ts";
import { type ParsedArguments, parseOptions } from "./options.ts";
import { openMetrics } from "./serve-metrics.ts";
import { defaultPollMilliseconds, eventText, openControl, openRepository, watchRepository } from "./serve-models.ts";
import { connectionsWarning, monitoringMinutes, readLimits, readWorkers, serveOptions } from "./serve-options.ts";
import { adminAddress, readSecurity } from "./serve-security.ts";
import { superviseWorkers, tellReload } from "./serve-workers.ts";
import { endsOnHangUp, untilStopped } from "./shutdown.ts";
import { serverUrl, startReport } from "./start-report.ts";
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
    // Until there is something to read again.
    if (!endsOnHangUp()) process.on("SIGHUP", () => {});
    const role = workerRole(context.environment);
    const parsed = parseOptions(argv, serveOptions, context.environment);
    checkArguments(parsed, context);
    const warning = role === undefined ? connectionsWarning(parsed.values) : undefined;
    if (warning !== undefined) context.errors.write(`setosa: ${warning}\n`);
    if (role === undefined && readWorkers(parsed.values) > 1) return superviseWorkers(argv, parsed, context);
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
  const control = await openControl(repository, role === undefined ? values.decisions : undefined, report);
  const metrics = openMetrics(values, { models: repository, control, group: role?.group });
  repository.onEvent((event) => {
    log(eventText(event));
    if (metrics !== undefined) countModelEvent(metrics.registry, event);
  });
  repository.onEvent(returnMemory({ timer: startTimer, collect: hostCollector() }));
  const limits = readLimits(values);
  const host = values.host ?? "127.0.0.1";
  const security = await readSecurity(values, log);
  const reloads = createReloads();
  reloads.onReload("Keys and certificates", () => reloadSecurity(security));
  // The supervisor has the models of all workers looked at, one worker after another.
  if (role === undefined) reloads.onReload("Models", () => control.rescan());
  await role?.begin(control, reloads);
  const server: Server = await listen({
    models: repository,
    modelsReady: () => repository.isReady(values["ready-when"] ?? "all"),
    workersStatus: () => role?.status,
    security,
    workers: readWorkers(values),
    group: role?.group,
    monitoringMinutes: monitoringMinutes(values),
    limits,
    host,
    port: role?.port ?? values.port ?? 8080,
    shared: role !== undefined,
    report,
    metrics,
  });
  const address = adminAddress(values);
  const admin =
    address === undefined || role !== undefined
      ? undefined
      : await serveAdmin({
          control,
          protocols: metrics === undefined ? [] : [metrics.protocol],
          limits,
          security,
          address,
          report,
        });
  const unwatch = role === undefined ? watchRepository(control, values["poll-ms"] ?? defaultPollMilliseconds, report) : () => {};
  const started = startReport({
    version: packageVersion(),
    runtime: currentRuntime === "bun" ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`,
    reason: context.runtimeReason,
    library: repository.library,
    url: serverUrl(host, server.port, security.tls !== undefined),
    workers: readWorkers(values),
    local: isLoopback(host),
    keys: security.keys !== undefined,
    admin:
      admin === undefined || address === undefined ? undefined : "path" in address ? address.path : serverUrl(address.host, admin.port),
  });
  if (values["no-parity"] === true) log("WARNING: --no-parity: nothing has checked that the models answer as they did in training.");
  const stopped = untilStopped({
    drain: async () => {
      unwatch();
      admin?.destroy();
      await server.drain();
      return true;
    },
    destroy: () => server.destroy(),
    milliseconds: limits.drainDelayMilliseconds + limits.drainMilliseconds,
    hangUp: role !== undefined ? "ignore" : endsOnHangUp() ? "end" : () => void reloads.run().then((failures) => tellReload(failures, log)),
    // Workers are stopped by their supervisor, which says so once.
    log: role === undefined ? log : () => {},
  });
  // Who reads that it serves may send signals at once.
  if (role === undefined) context.output.write(started);
  else role.ready(started);

  const status = await stopped;
  metrics?.end();
  await repository.close();
  return status;
}
