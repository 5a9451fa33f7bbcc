import { lstat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { SetosaError } from "../errors.ts";

/** Nothing for the group and for others: only this user may connect. */
const privateMask = 0o177;

/**
 * Binds a Unix socket that only this user can connect to, where a process that is gone may have left one.
 * @param bind Binds the path before it returns
 * @throws SetosaError PORT_IN_USE where somebody listens, ARGUMENT_INVALID where something else is there
 */
export async function bindSocket<T>(path: string, bind: () => T): Promise<T> {
  await removeStale(path);
  // Set before the socket exists: changing its mode afterwards would leave a moment for others.
  const before = process.umask(privateMask);
  try {
    return bind();
  } finally {
    process.umask(before);
  }
}

async function removeStale(path: string): Promise<void> {
  // The address of a Unix socket has this many bytes, with the zero at its end, on Linux (108) and on macOS (104).
  if (Buffer.byteLength(path) > 103)
    throw new SetosaError("ARGUMENT_INVALID", `The path of the socket has ${Buffer.byteLength(path)} bytes, and 103 is the limit.`, {
      path,
      hint: "Choose a shorter one, such as /run/setosa/admin.sock.",
    });
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return;
  if (!stats.isSocket())
    throw new SetosaError("ARGUMENT_INVALID", `${path} exists and is no socket.`, { path, hint: "Choose another path, or remove it." });
  if (await answers(path))
    throw new SetosaError("PORT_IN_USE", `Another process listens on ${path}.`, {
      path,
      hint: "Choose another path, or stop the other process.",
    });
  await unlink(path).catch(() => {});
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => done(true));
    // Only a refusal says that nobody is there; one who may not ask, or a queue that is full, says that somebody is.
    socket.once("error", (error: NodeJS.ErrnoException) => done(error.code !== "ECONNREFUSED" && error.code !== "ENOENT"));
  });
}
