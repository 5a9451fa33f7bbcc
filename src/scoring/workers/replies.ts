import { plainError } from "../../models/isolated/plain-error.ts";
import { loadModel } from "../../models/load-model.ts";
import type { Job, JobResult, Reply } from "../job.ts";
import { Scorer } from "../scorer.ts";
import type { WorkerStart } from "./start.ts";

interface Answered {
  readonly message: Reply;
  readonly transfer: ArrayBuffer[];
}

/** Answers jobs in a thread; nothing that goes wrong ends it. */
export function createReplier({ model, load, settings }: WorkerStart): (id: number, job: Job) => Promise<Answered> {
  // Its parity rows were checked before the thread was started.
  const scorer = loadModel(model, { ...load, parity: false }).then((loaded) => new Scorer(loaded, settings));
  scorer.catch(() => {});
  return async (id, job) => {
    try {
      const result = await (await scorer).score(job);
      return { message: { id, result }, transfer: buffersOf(result) };
    } catch (error) {
      return { message: { id, error: plainError(error) }, transfer: [] };
    }
  };
}

/** Each once: parts may lie in one buffer, which belongs to the job alone. */
function buffersOf({ parts, columns = [] }: JobResult): ArrayBuffer[] {
  const buffers = new Set<ArrayBufferLike>();
  // Small parts may be views of buffers that are shared by others.
  for (const part of parts) if (part.byteLength === part.buffer.byteLength && part.byteLength > 1024) buffers.add(part.buffer);
  for (const { data } of columns) if (!Array.isArray(data) && "buffer" in data) buffers.add(data.buffer);
  return [...buffers].filter((buffer) => buffer instanceof ArrayBuffer);
}
