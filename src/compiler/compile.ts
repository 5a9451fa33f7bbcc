import { SetosaError } from "../errors.ts";
import type { Graph, ValueInfo } from "../graph/graph.ts";
import type { ArtifactValue, KernelArtifact } from "./artifact.ts";
import type { AnyValue } from "./control/control.ts";
import { Emitter } from "./emitter.ts";
import { hiddenLayers } from "./hidden-layers.ts";
import { instantiateKernel } from "./instantiate.ts";
import type { Kernel } from "./kernel.ts";
import { type TreeLayout, treeLayouts } from "./kernels/tree-ensemble/plan.ts";
import { Lowering } from "./lowering.ts";
import { MathFunctions } from "./math.ts";
import { MemoryPlan } from "./memory.ts";
import { NodeLowering } from "./node-lowering.ts";
import { bounded } from "./passes/bounded.ts";
import type { EvaluateNode } from "./passes/pass.ts";
import { type PassName, passNames, rewrite } from "./passes/registry.ts";
import { isStored, type RowsValue } from "./values.ts";
import { Vocabulary } from "./vocabulary.ts";
import { simdSupported } from "./wasm/features.ts";
import { WasmFunction } from "./wasm/function.ts";
import { WasmModule } from "./wasm/module.ts";

export interface CompileOptions {
  /** Whether to use 128-bit SIMD; by default where the host has it. */
  readonly simd?: boolean;
  /** Rows that the kernel takes at once; by default chosen so that a block stays in the cache. */
  readonly capacity?: number;
  /** How constants are evaluated while compiling; without it a node that reads only constants is refused. */
  readonly evaluate?: EvaluateNode;
  /** Rewritings to apply first; all of them by default. */
  readonly passes?: readonly PassName[];
  /** Layouts of trees to choose from; all of them by default. */
  readonly treeLayouts?: readonly TreeLayout[];
}

/** Rows of a block: enough to spread a call's cost, few enough that their intermediate values stay in the L2 cache. */
const defaultCapacity = 64;
/** A value that is wide, such as the distances to many points, gets fewer rows than that: memory must not grow with their product. */
const maxValueBytes = 2 ** 20;
/** A kernel that needs more memory than this is refused (wasm32 ends at 4 GiB; a model should not take half of it). */
const maxMemoryBytes = 2 ** 31;
/** A file of a few bytes can ask for values of any width (a convolution padded by 5,000, rows tiled): these are refused. */
const maxValuesBytes = 2 ** 28;

/**
 * Compiles a graph to a WebAssembly kernel.
 * @throws SetosaError OPERATOR_UNSUPPORTED naming the first node, input or output that is not covered
 */
export async function compile(source: Graph, options: CompileOptions = {}): Promise<Kernel> {
  return instantiateKernel(compileArtifact(source, options));
}

/**
 * Compiles a graph to the code and the data of a kernel, without running anything.
 * @throws SetosaError OPERATOR_UNSUPPORTED naming the first node, input or output that is not covered
 */
export function compileArtifact(source: Graph, options: CompileOptions = {}): KernelArtifact {
  const evaluate = bounded(options.evaluate, source);
  const graph = rewrite(source, options.passes ?? passNames, evaluate);
  const module = new WasmModule();
  const memory = new MemoryPlan();
  const vocabulary = new Vocabulary();
  const simd = options.simd ?? simdSupported();
  const lowering = new Lowering({
    memory,
    math: new MathFunctions(module),
    vocabulary,
    capacity: options.capacity ?? defaultCapacity,
    maxValueBytes: options.capacity === undefined ? maxValueBytes : Number.POSITIVE_INFINITY,
    simd,
    treeLayouts: options.treeLayouts ?? treeLayouts,
    evaluate,
  });

  const values = new Map<string, AnyValue>();
  const inputs = graph.inputs.map((info) => {
    const value = inputValue(info, lowering);
    values.set(info.name, value);
    return value;
  });
  const nodes = new NodeLowering(lowering, hiddenLayers(graph));
  nodes.lower(
    graph,
    graph.outputs.map(({ name }) => name),
    values,
  );
  const { capacity } = lowering;
  const outputs = graph.outputs.map((info) => outputValue(info, values.get(info.name)));

  module.add(entry(module, nodes.emits, false), "one");
  module.add(entry(module, nodes.emits, true), "many");
  if (memory.bytes > maxMemoryBytes || memory.valueBytes > maxValuesBytes)
    throw new SetosaError("OPERATOR_UNSUPPORTED", `The compiled model would need ${memory.bytes} bytes of memory.`);
  return {
    code: module.encode(memory.pages),
    constants: memory.constants,
    capacity,
    products: lowering.products,
    inputs: graph.inputs.map((info, position) => artifactValue(info, inputs[position])),
    outputs: graph.outputs.map((info, position) => artifactValue(info, outputs[position])),
    vocabulary: vocabulary.strings,
  };
}

function artifactValue(info: ValueInfo, value: RowsValue | undefined): ArtifactValue {
  if (value === undefined) throw new RangeError(`The graph's "${info.name}" has no value.`);
  const { dtype, width, shape, address } = value;
  return { info, dtype, width, shape, address };
}

/** The kernel's own function for one row, or for a block: every operator's code in a function of its own. */
function entry(module: WasmModule, emits: readonly ((emitter: Emitter) => void)[], block: boolean): WasmFunction {
  const parameters = block ? (["i32"] as const) : [];
  const main = new WasmFunction(parameters, ["i32"]);
  for (const emit of emits) {
    const fn = new WasmFunction(parameters, ["i32"]);
    emit(new Emitter(fn, block ? fn.parameter(0) : undefined));
    fn.const("i32", 0);
    if (block) main.get(main.parameter(0));
    main.call(module.add(fn));
    main.if(() => main.const("i32", 1).op("return"));
  }
  return main.const("i32", 0);
}

/** A graph's input is `[rows]` or `[rows, …known dimensions]`. */
function inputValue(input: ValueInfo, lowering: Lowering): RowsValue {
  const refuse = (why: string): never => {
    throw new SetosaError("OPERATOR_UNSUPPORTED", `The compiler does not cover the input "${input.name}": ${why}.`, { path: input.name });
  };
  const [first, ...rest] = input.shape;
  if (!isStored(input.dtype)) return refuse(`it is ${input.dtype}`);
  // A fixed batch other than 1 is part of what the model computes (it may mix rows).
  if (first === undefined || (typeof first === "number" && first !== 1)) return refuse("its first dimension is not the batch");
  const dimensions = rest.map((dimension) =>
    typeof dimension === "number" ? dimension : refuse("a dimension other than the batch is unknown"),
  );
  return lowering.allocate(input.dtype, ["rows", ...dimensions], input.dtype === "string");
}

function outputValue(output: ValueInfo, value: AnyValue | undefined): RowsValue {
  const refuse = (why: string): never => {
    throw new SetosaError("OPERATOR_UNSUPPORTED", `The compiler does not cover the output "${output.name}": ${why}.`, {
      path: output.name,
    });
  };
  if (value?.kind === "list") return refuse("it is a list");
  if (value?.kind !== "rows") return refuse("it does not depend on the input");
  if (value.open) return refuse("it repeats strings of the input");
  return value.dtype === output.dtype ? value : refuse(`it is declared as ${output.dtype} and computed as ${value.dtype}`);
}
