import { SetosaError } from "../errors.ts";
import type { Model } from "../models/model.ts";
import { startTimer } from "../server/serve.ts";
import { openCaptureFiles } from "../server/telemetry/capture-files.ts";
import { PayloadCapture } from "../server/telemetry/payload-capture.ts";
import { CaptureBuffer } from "../telemetry/capture/capture-buffer.ts";
import { checkRedactedNames, redactedNames } from "../telemetry/capture/redaction.ts";
import { ShareSampler } from "../telemetry/capture/sampler.ts";
import type { Logger } from "../telemetry/logs/logger.ts";
import { RateLimit } from "../telemetry/logs/rate-limit.ts";
import type { ServeValues } from "./serve-options.ts";

export interface OpenCapture {
  readonly capture: PayloadCapture;
  /** Requests that were lost. */
  dropped(): number;
  close(): Promise<void>;
}

export interface CaptureParts {
  readonly values: ServeValues;
  readonly logger: Logger;
  /** Names of all features of the models that are loaded. */
  readonly features: ReadonlySet<string>;
  readonly timestamp: () => string;
}

const mostWaiting = 16 << 20;
const delayMilliseconds = 500;
const megabyte = 1 << 20;

/** @throws SetosaError ARGUMENT_INVALID */
export async function openCapture({ values, logger, features, timestamp }: CaptureParts): Promise<OpenCapture | undefined> {
  const { capture: folder } = values;
  const redact = values["capture-redact"] ?? [];
  if (folder === undefined) {
    if (redact.length > 0)
      throw new SetosaError("ARGUMENT_INVALID", "--capture-redact is given, and nothing is captured.", {
        path: "--capture-redact",
        hint: "Write --capture FOLDER, too, or leave it out.",
      });
    return undefined;
  }
  // A model that is loaded later may have other features: without any, nothing can be said of the names.
  if (features.size > 0) checkRedactedNames(redact, features);
  const warnings = new RateLimit(5, 60_000, () => performance.now());
  const warn = (message: string) => {
    if (warnings.next() !== undefined) logger.warn(message, { folder });
  };
  const files = await openCaptureFiles({
    folder,
    mostBytes: (values["capture-max-mb"] ?? 64) * megabyte,
    keep: values["capture-files"] ?? 10,
    pid: process.pid,
    isAlive,
    wallClock: () => Date.now(),
    warn,
  });
  const buffer = new CaptureBuffer({
    sink: files,
    most: mostWaiting,
    delay: delayMilliseconds,
    timer: startTimer,
    full: () => warn("Captured requests are lost: the disk is slower than they come"),
  });
  return {
    capture: new PayloadCapture({
      sampler: new ShareSampler(values["capture-share"] ?? 0.01, Math.random),
      buffer,
      redact: redactedNames(redact),
      timestamp,
    }),
    dropped: () => buffer.counts.dropped,
    close: async () => {
      await buffer.flush();
      await files.close();
      const { dropped } = buffer.counts;
      if (dropped > 0) logger.warn("Captured requests were lost in all", { requests: dropped });
    },
  };
}

/** What values of a model are called in captured requests: its features, or the names of its tensors. */
export function valueNames({ signature, graph }: Model): readonly string[] {
  const values = signature.task.kind === "tensors" ? [...graph.inputs, ...graph.outputs] : signature.features;
  return values.map(({ name }) => name);
}

/** Whether there is a process of this number; another user's counts. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
