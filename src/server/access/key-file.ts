import { SetosaError } from "../../errors.ts";
import type { ApiKey } from "./api-key.ts";

/** Keys by their hash, in hexadecimal. */
export type ApiKeys = ReadonlyMap<string, ApiKey>;

const idForm = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const fields = new Set(["id", "sha256", "models", "rate", "burst", "admin"]);
const highestRate = 1_000_000;

/**
 * Reads a file of keys: a JSON object on each line, `#` before comments.
 * @param file Its path, for messages
 * @throws SetosaError ARGUMENT_INVALID, naming the line
 */
export function parseKeys(text: string, file: string): ApiKeys {
  const keys = new Map<string, ApiKey>();
  const ids = new Set<string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const wrong = (what: string, hint: string) =>
      new SetosaError("ARGUMENT_INVALID", `Line ${index + 1} of ${file}: ${what}.`, { path: "--api-keys", hint });
    const key = parseKey(line, wrong);
    const hash = key.sha256.toString("hex");
    if (ids.has(key.id)) throw wrong(`the id "${key.id}" is there twice`, "Give each key an id of its own.");
    if (keys.has(hash)) throw wrong(`"${key.id}" has the same key as another`, "Give each client a key of its own.");
    ids.add(key.id);
    keys.set(hash, key);
  }
  return keys;
}

function parseKey(line: string, wrong: (what: string, hint: string) => SetosaError): ApiKey {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong("it is not JSON", 'Write {"id": "…", "sha256": "…"} on one line, or let setosa keys add do it.');
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong("it is not a JSON object", 'Write {"id": "…", "sha256": "…"} on one line, or let setosa keys add do it.');
  const { id, sha256, models, rate, burst, admin = false, ...others } = value as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  // A misspelt limit would be none.
  if (unknown !== undefined) throw wrong(`there is no field ${JSON.stringify(unknown)}`, `The fields are ${[...fields].join(", ")}.`);
  if (typeof id !== "string" || !idForm.test(id))
    throw wrong("the id is none", "Write up to 64 letters, digits, dots, hyphens, underscores or @.");
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/i.test(sha256))
    throw wrong("sha256 is not the SHA-256 of a key", "Write its 64 hexadecimal digits, or let setosa keys add make a key.");
  if (models !== undefined && !(Array.isArray(models) && models.every((name) => typeof name === "string")))
    throw wrong("models is not a list of names", 'Write ["iris"], or leave it out for all models.');
  if (rate !== undefined && !(typeof rate === "number" && rate >= 0.001 && rate <= highestRate))
    throw wrong("rate is not a number of requests per second", `Write 0.001 to ${highestRate}, or leave it out for no limit.`);
  if (burst !== undefined && !(typeof burst === "number" && Number.isInteger(burst) && burst >= 1 && burst <= highestRate))
    throw wrong("burst is not a number of requests", `Write 1 to ${highestRate}, or leave it out.`);
  if (burst !== undefined && rate === undefined) throw wrong("burst is there without rate", "Write rate too, or neither.");
  if (typeof admin !== "boolean") throw wrong("admin is neither true nor false", "Write true, or leave it out.");
  return {
    id,
    sha256: Buffer.from(sha256, "hex"),
    models: models === undefined ? undefined : new Set(models as string[]),
    rate,
    burst,
    admin,
  };
}

/** A key as a line of the file. */
export function formatKey({ id, sha256, models, rate, burst, admin }: ApiKey): string {
  const value = {
    id,
    sha256: sha256.toString("hex"),
    ...(models === undefined ? {} : { models: [...models] }),
    ...(rate === undefined ? {} : { rate }),
    ...(burst === undefined ? {} : { burst }),
    ...(admin ? { admin } : {}),
  };
  return JSON.stringify(value);
}
