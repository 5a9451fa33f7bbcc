import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../models/repository/scan.ts";
import { keepFiles } from "./kept-files.ts";

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
