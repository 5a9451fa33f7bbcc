import { readFile } from "node:fs/promises";
import { SetosaError } from "../errors.ts";
import type { HttpRequest } from "../protocols/exchange.ts";
import { createGate } from "./access/gate.ts";
import { type ApiKeys, parseKeys } from "./access/key-file.ts";
import { withGate } from "./access/with-gate.ts";
import { withCors } from "./cors.ts";
import { type Live, liveFiles } from "./live-files.ts";
import { type LiveTls, liveTls, type TlsFiles } from "./tls/tls-material.ts";
import type { Application } from "./transport.ts";

/** Who may ask, and over what: nothing of it by default. */
export interface Security {
  readonly keys: Live<ApiKeys> | undefined;
  readonly tls: LiveTls | undefined;
  readonly corsOrigins: readonly string[];
}

export interface SecurityFiles {
  readonly keys: string | undefined;
  readonly tls: TlsFiles | undefined;
  readonly corsOrigins: readonly string[];
}

/**
 * Reads keys and certificates, and goes on looking at them.
 * @throws SetosaError ARGUMENT_INVALID
 */
export async function openSecurity({ keys, tls, corsOrigins }: SecurityFiles, log: (line: string) => void): Promise<Security> {
  return {
    keys: keys === undefined ? undefined : await liveFiles({ files: [keys], read: () => readKeys(keys), name: "API keys", log }),
    tls: tls === undefined ? undefined : await liveTls(tls, log),
    corsOrigins,
  };
}

/** Reads all files again: for a signal. */
export async function reloadSecurity({ keys, tls }: Security): Promise<void> {
  await Promise.all([keys?.reload(), tls?.reload()]);
}

export interface GuardOptions {
  readonly security: Security;
  /** Paths that need no key. */
  readonly open: Iterable<string>;
  /** Other requests that need none. */
  readonly isOpen?: ((request: HttpRequest) => boolean) | undefined;
  readonly admin: boolean;
  /** Processes that share a key's rate. */
  readonly share: number;
  readonly modelOf: (path: string) => string | undefined;
}

/** The application behind what the options ask for; itself where they ask for nothing. */
export function guard(application: Application, { security, open, isOpen, admin, share, modelOf }: GuardOptions): Application {
  const { keys, corsOrigins } = security;
  let guarded = application;
  if (keys !== undefined) {
    const paths = new Set(open);
    const needsNone = (request: HttpRequest) => paths.has(request.path) || isOpen?.(request) === true;
    const gate = createGate({ keys: keys.current, open: needsNone, admin, share, now: () => performance.now() });
    keys.onChange((next) => gate.replace(next));
    guarded = withGate(guarded, gate, modelOf);
  }
  return corsOrigins.length === 0 || admin ? guarded : withCors(guarded, corsOrigins);
}

async function readKeys(file: string): Promise<ApiKeys> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetosaError("ARGUMENT_INVALID", `The file of API keys cannot be read: ${reason}.`, {
      path: "--api-keys",
      hint: `Make it with setosa keys add NAME --api-keys ${file}.`,
      cause,
    });
  }
  return parseKeys(text, file);
}
