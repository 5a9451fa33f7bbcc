import { SetosaError } from "../errors.ts";
import { ModelHistory } from "../models/repository/history.ts";
import { serveAdmin } from "../server/admin-listener.ts";
import { isLoopback } from "../server/loopback.ts";
import { countModelEvent } from "../server/metrics/model-metrics.ts";
import { docsFolder, readPage } from "../server/page/page-files.ts";
import { createReloads } from "../server/reloads.ts";
import { hostCollector, returnMemory } from "../server/return-memory.ts";
import { reloadSecurity } from "../server/security.ts";
import { currentRuntime, serve as listen, type Server, startTimer } from "../server/serve.ts";
import { holdKeptFiles } from "../server/workers/kept-files.ts";
import { failureFields } from "../telemetry/logs/error-fields.ts";
import type { Logger } from "../telemetry/logs/logger.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitStatus } from "./exit-status.ts";
import { type ParsedArguments, parseOptions } from "./options.ts";
import { valueNames } from "./serve-capture.ts";
import { kernelSharing } from "./serve-kernels.ts";
import { type Logs, openLogs } from "./serve-logs.ts";
import { openMetrics } from "./serve-metrics.ts";
import {
  defaultPollMilliseconds,
  eventFields,
  eventLevel,
  eventText,
  openControl,
  openRepository,
  watchRepository,
} from "./serve-models.ts";
import { connectionsWarning, monitoringMinutes, readLimits, readWorkers, serveOptions } from "./serve-options.ts";
import { loadsModels, type PlatformArguments, platformArguments } from "./serve-platform.ts";
import { readProtocols } from "./serve-protocols.ts";
import { adminAddress, readSecurity } from "./serve-security.ts";
import { brokenOffReport, failureReport, openTelemetry } from "./serve-telemetry.ts";
import { superviseWorkers, tellReload } from "./serve-workers.ts";
import { endsOnHangUp, stoppedAtOnce, untilStopped } from "./shutdown.ts";
import { serverAddress, serverUrl, startLine, startReport } from "./start-report.ts";
import { packageVersion } from "./version.ts";
import { type WorkerRole, workerRole } from "./worker-role.ts";

export type ServeArguments = ParsedArguments<typeof serveOptions>;

export const serve: Command = {
  name: "serve",
  summary: "serves models over HTTP and gRPC, in many protocols",
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
    const parsed = platformArguments(parseOptions(argv, serveOptions, context.environment), context.environment);
    checkArguments(parsed, context);
    const warning = role === undefined ? connectionsWarning(parsed.values) : undefined;
    const logs = openLogs(parsed.values, context);
    if (warning !== undefined) logs.logger.warn(warning);
    try {
      if (role === undefined && readWorkers(parsed.values) > 1) return await superviseWorkers(argv, parsed, context, logs.logger);
      return await serveHere(parsed, { context, role, logs });
    } catch (error) {
      role?.failed(error);
      if (logs.logger.format === "text") throw error;
      // Of workers, their supervisor tells.
      if (role === undefined) tellFailure(error, logs.logger);
      return exitStatus[error instanceof SetosaError ? error.code : "INTERNAL"];
    } finally {
      await logs.close();
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

interface ServeParts {
  readonly context: CommandContext;
  readonly role: WorkerRole | undefined;
  readonly logs: Logs;
}

async function serveHere({ values, positionals, platform }: PlatformArguments, { context, role, logs }: ServeParts): Promise<number> {
  const { logger } = logs;
  const log = (line: string) => logger.info(line);
  const report = failureReport(logger);
  const held = role === undefined ? undefined : await holdKeptFiles(() => role.keptFiles());
  const repository = await openRepository(positionals, values, held?.files);
  held?.release();
  const control = await openControl(repository, role === undefined ? values.decisions : undefined, report);
  const metrics = openMetrics(values, { models: repository, control, group: role?.group });
  repository.onEvent((event) => {
    logger.log(eventLevel(event), eventText(event), logger.format === "json" ? eventFields(event) : {});
    if (metrics !== undefined) countModelEvent(metrics.registry, event);
  });
  const history = new ModelHistory(repository, Date.now);
  repository.onEvent(returnMemory({ timer: startTimer, collect: hostCollector() }));
  const limits = readLimits(values);
  const host = values.host ?? "127.0.0.1";
  const security = await readSecurity(values, log);
  const telemetry = await openTelemetry({
    values,
    logs,
    environment: context.environment,
    features: new Set(repository.library.list.flatMap(valueNames)),
    scheme: security.tls === undefined ? "http" : "https",
  });
  const { newRequestId, recorder } = telemetry;
  metrics?.watchLosses(() => telemetry.losses());
  const reloads = createReloads();
  reloads.onReload("Keys and certificates", () => reloadSecurity(security));
  // The supervisor has the models of all workers looked at, one worker after another.
  if (role === undefined) reloads.onReload("Models", () => control.rescan());
  await role?.begin(control, reloads);
  if (role !== undefined) {
    role.serves(repository.servedFiles);
    repository.onChange(() => role.serves(repository.servedFiles));
  }
  const page = values["no-page"] === true ? undefined : await readPage();
  const docs = values["no-page"] === true ? undefined : await readPage(docsFolder);
  const server: Server = await listen({
    models: repository,
    // One that loads what it is asked for is ready before that.
    modelsReady: () => repository.loadsOnRequest || repository.isReady(values["ready-when"] ?? "all"),
    workersStatus: () => role?.status,
    security,
    workers: readWorkers(values),
    group: role?.group,
    monitoringMinutes: monitoringMinutes(values),
    protocols: readProtocols(values, platform),
    platform,
    control: values["model-control"] === true || loadsModels(platform) ? (role?.control ?? control) : undefined,
    history,
    kernels: kernelSharing(values, repository),
    page,
    docs,
    version: packageVersion(),
    limits,
    host,
    port: role?.port ?? values.port ?? 8080,
    grpcPort: role?.grpcPort ?? values["grpc-port"],
    shared: role !== undefined,
    report,
    brokenOff: brokenOffReport(logger),
    newRequestId,
    metrics,
    recorder,
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
          version: packageVersion(),
          report,
          newRequestId,
        });
  const unwatch = role === undefined ? watchRepository(control, values["poll-ms"] ?? defaultPollMilliseconds, report) : () => {};
  const startedWith = {
    version: packageVersion(),
    runtime: currentRuntime === "bun" ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`,
    reason: context.runtimeReason,
    library: repository.library,
    url: serverUrl(host, server.port, security.tls !== undefined),
    grpc: server.grpcPort === undefined ? undefined : serverAddress(host, server.grpcPort),
    workers: readWorkers(values),
    local: isLoopback(host),
    page: page !== undefined,
    keys: security.keys !== undefined,
    admin:
      admin === undefined || address === undefined ? undefined : "path" in address ? address.path : serverUrl(address.host, admin.port),
  };
  const started = logger.format === "json" ? startLine(startedWith, logger) : startReport(startedWith, context.output);
  if (values["no-parity"] === true)
    logger.warn("WARNING: --no-parity: nothing has checked that the models answer as they did in training.");
  if (logger.values) logger.warn("WARNING: --log-values: logs hold what clients send.");
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
  if (status !== stoppedAtOnce) await telemetry.close();
  await repository.close();
  return status;
}

/** As the command's other failures, in the form of the log. What fails here is of files and options, and of no client. */
function tellFailure(error: unknown, logger: Logger): void {
  if (error instanceof SetosaError) logger.error(error.message, { code: error.code, error_path: error.path, hint: error.hint });
  else logger.error("Setosa has a defect. Please report it with this line.", failureFields(error, true));
}
