import { SetosaError } from "../errors.ts";
import { printGraph } from "../graph/print.ts";
import { describeModel } from "../models/describe.ts";
import { loadLibrary } from "../models/load-library.ts";
import type { Command } from "./command.ts";
import { describeText } from "./describe-text.ts";
import { parseOptions } from "./options.ts";
import { engineOption, parityOption } from "./serve-options.ts";

const options = {
  json: { kind: "flag", help: "as JSON, for programs" },
  graph: { kind: "flag", help: "with the graph" },
  engine: engineOption,
  "no-parity": parityOption,
} as const;

export const inspect: Command = {
  name: "inspect",
  summary: "Shows what a model takes and answers, what runs it and why, and whether it answers as in training.",
  usage: "PATH… [options]   (PATH: a model file, or a folder of them)",
  options,
  examples: ["setosa inspect iris.onnx", "setosa inspect iris.onnx --graph", "setosa inspect models --json"],
  run: async (argv, { environment, output }) => {
    const { values, positionals } = parseOptions(argv, options, environment);
    if (positionals.length === 0)
      throw new SetosaError("ARGUMENT_INVALID", "inspect needs a model.", { hint: "Write setosa inspect model.onnx." });
    const { list } = await loadLibrary(positionals, { engine: values.engine ?? "auto", parity: values["no-parity"] !== true });
    try {
      if (values.json === true) {
        const models = list.map((model) => ({
          ...describeModel(model),
          ...(values.graph === true ? { graph: printGraph(model.graph) } : {}),
        }));
        output.write(`${JSON.stringify({ models }, null, 2)}\n`);
      } else output.write(list.map((model) => describeText(model, values.graph === true)).join("\n"));
      return 0;
    } finally {
      await Promise.all(list.map((model) => model.close()));
    }
  },
};
