import type { ModelControl } from "../models/control.ts";
import { loadIsolated } from "../models/isolated/load-isolated.ts";
import { loadModel } from "../models/load-model.ts";
import { readDecisions, writingDecisions } from "../models/repository/decisions-file.ts";
import type { ModelEvent } from "../models/repository/events.ts";
import { localControl } from "../models/repository/local-control.ts";
import { ModelRepository } from "../models/repository/repository.ts";
import type { KeptFile } from "../models/repository/scan.ts";
import { parsePolicy } from "../models/repository/version-policy.ts";
import { startTimer } from "../server/serve.ts";
import type { LogFields } from "../telemetry/logs/logger.ts";
import { readScheduling } from "./scheduling-options.ts";
import type { ServeValues } from "./serve-options.ts";

export const defaultPollMilliseconds = 2000;

/**
 * The models of a command line, loaded.
 * @param kept Files that other workers serve from
 */
export async function openRepository(
  paths: readonly string[],
  values: ServeValues,
  kept: readonly KeptFile[] = [],
): Promise<ModelRepository> {
  const options = {
    engine: values.engine ?? "auto",
    parity: values["no-parity"] !== true,
    scheduling: { settings: readScheduling(values), time: { now: () => performance.now(), timer: startTimer } },
  };
  const repository = new ModelRepository({
    paths,
    followLinks: values["follow-links"],
    policy: parsePolicy(values.versions ?? "latest"),
    rollout: values.rollout ?? "immediate",
    defaultName: values.default,
    // At the start nobody is served yet, and a thread for each file would only take longer.
    load: ({ path, fingerprint: _, ...found }, isServing) => (isServing ? loadIsolated : loadModel)(path, { ...options, ...found }),
    kept: new Map(kept.map((file) => [file.path, file])),
    random: Math.random,
    defer: setImmediate,
  });
  await repository.start();
  return repository;
}

/**
 * Control of the repository, with what was decided before in force.
 * @param decisions The file that decisions are written to
 * @throws SetosaError ARGUMENT_INVALID for a file that holds something else
 */
export async function openControl(
  repository: ModelRepository,
  decisions: string | undefined,
  report: (error: unknown) => void,
): Promise<ModelControl> {
  const control = localControl(repository);
  if (decisions === undefined) return control;
  const before = await readDecisions(decisions);
  if (before !== undefined) await control.restore(before);
  return writingDecisions(control, decisions, report);
}

/**
 * Looks at the folders again and again, each time after the last one has ended.
 * @returns a function that ends it
 */
export function watchRepository(
  repository: Pick<ModelControl, "rescan">,
  milliseconds: number,
  report: (error: unknown) => void,
): () => void {
  let cancel = () => {};
  let ended = false;
  const look = async () => {
    await repository.rescan().catch(report);
    if (!ended) next();
  };
  const next = () => {
    cancel = startTimer(milliseconds, () => void look());
  };
  if (milliseconds > 0) next();
  return () => {
    ended = true;
    cancel();
  };
}

export function eventLevel({ kind }: ModelEvent): "info" | "error" {
  return kind === "failed" || kind === "unreadable" ? "error" : "info";
}

/** For machines, beside the line: which model, and what was wrong. Text for people has it all. */
export function eventFields(event: ModelEvent): LogFields {
  switch (event.kind) {
    case "loaded":
    case "unloaded":
      return { event: event.kind, model: event.model.name, version: event.model.version };
    case "failed":
      return { event: event.kind, model: event.name, version: event.version, code: event.error.code, file: event.path };
    case "promoted":
      return { event: event.kind, model: event.name, version: event.version };
    case "traffic":
      return { event: event.kind, model: event.name };
    case "unreadable":
      return { event: event.kind, code: event.error.code, file: event.path };
  }
}

/** One line for people. */
export function eventText(event: ModelEvent): string {
  switch (event.kind) {
    case "loaded": {
      const { model, replaced } = event;
      const instead = replaced === undefined ? "" : `, after ${replaced.version}`;
      return `Loaded ${model.name} ${model.version} in ${model.loadMilliseconds.toFixed(0)} ms (${model.engine.kind})${instead}.`;
    }
    case "failed":
      return `${event.path} is not served: ${event.error.code}: ${event.error.message}`;
    case "unloaded":
      return `${event.model.name} ${event.model.version} takes no more requests.`;
    case "promoted":
      return `${event.name} is answered by version ${event.version} now${event.from === undefined ? "" : `, and was by ${event.from}`}.`;
    case "traffic":
      return `${event.name}: ${event.traffic}.`;
    case "unreadable":
      return `${event.path} cannot be read, what is loaded stays: ${event.error.message}`;
  }
}
