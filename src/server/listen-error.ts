import { SetosaError } from "../errors.ts";
import type { ListenOptions } from "./transport.ts";

/** A runtime's error on listening, as a coded one. */
export function listenError(cause: unknown, { host, port, path }: ListenOptions): SetosaError {
  if (cause instanceof SetosaError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (path !== undefined)
    return new SetosaError("ARGUMENT_INVALID", `Cannot listen on ${path}: ${reason}`, {
      path,
      hint: "Choose a path in a folder that exists and that this user may write to.",
      cause,
    });
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  if (code === "EADDRINUSE")
    return new SetosaError("PORT_IN_USE", `Another process listens on port ${port} of ${host}.`, {
      hint: `Choose another port (--port ${port + 1}, or --port 0 for a free one), or stop the other process.`,
      cause,
    });
  if (code === "EACCES")
    return new SetosaError("ARGUMENT_INVALID", `This user may not listen on port ${port}.`, {
      hint: "Choose a port from 1024 on, such as --port 8080.",
      cause,
    });
  return new SetosaError("ARGUMENT_INVALID", `Cannot listen on ${host}, port ${port}: ${reason}`, {
    hint: "Use --host with an address of this machine: 127.0.0.1 for this machine only, 0.0.0.0 for all its networks.",
    cause,
  });
}
