import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { benchOptions } from "../../src/cli/bench-options.ts";
import { readPlan, splitLine } from "../../src/cli/bench-plan.ts";
import { parseOptions } from "../../src/cli/options.ts";
import { root } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { blocksOf, pairsOf } from "./blocks.ts";

/** Numbers in examples are rounded: they hold to five digits. */
function rounded(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(5)) : value));
}

const cloud = "docs/wire/sagemaker-vertex.md";

describe.each([
  { file: "README.md" },
  { file: "docs/wire/predict.md" },
  { file: "docs/wire/mlflow.md" },
  { file: "docs/wire/tables.md" },
  { file: cloud, platform: "sagemaker", about: "8080/invocations" },
  { file: cloud, platform: "vertex", about: "8080/predict" },
])("the curl commands of $file $platform", ({ file, platform = "none", about = "" }) => {
  const server = sharedServer("bun", ["models", "--default", "iris", "--platform", platform]);
  const commands = pairsOf(file, "sh", "curl").filter(({ code }) => code.includes(about));

  it("are there", () => expect(commands.length).toBeGreaterThan(about === "" ? 1 : 0));

  it.each(commands)("$code", ({ code, output }) => {
    const printed = execFileSync("bash", ["-c", code.replace("curl", "curl -s").replaceAll("http://localhost:8080", server().url)], {
      encoding: "utf8",
    });
    if (output?.language === "json") expect(rounded(printed)).toEqual(rounded(output.text));
    else expect(printed.trim()).toBe(output?.text);
  });
});

describe.each(["README.md", "docs/library.md"])("the TypeScript of %s", (file) => {
  it("runs and prints what it says", () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-docs-"));
    try {
      mkdirSync(join(folder, "node_modules"));
      // The sources under the package's own name; Bun runs them as they are.
      symlinkSync(root, join(folder, "node_modules", "setosa"));
      for (const name of ["iris", "loans"]) copyFileSync(join(root, "models", `${name}.onnx`), join(folder, `${name}.onnx`));
      const programs = pairsOf(file, "ts");
      expect(programs.length).toBeGreaterThan(0);
      for (const { code, output } of programs) {
        writeFileSync(
          join(folder, "main.ts"),
          code.replace(/from "setosa(\/\w+)?"/g, (_, path = "") => `from ${JSON.stringify(join(root, "src", path, "index.ts"))}`),
        );
        const printed = execFileSync(join(root, "node_modules/@oven", bunPackage(), "bin/bun"), ["main.ts"], {
          cwd: folder,
          encoding: "utf8",
        });
        expect(printed.trim()).toBe(output?.text);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function bunPackage(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `bun-${system}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
}

/** Snippets that need a server, or are in the middle of a program: what they would print is in the tests of what they are about. */
describe("the snippets of docs/client.md and docs/compile.md", () => {
  const server = sharedServer("bun", ["models"]);

  it("run as they stand", () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-docs-"));
    try {
      mkdirSync(join(folder, "src"));
      symlinkSync(join(root, "models"), join(folder, "models"));
      copyFileSync(join(root, "models/iris-forest.onnx"), join(folder, "iris-forest.onnx"));
      const setosa = join(process.env.SETOSA_BUILT ?? root, "bin/setosa");
      for (const file of ["docs/client.md", "docs/compile.md"]) {
        const lines = blocksOf(file).flatMap(({ language, text }) => (language === "sh" ? text.split("\n") : []));
        for (const line of lines.filter((text) => /^setosa (types|compile) (models|iris-forest)/.test(text)))
          execFileSync(process.execPath, [setosa, ...line.split(" ").slice(1)], { cwd: folder, stdio: "pipe" });
      }
      const [client = ""] = blocksOf("docs/client.md").flatMap(({ language, text }) => (language === "typescript" ? [text] : []));
      const [compiled = ""] = blocksOf("docs/compile.md").flatMap(({ language, text }) => (language === "js" ? [text] : []));
      const programs = {
        "src/client.ts": `${client
          .replace('"setosa/client"', JSON.stringify(join(root, "src/client/index.ts")))
          .replace("http://localhost:8080", server().url)}\nconsole.log(answer.prediction, predictions.length, models.length > 1);`,
        "compiled.js": `${compiled}\nconsole.log(prediction, Object.keys(probabilities).length);`,
      };
      const printed = Object.entries(programs).map(([name, text]) => {
        writeFileSync(join(folder, name), text);
        return execFileSync(join(root, "node_modules/@oven", bunPackage(), "bin/bun"), [name], { cwd: folder, encoding: "utf8" }).trim();
      });
      expect(printed).toEqual(["repaid 1 true", "Iris-Setosa 3"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.each(["README.md", "docs/bench.md"])("the bench commands of %s", (file) => {
  const lines = blocksOf(file)
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.split("\n"))
    .filter((line) => /^(npx )?setosa bench /.test(line));

  it("are there", () => expect(lines.length).toBeGreaterThan(0));

  it.each(lines)("%s", (text) => {
    const line = splitLine(text.replace(/^(npx )?setosa bench /, "").split(" "));
    const { values, positionals } = parseOptions(line.options, benchOptions, {});
    const { targets } = readPlan(values, positionals, line, { requests: [], words: "" });
    expect(targets.length).toBeGreaterThan(0);
  });
});

describe("README", () => {
  it("names commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const commands = blocksOf("README.md").flatMap(({ language, text }) => (language === "sh" ? text.split("\n") : []));
    expect(commands[0]).toMatch(/^npm ci && npm start/);
    expect(commands[1]).toMatch(/^npm ci && npm test/);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test"]));
  });

  it("links to files that exist", () => {
    for (const [, target = ""] of readFileSync(join(root, "README.md"), "utf8").matchAll(/\]\(((?!https?:)[^)#]+)/g))
      expect(existsSync(join(root, target)), target).toBe(true);
  });
});
