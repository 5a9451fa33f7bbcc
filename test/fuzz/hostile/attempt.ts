import { SetosaError } from "../../../src/errors.ts";
import type { FeatureValue } from "../../../src/graph/signature.ts";
import { loadModel } from "../../../src/models/load-model.ts";
import type { Model } from "../../../src/models/model.ts";
import { ElementBudget } from "../../../src/tensor/budget.ts";
import { elementCount } from "../../../src/tensor/shape.ts";
import { type Tensor, tensor } from "../../../src/tensor/tensor.ts";

/** What became of a hostile file: it was loaded, or refused with a code. */
export type Fate = "loaded" | SetosaError["code"];

/** Inputs larger than this are not made up. */
const maxInputElements = 100_000;
const longestMessage = 10_000;

/**
 * Loads a file and asks it for predictions.
 * @throws whatever is not a SetosaError: a defect
 */
export async function attempt(bytes: Uint8Array): Promise<Fate> {
  const compiled = await load(bytes, "compiled");
  if (!(compiled instanceof SetosaError)) return ask(compiled);
  // What has no kernel would run on ONNX Runtime, whose own safety is not ours; here the interpreter stands for it.
  const interpreted = compiled.code === "OPERATOR_UNSUPPORTED" ? await load(bytes, "interpreted") : compiled;
  return interpreted instanceof SetosaError ? interpreted.code : ask(interpreted);
}

async function load(bytes: Uint8Array, engine: "compiled" | "interpreted"): Promise<Model | SetosaError> {
  return refusal(() => loadModel(bytes, { engine, name: "hostile", version: "1" }));
}

async function refusal<T>(action: () => Promise<T>): Promise<T | SetosaError> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code === "INTERNAL") throw error;
    if (error.message.length > longestMessage) throw new Error("a message is as long as a file", { cause: error });
    return error;
  }
}

async function ask(model: Model): Promise<Fate> {
  if (model.signature.features.length > 0) {
    const rows: FeatureValue[][] = ["usual", "missing"].map((kind) =>
      model.signature.features.map(({ dtype, categories, min }) => {
        if (kind === "missing") return null;
        if (categories !== undefined) return categories[0] ?? null;
        return dtype === "string" ? "a" : dtype === "bool" ? true : Math.round(min ?? 1);
      }),
    );
    for (const row of rows) await refusal(() => budget().run(() => model.predictAsync(row)));
  }
  const inputs = zeros(model);
  if (inputs !== undefined) await refusal(() => budget().run(() => model.engine.run(inputs)));
  await model.engine.close();
  return "loaded";
}

/** The interpreter, which runs only where somebody asks for it, may take more for an answer than is worth waiting for here. */
function budget(): ElementBudget {
  return new ElementBudget(2 ** 22);
}

/** Two rows of zeros for each input. */
function zeros({ graph }: Model): Tensor[] | undefined {
  const shapes = graph.inputs.map(({ shape }) => shape.map((size, axis) => (typeof size === "number" ? size : axis === 0 ? 2 : 1)));
  if (shapes.some((shape) => elementCount(shape) > maxInputElements)) return undefined;
  return graph.inputs.map(({ dtype }, position) => tensor(dtype, shapes[position] ?? []) as Tensor);
}
