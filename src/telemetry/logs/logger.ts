import { Timestamps } from "./timestamps.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ["text", "json"] as const;
export type LogFormat = (typeof logFormats)[number];

/** Left out where it is undefined. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface LoggerOptions {
  readonly format: LogFormat;
  readonly level: LogLevel;
  /** Whether lines may hold what clients have sent: values of features, names that are none of the model's, texts of errors. */
  readonly values: boolean;
  /** On every line of JSON, such as the process. */
  readonly fixed: LogFields;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Takes a line with its end. */
  readonly write: (line: string) => void;
}

/** Writes lines: JSON for machines, or short text for people. */
export class Logger {
  readonly format: LogFormat;
  readonly values: boolean;
  readonly #least: number;
  readonly #fixed: string;
  readonly #timestamps: Timestamps;
  readonly #write: (line: string) => void;

  constructor({ format, level, values, fixed, wallClock, write }: LoggerOptions) {
    this.format = format;
    this.values = values;
    this.#least = logLevels.indexOf(level);
    this.#fixed = jsonFields(fixed);
    this.#timestamps = new Timestamps(wallClock);
    this.#write = write;
  }

  enabled(level: LogLevel): boolean {
    return logLevels.indexOf(level) >= this.#least;
  }

  debug(message: string, fields?: LogFields): void {
    this.log("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.log("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.log("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.log("error", message, fields);
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (this.enabled(level)) this.#write(this.line(level, message, fields));
  }

  /** What a message would be written as. */
  line(level: LogLevel, message: string, fields: LogFields = {}): string {
    if (this.format === "json") return `${this.opening(level, message)}${jsonFields(fields)}}\n`;
    return `setosa: ${message}${textFields(fields)}\n`;
  }

  /** A line of JSON up to its own fields, for those who write these themselves. */
  opening(level: LogLevel, message: string): string {
    return `{"time":"${this.#timestamps.now()}","level":"${level}","msg":${JSON.stringify(message)}${this.#fixed}`;
  }

  /** The time of day, as lines have it. */
  timestamp(): string {
    return this.#timestamps.now();
  }
}

/** `,"name":value` for each. */
function jsonFields(fields: LogFields): string {
  let text = "";
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) text += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return text;
}

/** ` name=value` for each; texts of several lines go below. */
function textFields(fields: LogFields): string {
  let text = "";
  let below = "";
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    if (typeof value === "string" && value.includes("\n")) below += `\n${value}`;
    else text += ` ${name}=${typeof value === "string" && !/^[\w.:/+-]+$/.test(value) ? JSON.stringify(value) : String(value)}`;
  }
  return text + below;
}
