import { describe, expect, it } from "vitest";
import { readTraceContext } from "./trace-context.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const parentId = "b7ad6b7169203331";
const parent = `00-${traceId}-${parentId}-01`;

describe("readTraceContext", () => {
  it("reads version 00, and of later versions what it knows", () => {
    expect(readTraceContext(parent, undefined)).toEqual({ traceId, parentId, flags: 1, state: undefined });
    expect(readTraceContext(`00-${traceId}-${parentId}-00`, null)?.flags).toBe(0);
    expect(readTraceContext(`cc-${traceId}-${parentId}-03`, undefined)?.flags).toBe(3);
    expect(readTraceContext(`cc-${traceId}-${parentId}-01-what-the-future-brings`, undefined)?.flags).toBe(1);
  });

  it.each([
    ["nothing", undefined],
    ["an empty one", ""],
    ["version ff", `ff-${traceId}-${parentId}-01`],
    ["more behind version 00", `${parent}-more`],
    ["more behind a later version without a dash", `cc-${traceId}-${parentId}-01.more`],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${parentId}-01`],
    ["a parent of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["capitals", `00-${traceId.toUpperCase()}-${parentId}-01`],
    ["too short an id", `00-${traceId.slice(1)}-${parentId}-01`],
    ["flags of one digit", `00-${traceId}-${parentId}-1`],
    ["no digits", `00-${traceId}-${parentId}-xy`],
    ["two of them", `${parent}, ${parent}`],
  ])("ignores %s", (_, given) => {
    expect(readTraceContext(given, "a=b")).toBeUndefined();
  });

  it("keeps a valid state, without its empty members and spaces", () => {
    const state = (given: string) => readTraceContext(parent, given)?.state;
    expect(state("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")).toBe("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    expect(state(" a=1 ,, \tb=2 ")).toBe("a=1,b=2");
    expect(state("tenant@system=x y")).toBe("tenant@system=x y");
    expect(state(Array.from({ length: 32 }, (_, index) => `k${index}=v`).join())).toBeDefined();
  });

  it.each([
    ["no value", "a"],
    ["a key twice", "a=1,a=2"],
    ["a capital", "A=1"],
    ["33 members", Array.from({ length: 33 }, (_, index) => `k${index}=v`).join()],
    ["an equals sign in a value", "a=b=c"],
    ["too many characters", `a=${"v".repeat(250)},b=${"v".repeat(250)},c=${"v".repeat(20)}`],
    ["nothing", ""],
  ])("drops a state with %s, and keeps the trace", (_, given) => {
    expect(readTraceContext(parent, given)).toMatchObject({ traceId, state: undefined });
  });
});
