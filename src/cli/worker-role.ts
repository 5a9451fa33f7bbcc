import type { ControlState, ModelControl } from "../models/control.ts";
import type { KeptFile, ServedFile } from "../models/repository/scan.ts";
import type { Reloads } from "../server/reloads.ts";
import { startTimer } from "../server/serve.ts";
import { createChannel } from "../server/workers/channel.ts";
import { controlTopic, runControl } from "../server/workers/control-call.ts";
import { asMessage, type ProcessMessage, plainError } from "../server/workers/messages.ts";
import { type ProcessGroup, workerGroup } from "../server/workers/process-group.ts";
import { remoteControl } from "../server/workers/remote-control.ts";
import type { WorkersStatus } from "../server/workers/supervisor.ts";

/** The part of a process that a supervisor started. */
export interface WorkerRole {
  /** The port that all workers share. */
  readonly port: number;
  /** That of gRPC; undefined where none is spoken. */
  readonly grpcPort: number | undefined;
  readonly group: ProcessGroup;
  /** What the supervisor last said of all workers. */
  readonly status: WorkersStatus | undefined;
  /** Files that other workers serve from. */
  keptFiles(): Promise<readonly KeptFile[]>;
  /** Tells the supervisor of the files that this one serves from. */
  serves(files: readonly ServedFile[]): void;
  /** Of the models of all workers. */
  readonly control: ModelControl;
  /** Puts into effect what was decided of the models before this process started, and takes commands from now on. */
  begin(control: ModelControl, reloads: Reloads): Promise<void>;
  ready(report: string): void;
  failed(error: unknown): void;
}

export const workerPortVariable = "SETOSA_WORKER_PORT";
export const workerGrpcPortVariable = "SETOSA_WORKER_GRPC_PORT";
export const stateTopic = "models.state";
export const reloadTopic = "reload";
export const statusTopic = "workers.status";
export const keptFilesTopic = "models.kept";
export const servedFilesTopic = "models.served";

/** Milliseconds. */
const stateMilliseconds = 5000;

/** Undefined in a process that serves on its own account. */
export function workerRole(environment: Readonly<Record<string, string | undefined>>): WorkerRole | undefined {
  const port = Number(environment[workerPortVariable]);
  if (!Number.isInteger(port) || port === 0) return undefined;
  const send = (message: ProcessMessage) => {
    if (!process.connected) throw new Error("The supervisor is gone.");
    process.send?.(message);
  };
  const channel = createChannel({ name: "The supervisor", send, timer: startTimer });
  process.on("message", (message) => {
    const known = asMessage(message);
    if (known !== undefined) channel.receive(known);
  });
  process.once("disconnect", () => channel.close());
  let status: WorkersStatus | undefined;
  channel.handle(statusTopic, (value) => {
    status = value as WorkersStatus;
  });
  return {
    port,
    grpcPort: environment[workerGrpcPortVariable] === undefined ? undefined : Number(environment[workerGrpcPortVariable]),
    group: workerGroup(channel),
    control: remoteControl(channel),
    get status() {
      return status;
    },
    keptFiles: async () => (await channel.call(keptFilesTopic, undefined, stateMilliseconds)) as readonly KeptFile[],
    // A supervisor that is busy keeps what it had, and one that is gone needs no word.
    serves: (files) => void channel.call(servedFilesTopic, files, stateMilliseconds).catch(() => {}),
    begin: async (control, reloads) => {
      channel.handle(controlTopic, (argument) => runControl(control, argument));
      channel.handle(reloadTopic, () => reloads.run());
      const state = (await channel.call(stateTopic, undefined, stateMilliseconds)) as ControlState | undefined;
      if (state !== undefined) await control.restore(state);
    },
    ready: (report) => send({ kind: "ready", report }),
    failed: (error) => {
      if (process.connected) send({ kind: "failed", ...plainError(error) });
    },
  };
}
