import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../models/repository/scan.ts";
import { holdKeptFiles, keepFiles } from "./kept-files.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-kept-"));
  path = join(folder, "a.onnx");
  writeFileSync(path, "good");
});
afterEach(() => rmSync(folder, { recursive: true }));

const served = () => ({ path, fingerprint: fingerprintOf(statSync(path, { bigint: true })), name: "a", version: "1" });

function replace(text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

describe.runIf(process.platform === "linux")("keepFiles", () => {
  it("can read a file in whose place another one lies, until all workers serve from that", () => {
    const kept = keepFiles();
    const good = served();
    kept.serves(0, [good]);
    kept.serves(1, [good]);
    replace("bad");
    expect(kept.files).toMatchObject([good]);
    const [{ keptAt } = { keptAt: "" }] = kept.files;
    expect(readFileSync(keptAt, "utf8")).toBe("good");
    // A worker that starts serves from the old file as well.
    kept.serves(1, [good]);
    expect(readFileSync(keptAt, "utf8")).toBe("good");
    replace("better");
    kept.serves(0, [served()]);
    expect(readFileSync(kept.files[0]?.keptAt ?? "", "utf8")).toBe("better");
    // One that is late does not bring the old one back.
    kept.serves(1, [good]);
    expect(readFileSync(kept.files[0]?.keptAt ?? "", "utf8")).toBe("better");
    kept.serves(0, []);
    expect(kept.files).toHaveLength(1);
    kept.serves(1, []);
    expect(kept.files).toHaveLength(0);
  });

  it("holds what is kept in a process of its own, and nothing that has taken its place", async () => {
    const kept = keepFiles();
    const good = served();
    kept.serves(0, [good]);
    replace("bad");
    const held = await holdKeptFiles(async () => kept.files);
    kept.serves(0, []);
    expect(readFileSync(held.files[0]?.keptAt ?? "", "utf8")).toBe("good");
    held.release();

    replace("better");
    const better = served();
    kept.serves(0, [better]);
    let asked = 0;
    // As if another file had taken its place meanwhile, and at the third time not.
    const stale = await holdKeptFiles(async () => kept.files.map((file) => (++asked < 3 ? { ...file, fingerprint: "another" } : file)));
    expect(asked).toBe(3);
    expect(readFileSync(stale.files[0]?.keptAt ?? "", "utf8")).toBe("better");
    stale.release();
    const none = await holdKeptFiles(async () => kept.files.map((file) => ({ ...file, fingerprint: "another" })));
    expect(none.files).toEqual([]);
    kept.serves(0, []);
  });

  it("keeps nothing that is not what was served", () => {
    const kept = keepFiles();
    const good = served();
    replace("bad");
    kept.serves(0, [good]);
    expect(kept.files).toHaveLength(0);
    rmSync(path);
    kept.serves(0, [good]);
    expect(kept.files).toHaveLength(0);
  });
});
