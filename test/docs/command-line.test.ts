import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withConfig } from "../../src/cli/config-file.ts";
import { predictOptions } from "../../src/cli/predict-options.ts";
import { serveOptions } from "../../src/cli/serve-options.ts";
import { startSetosa } from "../e2e/process.ts";
import { blocksOf } from "./blocks.ts";

const page = "docs/command-line.md";

describe("what docs/command-line.md shows", () => {
  it("has an error as it is", async () => {
    const running = startSetosa(["inspect", "nowhere.onnx"]);
    expect(await running.ended()).toBe(4);
    expect(blocksOf(page).map(({ text }) => text)).toContain(running.errors().trim());
  });

  it("has a file of options that is one", () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-docs-"));
    try {
      const file = join(folder, "setosa.json");
      writeFileSync(file, blocksOf(page).find(({ language, text }) => language === "json" && text.includes("paths"))?.text ?? "");
      const commands = ["serve", "predict"];
      const read = (command: string, table: typeof serveOptions | typeof predictOptions) =>
        withConfig([], { command, commands, table, environment: { SETOSA_CONFIG: file } });
      expect(read("serve", serveOptions)).toEqual(["--workers=2", "--port=9000", "--default=iris", "models"]);
      expect(read("predict", predictOptions)).toEqual(["--workers=2", "--on-error=skip"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
