import { readFile, rename, writeFile } from "node:fs/promises";
import { SetosaError } from "../../errors.ts";
import type { ControlState, ModelControl } from "../control.ts";

const format = 1;

/**
 * The decisions that a server wrote down before; undefined where it has not yet.
 * @throws SetosaError ARGUMENT_INVALID for a file that holds something else
 */
export async function readDecisions(file: string): Promise<ControlState | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw invalid(file, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, "is not JSON", cause);
  }
  if (!isRecord(value, () => true) || (value as { format?: unknown }).format !== format) throw invalid(file, `is not of format ${format}`);
  const { pinned, previous, canary, shadow, unloaded, loaded } = value as Partial<ControlState>;
  if (!isRecord(pinned, isText) || !isRecord(previous, isText) || !isRecord(shadow, isText)) throw invalid(file, "does not name versions");
  if (!isRecord(canary, isShare)) throw invalid(file, "does not name a canary's version and percent");
  if (!isList(unloaded) || !isList(loaded)) throw invalid(file, "does not list versions");
  return { pinned, previous, canary, shadow, unloaded, loaded };
}

/** The same control, which writes down what was decided after each change: as a whole, so that nobody ever reads half of it. */
export function writingDecisions<T extends ModelControl>(control: T, file: string, report: (error: unknown) => void): T {
  let written = "";
  let last: Promise<void> = Promise.resolve();
  const write = async () => {
    const text = `${JSON.stringify({ format, ...(await control.state()) }, null, 2)}\n`;
    if (text === written) return;
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
    written = text;
  };
  const after =
    <Values extends readonly unknown[]>(change: (...values: Values) => Promise<void>) =>
    async (...values: Values): Promise<void> => {
      try {
        await change(...values);
      } finally {
        // One after the other, and what cannot be written is no failure of what was decided.
        last = last.then(write).catch(report);
        await last;
      }
    };
  return {
    ...control,
    rescan: after(control.rescan),
    load: after(control.load),
    unload: after(control.unload),
    promote: after(control.promote),
    rollback: after(control.rollback),
    canary: after(control.canary),
    shadow: after(control.shadow),
    clear: after(control.clear),
    restore: after(control.restore),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";

function isShare(value: unknown): value is { version: string; percent: number } {
  const { version, percent } = (value ?? {}) as { version?: unknown; percent?: unknown };
  return isText(version) && typeof percent === "number" && percent > 0 && percent <= 100;
}

function isRecord<T>(value: unknown, isOne: (one: unknown) => one is T): value is Record<string, T>;
function isRecord(value: unknown, isOne: (one: unknown) => boolean): boolean;
function isRecord(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isOne);
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function invalid(file: string, why: string, cause?: unknown): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", `The file of decisions ${file} ${why}.`, {
    path: "--decisions",
    hint: "Remove it to begin anew, or name another file.",
    cause,
  });
}
