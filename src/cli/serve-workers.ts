import { fileURLToPath } from "node:url";
import { readDecisions, writingDecisions } from "../models/repository/decisions-file.ts";
import type { ServedFile } from "../models/repository/scan.ts";
import { packageFolder } from "../package-folder.ts";
import { serveAdmin } from "../server/admin-listener.ts";
import { superviseMetrics } from "../server/metrics/group-metrics.ts";
import { metricsProtocol } from "../server/metrics/metrics-route.ts";
import { createReloads } from "../server/reloads.ts";
import { reloadSecurity } from "../server/security.ts";
import { startTimer } from "../server/serve.ts";
import { superviseStats } from "../server/stats/stats-source.ts";
import type { Listener } from "../server/transport.ts";
import { controlTopic, runControl } from "../server/workers/control-call.ts";
import { freePort } from "../server/workers/free-port.ts";
import { superviseStatistics } from "../server/workers/group-statistics.ts";
import { joinedControl } from "../server/workers/joined-control.ts";
import { keepFiles } from "../server/workers/kept-files.ts";
import { defaultMaxRestarts } from "../server/workers/restart-limit.ts";
import { startWorker } from "../server/workers/spawn.ts";
import { createSupervisor } from "../server/workers/supervisor.ts";
import { superviseGroup } from "../server/workers/supervisor-group.ts";
import type { Logger } from "../telemetry/logs/logger.ts";
import { requestIds } from "../telemetry/logs/request-id.ts";
import type { CommandContext } from "./command.ts";
import type { ServeArguments } from "./serve.ts";
import { buildInfo } from "./serve-metrics.ts";
import { defaultPollMilliseconds, watchRepository } from "./serve-models.ts";
import { readLimits, readWorkers } from "./serve-options.ts";
import { adminAddress, readSecurity } from "./serve-security.ts";
import { endsOnHangUp, untilStopped } from "./shutdown.ts";
import { serverUrl } from "./start-report.ts";
import { packageVersion } from "./version.ts";
import {
  keptFilesTopic,
  reloadTopic,
  servedFilesTopic,
  stateTopic,
  statusTopic,
  workerGrpcPortVariable,
  workerPortVariable,
} from "./worker-role.ts";

/** Milliseconds for a worker to read its keys and certificates again. */
const reloadMilliseconds = 30_000;
/** Milliseconds. */
const statusMilliseconds = 5000;

/** Serves with several processes, each of which runs the same command line, and keeps them alive. */
export async function superviseWorkers(
  argv: readonly string[],
  { values }: ServeArguments,
  context: CommandContext,
  logger: Logger,
): Promise<number> {
  const log = (line: string) => logger.info(line);
  const report = (error: unknown) => log(error instanceof Error ? error.message : String(error));
  const host = values.host ?? "127.0.0.1";
  const port = await freePort({ host, port: values.port ?? 8080 });
  const grpcPort = values["grpc-port"] === undefined ? undefined : await freePort({ host, port: values["grpc-port"] });
  const script = fileURLToPath(new URL("bin/setosa", packageFolder));
  const environment = {
    ...context.environment,
    [workerPortVariable]: String(port),
    ...(grpcPort === undefined ? {} : { [workerGrpcPortVariable]: String(grpcPort) }),
    SETOSA_RUNTIME_REASON: context.runtimeReason ?? "as its supervisor",
  };
  const supervisor = createSupervisor({
    workers: readWorkers(values),
    maxRestarts: values["max-restarts"] ?? defaultMaxRestarts,
    start: () => startWorker({ script, argv: ["serve", ...argv], runtimeOptions: process.execArgv, environment }),
    now: () => performance.now(),
    timer: startTimer,
    log,
  });
  const { decisions } = values;
  const joined = joinedControl(() => supervisor.live(), report, decisions === undefined ? undefined : await readDecisions(decisions));
  const control = decisions === undefined ? joined : writingDecisions(joined, decisions, report);
  const group = superviseGroup(supervisor);
  const gather = superviseMetrics({
    group,
    build: buildInfo(),
    restarts: () => supervisor.status().restarts,
    onEnd: (listener) => supervisor.onEnd(listener),
    now: () => performance.now(),
  });
  if (values["no-metrics"] !== true) superviseStats(group, { wall: Date.now, timer: startTimer });
  superviseStatistics(group, (listener) => supervisor.onEnd(listener));
  const kept = keepFiles();
  supervisor.onStart(({ index, channel }) => {
    channel.handle(stateTopic, () => control.stateFor(index));
    // What a client asks one worker for is about all of them.
    if (values["model-control"] === true) channel.handle(controlTopic, (argument) => runControl(control, argument));
    channel.handle(keptFilesTopic, () => kept.files);
    channel.handle(servedFilesTopic, (files) => kept.serves(index, files as readonly ServedFile[]));
  });
  supervisor.onReady((worker) => control.joined(worker));
  const tellStatus = () => {
    const status = supervisor.status();
    // One that ends just now needs no word.
    for (const { channel } of supervisor.live()) channel.call(statusTopic, status, statusMilliseconds).catch(() => {});
  };
  supervisor.onReady(tellStatus);
  supervisor.onEnd(tellStatus);

  const reloads = createReloads();
  reloads.onReload("Models", () => control.rescan());
  reloads.onReload("Workers", async () => {
    const all = await Promise.all(
      supervisor.live().map(({ channel }) => channel.call(reloadTopic, undefined, reloadMilliseconds) as Promise<readonly string[]>),
    );
    const failures = [...new Set(all.flat())];
    if (failures.length > 0) throw new Error(failures.join("; "));
  });

  const address = adminAddress(values);
  const security = address === undefined ? undefined : await readSecurity(values, log);
  if (security !== undefined) reloads.onReload("Keys and certificates of the admin listener", () => reloadSecurity(security));
  const started = await supervisor.start();
  const limits = readLimits(values);
  let admin: Listener | undefined;
  if (address !== undefined && security !== undefined)
    try {
      admin = await serveAdmin({
        control,
        protocols: [metricsProtocol(gather)],
        limits,
        security,
        address,
        version: packageVersion(),
        report,
        newRequestId: requestIds(Math.random),
      });
    } catch (error) {
      supervisor.destroy();
      throw error;
    }
  const unwatch = watchRepository(control, values["poll-ms"] ?? defaultPollMilliseconds, report);
  const { drainDelayMilliseconds, drainMilliseconds } = limits;
  const stopped = untilStopped({
    drain: () => {
      unwatch();
      admin?.destroy();
      return supervisor.drain();
    },
    destroy: () => supervisor.destroy(),
    // The workers keep the time themselves; this is for one that does not.
    milliseconds: drainDelayMilliseconds + drainMilliseconds + 2000,
    log,
    hangUp: endsOnHangUp() ? "end" : () => void reloads.run().then((failures) => tellReload(failures, log)),
    gaveUp: supervisor.gaveUp,
  });
  // Who reads that it serves may send signals at once.
  context.output.write(started);
  if (admin !== undefined && address !== undefined)
    context.output.write(`Operators on ${"path" in address ? address.path : serverUrl(address.host, admin.port)}\n`);
  return stopped;
}

export function tellReload(failures: readonly string[], log: (line: string) => void): void {
  if (failures.length === 0) log("SIGHUP: models, keys and certificates were looked at again.");
  for (const failure of failures) log(`SIGHUP: not read again, what was read before stays: ${failure}`);
}
