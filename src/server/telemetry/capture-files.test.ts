import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { captureFileName } from "../../telemetry/capture/file-names.ts";
import { openCaptureFiles } from "./capture-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-capture-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const warnings: string[] = [];
const open = (living: readonly number[] = [], mostBytes = 100) =>
  openCaptureFiles({
    folder,
    mostBytes,
    keep: 2,
    pid: 7,
    isAlive: (pid) => living.includes(pid),
    wallClock: () => Date.UTC(2026, 10, 25),
    warn: (message) => warnings.push(message),
  });
const contents = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));

describe("openCaptureFiles", () => {
  it("cuts off what a process that has ended left unfinished, however long it is, and nothing of one that lives", async () => {
    const file = (pid: number, text: string) => writeFileSync(join(folder, captureFileName(new Date(pid), pid, 1)), text);
    const texts = ["whole\n", "", "{}\ntorn", `{}\n${"torn".repeat(50_000)}`, "torn".repeat(50_000), `${"x".repeat(65_535)}\n`];
    texts.forEach((text, index) => file(index + 1, text));
    file(8, "being written");
    await (await open([8])).close();
    expect(contents()).toEqual(["whole\n", "", "{}\n", "{}\n", "", `${"x".repeat(65_535)}\n`, "being written"]);
  });

  it("fills files with whole lines, and keeps the newest", async () => {
    const files = await open();
    const line = (index: number) => `${String(index).padEnd(39)}\n`;
    expect(await files.append([line(1), line(2), line(3)])).toBe(0);
    expect(contents()).toEqual([line(1) + line(2), line(3)]);
    // Larger than a file may be: alone in one of its own.
    const long = `${"x".repeat(300)}\n`;
    expect(await files.append([long, line(4)])).toBe(0);
    await files.close();
    expect(contents()).toEqual([line(3), long, line(4)]);
  });

  it("counts what cannot be written, and goes on when it can be again", async () => {
    const files = await open();
    rmSync(folder, { recursive: true });
    expect(await files.append(["1\n", "2\n"])).toBe(2);
    expect(warnings.at(-1)).toMatch(/Captured requests are lost: ENOENT/);
    folder = mkdtempSync(folder);
    await files.close();
  });

  it("refuses a folder that cannot be", async () => {
    writeFileSync(join(folder, "file"), "");
    folder = join(folder, "file");
    await expect(open()).rejects.toMatchObject({ code: "ARGUMENT_INVALID", path: "--capture" });
    folder = join(folder, "..");
  });
});
