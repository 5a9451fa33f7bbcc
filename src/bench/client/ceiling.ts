import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { pinned } from "../process/pinning.ts";
import type { LoadPool } from "./load-pool.ts";

const seconds = 1;

/**
 * Answers per second that the client gets from a server which does nothing, with requests and answers of the same size.
 * @param cores Those that servers run on
 */
export async function measureCeiling(
  pool: LoadPool,
  load: {
    readonly request: Uint8Array<ArrayBuffer>;
    readonly answerBytes: number;
    readonly connections: number;
    readonly timeoutMilliseconds: number;
  },
  cores: string | undefined,
): Promise<number> {
  const responder = fileURLToPath(new URL("./responder.js", import.meta.url));
  const [file = "", ...args] = pinned([process.execPath, responder, String(load.answerBytes)], cores);
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  try {
    if (child.stdout === null) throw new TypeError("The responder has no output.");
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const spec = {
      endpoint: { host: "127.0.0.1", port: Number(line.toString()), tls: false, name: "127.0.0.1" },
      requests: [load.request],
      offset: 0,
      expected: [],
      answerForm: {},
      connections: load.connections,
      timeoutMilliseconds: load.timeoutMilliseconds,
    };
    await pool.run({ ...spec, seconds: seconds / 2 });
    const result = await pool.run({ ...spec, seconds });
    return result.answers / result.seconds;
  } finally {
    child.kill();
  }
}
