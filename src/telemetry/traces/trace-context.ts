/** Where a request stands in somebody's trace (W3C Trace Context, level 1, and the flags of level 2). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: the span that called. */
  readonly parentId: string;
  /** Two digits of flags, as a number. */
  readonly flags: number;
  /** What vendors added; undefined where there is nothing valid. */
  readonly state: string | undefined;
}

export const sampledFlag = 1;
/** The trace id's lower 56 bits are random (level 2). */
export const randomFlag = 2;

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads `traceparent` and `tracestate`. What does not follow the specification is ignored, as it demands: the request then
 * begins a trace of its own.
 */
export function readTraceContext(parent: string | null | undefined, state: string | null | undefined): TraceContext | undefined {
  const [, version, traceId, parentId, flags, more] = pattern.exec(parent ?? "") ?? [];
  if (version === undefined || traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  // ff is no version, 00 has nothing behind its flags; later ones may (section 3.2.4).
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, flags: Number.parseInt(flags, 16), state: readTraceState(state) };
}

const member =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const mostMembers = 32;
const longestState = 512;

/** An invalid list is dropped whole, and the trace goes on (section 3.3.1). */
function readTraceState(given: string | null | undefined): string | undefined {
  if (given === null || given === undefined || given.length > longestState) return undefined;
  const members = given
    .split(",")
    .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((text) => text !== "");
  if (members.length === 0 || members.length > mostMembers || !members.every((text) => member.test(text))) return undefined;
  const keys = members.map((text) => text.slice(0, text.indexOf("=")));
  return new Set(keys).size === keys.length ? members.join(",") : undefined;
}
