import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bunBinary, type Runtime, root, runtimes, start, startScript } from "../e2e/process.ts";

const script = "test/conformance/predict-on-onnxruntime.ts";

describe.each(runtimes)("a script that needs onnxruntime, under %s", (runtime) => {
  it("gets its answers and ends by itself", async () => {
    const running = startScript(runtime, script, []);
    expect(await running.ended(), running.errors()).toBe(0);
    expect(JSON.parse(running.output())).toEqual({
      engine: "onnxruntime",
      reason: 'The compiler does not cover LpPool (node "sums"): there is no kernel for it.',
      sums: Array.from({ length: 100 }, (_, first) => 4 * first + 8),
    });
  });
});

describe.each(runtimes)("a process that ends while onnxruntime computes, under %s", (runtime) => {
  it.each(["exit", "close"])("has the status that it was given, after %s", async (how) => {
    const running = startScript(runtime, "test/conformance/end-during-run.ts", [how]);
    expect([await running.ended(), running.output(), running.errors()]).toEqual([3, "running\n", ""]);
  });
});

describe.each(runtimes)("where onnxruntime-node is not as it should be, under %s", (runtime) => {
  let copy: string;
  beforeAll(async () => {
    // The sources with their one dependency, and nothing else to be found above them.
    copy = await mkdtemp(join(tmpdir(), "setosa-"));
    await cp(join(root, "src"), join(copy, "src"), { recursive: true });
    await cp(join(root, "test/onnx"), join(copy, "test/onnx"), { recursive: true });
    await cp(join(root, script), join(copy, script));
    await mkdir(join(copy, "node_modules"));
    await symlink(join(root, "node_modules/@bufbuild"), join(copy, "node_modules/@bufbuild"));
    await writeFile(join(copy, "package.json"), '{"type":"module"}');
  });
  afterAll(() => rm(copy, { recursive: true }));

  async function outcome(): Promise<unknown> {
    const running = startCopy(runtime, join(copy, script));
    expect(await running.ended(), running.errors()).toBe(0);
    return JSON.parse(running.output());
  }

  it("says how to install it, and which operator needs it", async () => {
    expect(await outcome()).toEqual({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringMatching(/needs onnxruntime, which is not installed .*LpPool \(node "sums"\)/),
      hint: "Run: npm install onnxruntime-node",
    });
  });

  it("says why one that is installed cannot be loaded", async () => {
    const broken = join(copy, "node_modules/onnxruntime-node");
    await mkdir(broken);
    await writeFile(join(broken, "package.json"), '{"name":"onnxruntime-node","main":"index.js"}');
    await writeFile(join(broken, "index.js"), 'throw new Error("libonnxruntime.so: wrong ELF class");');
    expect(await outcome()).toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: "onnxruntime-node is installed, but cannot be loaded: libonnxruntime.so: wrong ELF class",
    });
  });
});

function startCopy(runtime: Runtime, path: string) {
  if (runtime === "bun") return start(bunBinary() ?? "bun", [path]);
  // tsx by its place: the copy has none.
  return start(process.execPath, ["--import", pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href, path]);
}
