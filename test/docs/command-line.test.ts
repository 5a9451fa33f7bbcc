import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withConfig } from "../../src/cli/config-file.ts";
import { predictOptions } from "../../src/cli/predict-options.ts";
import { serveOptions } from "../../src/cli/serve-options.ts";
import { startSetosa } from "../e2e/process.ts";
import { blocksOf, pairsOf } from "./blocks.ts";

const page = "docs/command-line.md";

describe("the commands of docs/command-line.md", () => {
  const shown = pairsOf(page, "sh", "setosa").filter(({ output }) => output?.language === "json" || output?.language === "text");

  it("are there", () => expect(shown.length).toBeGreaterThan(1));

  it.each(shown)("$code", async ({ code, output }) => {
    const words = [...code.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
    const running = startSetosa(words.slice(1));
    expect(await running.ended()).toBe(0);
    if (output?.language === "json") expect(JSON.parse(running.output())).toEqual(JSON.parse(output.text));
    else expect(running.output().trim()).toBe(output?.text);
  });

  it("show an error as it is", async () => {
    const running = startSetosa(["inspect", "nowhere.onnx"]);
    expect(await running.ended()).toBe(4);
    expect(blocksOf(page).map(({ text }) => text)).toContain(running.errors().trim());
  });

  it("have a file of options that is one", () => {
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
