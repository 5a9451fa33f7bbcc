import { createHash } from "node:crypto";

/** Keys of the guarded server. Written out, so that vectors can hold them. */
export const keys = {
  all: `setosa_${"A".repeat(43)}`,
  otherModel: `setosa_${"B".repeat(43)}`,
  unknown: `setosa_${"C".repeat(43)}`,
} as const;

const line = (id: string, key: string, more: object = {}) =>
  JSON.stringify({ id, sha256: createHash("sha256").update(key, "latin1").digest("hex"), ...more });

/** The file that `--api-keys` takes. */
export const keyFile = `${line("all", keys.all)}\n${line("other", keys.otherModel, { models: ["iris"] })}\n`;
