import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { chooseRuntime } from "../../bin/runtime.js";
import { bunBinary } from "./process.ts";

const folder = mkdtempSync(join(tmpdir(), "setosa-runtime-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that says it is this version of Bun. */
function fakeBun(name: string, version: string): string {
  const bin = join(folder, name);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "bun"), `#!/bin/sh\necho ${version}\n`);
  chmodSync(join(bin, "bun"), 0o755);
  return bin;
}

/** A world without platform packages. */
const bare = { env: { PATH: "/nowhere" } as Record<string, string>, cwd: folder, own: folder, versions: {} };

describe("chooseRuntime", () => {
  it("takes the pinned platform package first", () => {
    const { bun, reason } = chooseRuntime(["serve", "models"], { env: {}, versions: {} });
    expect(bun).toBe(bunBinary());
    expect(reason).toMatch(/^found @oven\/bun-/);
  });

  it("takes Bun on the PATH when it is recent", () => {
    const path = fakeBun("recent", "1.9.0");
    expect(chooseRuntime(["serve"], { ...bare, env: { PATH: `/nowhere:${path}` } })).toEqual({
      bun: join(path, "bun"),
      reason: `found ${join(path, "bun")} on the PATH`,
    });
  });

  it.each([
    ["old", "1.0.36", "is 1.0.36, older than 1.4.0"],
    ["garbled", "hello", "is hello, older than 1.4.0"],
  ])("passes by a Bun that is %s", (name, version, why) => {
    const path = fakeBun(name, version);
    expect(chooseRuntime(["serve"], { ...bare, env: { PATH: path } })).toEqual({ reason: `${join(path, "bun")} ${why}` });
  });

  it("passes by a Bun that does not run, and by an empty file of a package that was not installed", () => {
    const path = fakeBun("broken", "1.9.0");
    writeFileSync(join(path, "bun"), "#!/bin/sh\nexit 1\n");
    const os = process.platform === "win32" ? "windows" : process.platform;
    const packaged = join(
      folder,
      "project",
      "node_modules",
      "@oven",
      `bun-${os}-${process.arch === "arm64" ? "aarch64" : process.arch}`,
      "bin",
    );
    mkdirSync(packaged, { recursive: true });
    writeFileSync(join(packaged, "bun"), "");
    expect(chooseRuntime(["serve"], { ...bare, cwd: join(folder, "project"), env: { PATH: path } })).toEqual({
      reason: `${join(path, "bun")} does not run`,
    });
  });

  it("does what it is asked to, the command line before the environment", () => {
    const path = fakeBun("asked", "1.9.0");
    const env = { PATH: path, SETOSA_RUNTIME: "node" };
    expect(chooseRuntime(["serve"], { ...bare, env })).toEqual({ reason: "SETOSA_RUNTIME=node" });
    expect(chooseRuntime(["serve", "--runtime=bun"], { ...bare, env })).toMatchObject({
      bun: join(path, "bun"),
      reason: expect.stringMatching(/^--runtime bun, found/),
    });
    expect(chooseRuntime(["serve", "--runtime", "node"], { ...bare, env: { PATH: path } })).toEqual({ reason: "--runtime node" });
    expect(chooseRuntime(["serve", "--runtime", "bun"], bare)).toEqual({ reason: "--runtime bun, but no Bun found" });
  });

  it("stays where it is when it is Bun already", () => {
    expect(chooseRuntime(["serve"], { ...bare, versions: { bun: "1.4.5" } })).toEqual({ reason: "the command was started with Bun" });
  });
});
