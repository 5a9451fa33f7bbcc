import { describe, expect, it } from "vitest";
import { checkMachine } from "./checks.ts";
import type { Machine } from "./machine.ts";

const healthy: Machine = {
  platform: "linux",
  versions: { node: "22.1.0" },
  runtimeReason: "found bun",
  cores: { present: 8, allowed: 2 },
  memory: { total: 8e9, free: 4e9, limit: undefined },
  descriptors: 20_000,
  simd: true,
  package: () => "1.0.0",
  portProblem: async () => undefined,
  temporaryProblem: async () => undefined,
  temporaryFolder: "/tmp",
};

const find = async (change: Partial<Machine>) => {
  const checks = await checkMachine({ ...healthy, ...change }, { host: "127.0.0.1", port: 80 });
  return checks.filter(({ status }) => status !== "ok");
};

describe("checkMachine", () => {
  it("finds nothing wrong where nothing is", async () => {
    expect(await find({})).toEqual([]);
  });

  it.each<[string, Partial<Machine>, "warn" | "fail", string]>([
    ["runtime", { versions: { node: "18.0.0" } }, "fail", "Install Node 20.19"],
    ["server runtime", { runtimeReason: "no Bun found" }, "warn", "npm install @oven/bun"],
    ["WebAssembly", { simd: false }, "warn", "2021"],
    ["memory", { memory: { total: 8e9, free: 4e9, limit: 1e8 } }, "warn", "120 MB"],
    ["open files", { descriptors: 1024 }, "warn", "ulimit -n"],
    ["port 80", { portProblem: async () => "EADDRINUSE" }, "fail", "--port"],
    ["port 80", { portProblem: async () => "EACCES" }, "fail", "1024"],
    ["shared port", { platform: "darwin" }, "warn", "one worker"],
    ["temporary files", { temporaryProblem: async () => "EROFS" }, "warn", "TMPDIR"],
  ])("says of %s what to do", async (name, change, status, fix) => {
    expect(await find(change)).toEqual([expect.objectContaining({ name, status, fix: expect.stringContaining(fix) })]);
  });

  it("tells a package that is broken from one that is not there", async () => {
    expect(await find({ package: () => undefined })).toEqual([]);
    const broken = () => {
      throw new Error("wrong ELF class\nand more");
    };
    expect((await find({ package: broken }))[0]).toMatchObject({ status: "warn", found: "does not load: wrong ELF class" });
  });
});
