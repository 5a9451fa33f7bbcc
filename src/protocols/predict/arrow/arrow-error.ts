import { SetosaError } from "../../../errors.ts";

const remedy = "Write it with an Arrow library, such as pyarrow.ipc.new_stream.";

/** A body that is no Arrow IPC stream, or is damaged. */
export function notArrow(why: string, hint = remedy): SetosaError {
  return new SetosaError("BODY_SHAPE_INVALID", `The body is not an Arrow IPC stream that can be read: ${why}.`, { hint });
}
