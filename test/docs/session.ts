import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { bunBinary, type Running, root, startSetosaIn } from "../e2e/process.ts";
import { type Block, commandsOf, setosaLine } from "./blocks.ts";
import { notCompared, notRun, reasonFor } from "./not-run.ts";

/** Files that a page's commands name, and that are not the example models. */
const prepared: Readonly<Record<string, (folder: string) => void>> = {
  "docs/command-line.md": (folder) => {
    writeFileSync(
      join(folder, "flowers.csv"),
      "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n",
    );
  },
  "docs/model-formats.md": (folder) => {
    cpSync(join(root, "test/fixtures/boosters/xgboost/binary-ubj.ubj"), join(folder, "model.ubj"));
    cpSync(join(root, "test/fixtures/boosters/lightgbm/binary.txt"), join(folder, "model.txt"));
  },
  "docs/repository.md": (folder) => {
    rmSync(join(folder, "models"), { recursive: true });
    mkdirSync(join(folder, "models/risk/1"), { recursive: true });
    cpSync(join(root, "models/loans.onnx"), join(folder, "models/risk/1/model.onnx"));
    cpSync(join(root, "models/loans.onnx"), join(folder, "risk-2.onnx"));
  },
};

/** Numbers in examples are rounded: they hold to five digits. */
function rounded(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(5)) : value));
}

/**
 * Runs a page as a reader would: in a folder of its own with the example models, one block after the other. What `setosa serve`
 * starts answers the commands below it; a page that starts nothing asks what `npm start` serves.
 */
export class PageSession {
  readonly folder = mkdtempSync(join(tmpdir(), "setosa-page-"));
  readonly #page: string;
  readonly #python: string | undefined;
  #server: Running | undefined;
  /** From the ports that the page says to those that were free. */
  #ports: Record<string, string> = {};
  #pythonSoFar = "";
  #programs = 0;

  constructor(page: string, python?: string) {
    this.#page = page;
    this.#python = python;
    cpSync(join(root, "models"), join(this.folder, "models"), { recursive: true });
    for (const name of readdirSync(join(root, "models"))) cpSync(join(root, "models", name), join(this.folder, name));
    mkdirSync(join(this.folder, "node_modules"));
    symlinkSync(process.env.SETOSA_BUILT ?? root, join(this.folder, "node_modules/setosa"));
    mkdirSync(join(this.folder, ".bin"));
    writeFileSync(
      join(this.folder, ".bin/setosa"),
      `#!/bin/sh\nexec "${process.execPath}" "${process.env.SETOSA_BUILT ?? root}/bin/setosa" "$@"\n`,
    );
    chmodSync(join(this.folder, ".bin/setosa"), 0o755);
    writeFileSync(join(this.folder, "package.json"), '{ "type": "module" }\n');
    prepared[page]?.(this.folder);
  }

  /** @param expected the block that follows: what is printed, where it is no program itself */
  async run(block: Block, expected: Block | undefined): Promise<void> {
    const output = expected !== undefined && ["text", "json", "csv"].includes(expected.language) ? expected : undefined;
    if (block.language === "sh") await this.#shell(block, output);
    else if (["ts", "typescript", "js"].includes(block.language)) await this.#script(block, output);
    else if (block.language === "python") await this.#pythonProgram(block, output);
  }

  async end(): Promise<void> {
    await this.#stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #shell(block: Block, output: Block | undefined): Promise<void> {
    const commands = commandsOf(block);
    for (const [index, command] of commands.entries()) {
      if (reasonFor(notRun, this.#page, command) !== undefined) continue;
      const setosa = setosaLine(command);
      if (setosa?.startsWith("setosa serve ")) {
        await this.#serve(setosa);
        continue;
      }
      const last = index === commands.length - 1 && output !== undefined;
      // Where no answer is shown it has to be a good one.
      const quiet = (setosa ?? command).replace(/^curl /, last ? "curl -sS " : "curl -sS --fail-with-body ");
      if (/localhost:\d/.test(quiet) && this.#server === undefined) await this.#serve("setosa serve models --default iris");
      const printed = this.#execute("bash", ["-c", this.#here(quiet)]);
      if (last && reasonFor(notCompared, this.#page, command) === undefined) compare(printed, output);
    }
  }

  async #script(block: Block, output: Block | undefined): Promise<void> {
    const code = this.#here(block.text);
    if (/localhost:\d/.test(block.text) && this.#server === undefined) await this.#serve("setosa serve models --default iris");
    this.#programs += 1;
    const file = `program-${this.#programs}.${block.language === "js" ? "js" : "ts"}`;
    writeFileSync(join(this.folder, file), this.#here(block.text));
    if (code.length > 0 && file.endsWith(".ts")) this.#checkTypes(file);
    const printed = this.#execute(bunBinary() ?? "bun", [file]);
    if (output !== undefined) compare(printed, output);
  }

  async #pythonProgram(block: Block, output: Block | undefined): Promise<void> {
    if (this.#python === undefined) return;
    if (/localhost:\d/.test(block.text) && this.#server === undefined) await this.#serve("setosa serve models --default iris");
    const before = this.#pythonSoFar;
    this.#pythonSoFar += `${block.text}\n`;
    const printed = this.#execute(this.#python, ["-c", this.#here(before + block.text)]);
    if (output !== undefined) compare(printed, output);
  }

  #checkTypes(file: string): void {
    const options = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "es2023",
      skipLibCheck: true,
      allowImportingTsExtensions: true,
    };
    const config = { compilerOptions: { ...options, types: ["node"], typeRoots: [join(root, "node_modules/@types")] }, files: [file] };
    writeFileSync(join(this.folder, "tsconfig.json"), JSON.stringify(config));
    this.#execute(join(root, "node_modules/.bin/tsc"), ["-p", "."]);
  }

  #execute(program: string, args: readonly string[]): string {
    const environment = { ...process.env, PATH: `${join(this.folder, ".bin")}:${process.env.PATH}`, NO_COLOR: "1" };
    try {
      return execFileSync(program, args, { cwd: this.folder, encoding: "utf8", env: environment, stdio: "pipe", timeout: 60_000 });
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      throw new Error(`${args.join(" ")}\n${stdout}${stderr}`, { cause: error });
    }
  }

  /** The text with the ports that this run has. */
  #here(text: string): string {
    return text.replaceAll(/localhost:(\d{4,5})/g, (whole, port: string) =>
      this.#ports[port] === undefined ? whole : `127.0.0.1:${this.#ports[port]}`,
    );
  }

  async #serve(line: string): Promise<void> {
    await this.#stop();
    const [, ...words] = splitWords(line);
    const admin = valueAfter(words, "--admin-port");
    const port = valueAfter(words, "--port") ?? "8080";
    const args = words.map((word, index) => (/^--(admin-|grpc-)?port$/.test(words[index - 1] ?? "") ? "0" : word));
    this.#server = startSetosaIn(this.folder, [...args, ...(args.includes("--port") ? [] : ["--port", "0"])], { SETOSA_RUNTIME: "bun" });
    const [, listening = ""] = await this.#server.waitFor(/(?:Listening on |"url":")http:\/\/[^:]+:(\d+)/);
    this.#ports = { [port]: listening };
    if (admin !== undefined) this.#ports[admin] = (await this.#server.waitFor(/Operators on \D*[^:]*:(\d+)/))[1] ?? "";
  }

  async #stop(): Promise<void> {
    const status = await this.#server?.stop();
    if (status !== undefined && status !== 0) throw new Error(`the server ended with ${status}:\n${this.#server?.errors()}`);
    this.#server = undefined;
  }
}

function compare(printed: string, output: Block): void {
  if (output.language === "json") expect(rounded(printed), output.place).toEqual(rounded(output.text));
  else expect(printed.trim(), output.place).toBe(output.text);
}

function valueAfter(words: readonly string[], option: string): string | undefined {
  const index = words.indexOf(option);
  return index < 0 ? undefined : words[index + 1];
}

/** Words as a shell parts them, for the plain commands of documents. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain ?? "");
}
