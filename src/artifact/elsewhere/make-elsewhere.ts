import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetosaError } from "../../errors.ts";
import { errorOf } from "../../models/isolated/plain-error.ts";
import type { ArtifactMessage, MakeArtifact } from "./messages.ts";

const script = fileURLToPath(new URL("./artifact-main.js", import.meta.url));
const isBun = process.versions.bun !== undefined;
/** Characters of what a process says before it ends. */
const mostWords = 16_384;

export interface MadeArtifact {
  readonly script: Uint8Array;
  readonly wasm: Uint8Array;
  /** Another one for another module. */
  readonly fingerprint: string;
}

/**
 * Compiles a served model's file to a module in a process of its own, since that takes a large model a second. What it writes comes
 * through a folder that only this user may read, and this thread does nothing but wait for it.
 * @throws SetosaError OPERATOR_UNSUPPORTED for a model that no module can be made of, KERNEL_UNAVAILABLE where the file is another one
 *   by now, MODEL_FILE_UNREADABLE, ENGINE_FAILED where the process dies
 */
export async function makeElsewhere(asked: Omit<MakeArtifact, "folder">): Promise<MadeArtifact> {
  const folder = await mkdtemp(join(tmpdir(), "setosa-kernel-"));
  try {
    const fingerprint = await made({ ...asked, folder });
    const read = (ending: string) => readFile(join(folder, `${asked.fileName}.${ending}`));
    const [text, wasm] = await Promise.all([read("js"), read("wasm")]);
    return { script: text, wasm, fingerprint };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function made(asked: MakeArtifact): Promise<string> {
  const child = fork(script, [], {
    // Bun's own options, such as not to install anything, are on its command line too.
    execArgv: isBun ? process.execArgv : [],
    // What this process is started with is not for it, least of all that it be a worker.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SETOSA_"))),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  try {
    return await answerOf(child, asked);
  } finally {
    child.kill("SIGKILL");
  }
}

function answerOf(child: ChildProcess, asked: MakeArtifact): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = "";
    const die = (reason: string) =>
      reject(
        new SetosaError("ENGINE_FAILED", `The process that makes the model's module ended before it had: ${reason}.`, {
          hint: "Ask again; if it fails again, report it.",
          ...(words === "" ? {} : { cause: new Error(words) }),
        }),
      );
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-mostWords);
    });
    child.on("message", (message) => {
      const answer = message as ArtifactMessage;
      if (answer.kind === "made") resolve(answer.fingerprint);
      else reject(errorOf(answer.error));
    });
    child.on("error", (error) => die(error.message));
    child.on("close", (code, signal) => die(`it ended with ${signal ?? code}`));
    child.send(asked, (error) => {
      if (error !== null) die(error.message);
    });
  });
}
