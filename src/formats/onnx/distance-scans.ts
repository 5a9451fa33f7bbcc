import { intAttribute, intsAttribute } from "../../graph/attributes.ts";
import { type Attribute, isOpaque, type Node } from "../../graph/graph.ts";
import { type OnnxGraph, readGraph } from "./model.ts";

/**
 * skl2onnx writes the distances between rows and trained points as a loop (Scan) over the points, whose body takes
 * the difference to all rows and reduces it. Such a loop is one CDist, whose result is transposed.
 */
export function replaceDistanceScans(graph: OnnxGraph): OnnxGraph {
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const metric = node.domain === "" && node.operator === "Scan" ? distanceOf(node) : undefined;
    const [rows = "", points = ""] = node.inputs;
    const [state = "", distances = ""] = node.outputs;
    if (metric === undefined) return [node];
    const table = `${distances}/by row`;
    const metricAttribute: Attribute = { kind: "string", value: metric };
    const order: Attribute = { kind: "ints", value: Float64Array.of(1, 0) };
    const made: Node[] = [
      {
        ...node,
        domain: "com.microsoft",
        operator: "CDist",
        inputs: [rows, points],
        outputs: [table],
        attributes: new Map([["metric", metricAttribute]]),
      },
      { ...node, name: "", operator: "Transpose", inputs: [table], outputs: [distances], attributes: new Map([["perm", order]]) },
    ];
    // The state goes through unchanged.
    return state === ""
      ? made
      : [...made, { ...node, name: "", operator: "Identity", inputs: [rows], outputs: [state], attributes: new Map() }];
  });
  return { ...graph, nodes };
}

/** What the loop computes for every point; undefined for any other loop. */
function distanceOf(node: Node): "sqeuclidean" | "cityblock" | undefined {
  const body = node.attributes.get("body");
  if (body?.kind !== "opaque" || body.subgraph === undefined || intAttribute(node, "num_scan_inputs", 0) !== 1) return undefined;
  const isPlain = ["scan_input_axes", "scan_input_directions", "scan_output_axes", "scan_output_directions"].every((name) =>
    (intsAttribute(node, name) ?? new Float64Array()).every((value) => value === 0),
  );
  const { inputs, outputs, nodes, constants } = readGraph(body.subgraph);
  const [state, point] = inputs.map(({ name }) => name);
  const [nextState, result] = outputs.map(({ name }) => name);
  if (!isPlain || inputs.length !== 2 || outputs.length !== 2 || node.inputs.length !== 2) return undefined;
  const makers = new Map(nodes.map((one) => [one.outputs[0] ?? "", one]));
  const origin = (name: string | undefined): string | undefined => {
    let at = name;
    // As many steps as there are nodes: a damaged body may go in circles.
    for (let step = 0; step <= nodes.length; step++) {
      const maker = makers.get(at ?? "");
      if (maker?.operator !== "Identity") return at;
      at = maker.inputs[0];
    }
    return undefined;
  };
  const maker = (name: string | undefined, operator: string): Node | undefined => {
    const found = makers.get(origin(name) ?? "");
    return found?.domain === "" && found.operator === operator ? found : undefined;
  };
  const alongColumns = (reduction: Node): boolean => {
    const input = constants.get(reduction.inputs[1] ?? "");
    const axes = intsAttribute(reduction, "axes") ?? (input === undefined || isOpaque(input) || input.dtype === "string" ? [] : input.data);
    return axes.length === 1 && axes[0] === 1 && intAttribute(reduction, "keepdims", 1) === 0;
  };
  const squares = maker(result, "ReduceSumSquare");
  const sums = maker(result, "ReduceSum");
  const reduction = squares ?? sums;
  const sizes = squares ?? maker(sums?.inputs[0], "Abs");
  const difference = maker(sizes?.inputs[0], "Sub")?.inputs.map(origin) ?? [];
  const isDifference = difference.length === 2 && difference.includes(state) && difference.includes(point);
  if (reduction === undefined || !alongColumns(reduction) || !isDifference || origin(nextState) !== state) return undefined;
  return squares === undefined ? "cityblock" : "sqeuclidean";
}
