import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SetosaError } from "../../errors.ts";
import { plainError } from "../../models/isolated/plain-error.ts";
import { yieldToServing } from "../../models/isolated/yield-to-serving.ts";
import { defaultMaxBytes } from "../../models/load-model.ts";
import { readFile } from "../../models/read-file.ts";
import { fingerprintOf } from "../../models/repository/scan.ts";
import { compileModel } from "../compile-model.ts";
import type { ArtifactMessage, MakeArtifact } from "./messages.ts";

/** What the process does: makes one model's files, and says that they are there or why not. It ends with the one that started it. */
export function answerMake(): void {
  yieldToServing();
  const send = (message: ArtifactMessage) => process.send?.(message);
  process.once("message", async (asked: MakeArtifact) => {
    try {
      send({ kind: "made", fingerprint: await make(asked) });
    } catch (error) {
      send({ kind: "failed", error: plainError(error) });
    }
  });
  process.once("disconnect", () => process.exit());
  // From a terminal everybody gets it: whoever started this process says when it ends.
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
}

async function make({ path, fingerprint, folder, fileName, name, version, parity }: MakeArtifact): Promise<string> {
  await checkFile(path, fingerprint);
  const bytes = await readFile(path, defaultMaxBytes);
  // It may have been replaced while it was read.
  await checkFile(path, fingerprint);
  const artifact = await compileModel(bytes, { name, version, parity, fileName });
  for (const [file, content] of artifact.files) await writeFile(join(folder, file), content, { mode: 0o600 });
  return artifact.fingerprint;
}

async function checkFile(path: string, fingerprint: string): Promise<void> {
  const found = await stat(path, { bigint: true }).then(fingerprintOf, () => undefined);
  if (found === fingerprint) return;
  throw new SetosaError("KERNEL_UNAVAILABLE", "The model's file is no longer the one that it was loaded from.", {
    hint: "Ask again when the new file is served; GET /models says where it is refused.",
  });
}
