import { SetosaError } from "../errors.ts";
import { readModel } from "../formats/registry.ts";
import type { Graph } from "../graph/graph.ts";
import { printGraph } from "../graph/print.ts";
import { describeModel } from "../models/describe.ts";
import { loadLibrary } from "../models/load-library.ts";
import { defaultMaxBytes } from "../models/load-model.ts";
import type { Model } from "../models/model.ts";
import { readFile } from "../models/read-file.ts";
import type { Command } from "./command.ts";
import { describeText } from "./describe-text.ts";
import { drawDot, drawMermaid } from "./graph/mermaid.ts";
import { drawingPlan } from "./graph/plan.ts";
import { drawText } from "./graph/text.ts";
import { parseOptions } from "./options.ts";
import { engineOption, parityOption } from "./serve-options.ts";

const options = {
  json: { kind: "flag", help: "as JSON, for programs" },
  graph: { kind: "flag", help: "with every node of the graph in words" },
  draw: {
    kind: "text",
    value: "FORMAT",
    choices: ["text", "mermaid", "dot"],
    help: "the drawing of the graph alone, as text, for Mermaid or for Graphviz",
  },
  engine: engineOption,
  "no-parity": parityOption,
} as const;

/** With its weights, which a loaded model no longer has, to count and to measure them. */
async function wholeGraph({ source, graph }: Model): Promise<Graph> {
  return source === undefined ? graph : readModel(await readFile(source, defaultMaxBytes)).graph;
}

function drawn(graph: Graph, format: "text" | "mermaid" | "dot", columns: number): string {
  const plan = drawingPlan(graph);
  if (format === "text") return `${drawText(plan, columns)}\n`;
  return format === "dot" ? drawDot(plan) : drawMermaid(plan);
}

export const inspect: Command = {
  name: "inspect",
  summary: "shows what a model takes and answers, its engine and its graph",
  description: "Shows what a model takes and answers, what runs it and why, whether it answers as in training, and draws its graph.",
  usage: "PATH… [options]   (PATH: a model file, or a folder of them)",
  options,
  examples: [
    "setosa inspect iris.onnx",
    "setosa inspect iris.onnx --graph",
    "setosa inspect iris.onnx --draw mermaid",
    "setosa inspect models --json",
  ],
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
      } else {
        const { draw, graph = false } = values;
        const columns = output.columns;
        for (const [index, model] of list.entries()) {
          const whole = await wholeGraph(model);
          const text = draw === undefined ? describeText(model, { whole, graph, columns }) : drawn(whole, draw, columns);
          output.write(index === 0 ? text : `\n${text}`);
        }
      }
      return 0;
    } finally {
      await Promise.all(list.map((model) => model.close()));
    }
  },
};
