import { gzipSync } from "node:zlib";
import { compileModel } from "../artifact/compile-model.ts";
import { SetosaError } from "../errors.ts";
import { defaultMaxBytes } from "../models/load-model.ts";
import { readFile } from "../models/read-file.ts";
import type { Command } from "./command.ts";
import { parseOptions } from "./options.ts";
import { parityOption } from "./serve-options.ts";
import { writeFiles } from "./write-files.ts";

const options = {
  output: { kind: "text", short: "o", value: "FOLDER", help: "where the files go; it is made where it is missing" },
  name: { kind: "text", value: "NAME", help: "of the model and its files, instead of the name in the model file" },
  force: { kind: "flag", help: "replace files that are there already" },
  "no-simd": { kind: "flag", help: "without 128-bit SIMD, for engines from before 2023" },
  "no-parity": parityOption,
  json: { kind: "flag", help: "say what was written as JSON, for programs" },
} as const;

export const compile: Command = {
  name: "compile",
  summary: "writes a model as WebAssembly, for browsers and any runtime",
  description: "Writes a model as WebAssembly with a small ES module and its types, for browsers, workers and any JavaScript runtime.",
  usage: "MODEL -o FOLDER [options]",
  options,
  examples: ["setosa compile iris-forest.onnx -o dist/", "setosa compile iris-forest.onnx -o dist/ --force"],
  run: async (argv, { environment, output }) => {
    const { values, positionals } = parseOptions(argv, options, environment);
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0 || values.output === undefined)
      throw new SetosaError("ARGUMENT_INVALID", "compile takes one model, and a folder to write to.", {
        hint: `Write setosa compile ${file ?? "model.onnx"} -o dist/.`,
      });
    const artifact = await compileModel(await readFile(file, defaultMaxBytes), {
      file,
      name: values.name,
      simd: values["no-simd"] !== true,
      parity: values["no-parity"] !== true,
    });
    const written = await writeFiles(values.output, artifact.files, { force: values.force === true });
    const files = written.map((one, index) => ({
      ...one,
      gzipped: gzipSync([...artifact.files.values()][index] ?? "", { level: 9 }).length,
    }));
    const { name, version, parity } = artifact;
    if (values.json === true) {
      output.write(`${JSON.stringify({ name, version, ...(parity === undefined ? {} : { parity }), files }, null, 2)}\n`);
      return 0;
    }
    const checked =
      parity === undefined ? "not checked: there are no parity rows, or they were skipped" : `parity ${parity.passed}/${parity.rows}`;
    output.write(`${name} ${version} (${checked})\n`);
    for (const { path, bytes, gzipped, change } of files)
      output.write(`  ${change} ${path}, ${kilobytes(bytes)}, ${kilobytes(gzipped)} gzipped\n`);
    return 0;
  },
};

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
