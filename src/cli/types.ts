import { basename, dirname } from "node:path";
import { SetosaError } from "../errors.ts";
import { readModel } from "../formats/registry.ts";
import { findModels } from "../models/find-models.ts";
import { defaultMaxBytes } from "../models/load-model.ts";
import { modelIdentity } from "../models/model-identity.ts";
import { readFile } from "../models/read-file.ts";
import { type TypedModel, typesModule } from "../typescript/model-types.ts";
import type { Command } from "./command.ts";
import { parseOptions } from "./options.ts";
import { writeFiles } from "./write-files.ts";

const options = {
  output: { kind: "text", short: "o", value: "FILE", help: "write to this file instead of standard output" },
  force: { kind: "flag", help: "replace the file where it is there already" },
  json: { kind: "flag", help: "say what was written, or give the types, as JSON" },
} as const;

export const types: Command = {
  name: "types",
  summary: "writes TypeScript types of what models take and answer",
  description: "Writes TypeScript types of what models take and answer, for setosa/client and for your own code.",
  usage: "PATH… [options]   (PATH: a model file, or a folder of them)",
  options,
  examples: ["setosa types iris.onnx", "setosa types models -o src/models.ts --force"],
  run: async (argv, { environment, output }) => {
    const { values, positionals } = parseOptions(argv, options, environment);
    if (positionals.length === 0)
      throw new SetosaError("ARGUMENT_INVALID", "types needs a model.", { hint: "Write setosa types model.onnx." });
    const text = typesModule(await readTypes(positionals));
    if (values.output === undefined) {
      output.write(values.json === true ? `${JSON.stringify({ types: text }, null, 2)}\n` : text);
      return 0;
    }
    const files = new Map([[basename(values.output), new TextEncoder().encode(text)]]);
    const [written] = await writeFiles(dirname(values.output), files, { force: values.force === true });
    output.write(values.json === true ? `${JSON.stringify({ files: [written] }, null, 2)}\n` : `${written?.change} ${values.output}\n`);
    return 0;
  },
};

/** The models' newest versions. Nothing of them is compiled or run. */
async function readTypes(paths: readonly string[]): Promise<TypedModel[]> {
  const models = new Map<string, TypedModel>();
  for (const path of paths)
    for (const source of await findModels(path)) {
      const { signature } = readModel(await readFile(source.path, defaultMaxBytes, source.root));
      const model = { ...modelIdentity(signature, source, source.path), signature };
      models.set(model.name, model);
    }
  return [...models.values()];
}
