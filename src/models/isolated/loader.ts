import { type EnginePlan, planEngine } from "../../engines/choose.ts";
import { instantiateRows, plainArtifact } from "../../engines/compiled.ts";
import type { Engine } from "../../engines/engine.ts";
import { interpretedEngine } from "../../engines/interpreted.ts";
import { kernelEngine } from "../../engines/kernel-engine.ts";
import { readModel } from "../../formats/registry.ts";
import type { Graph } from "../../graph/graph.ts";
import { plainGraph } from "../../graph/plain.ts";
import { withoutWeights } from "../../graph/release.ts";
import { defaultMaxBytes } from "../load-model.ts";
import { Model } from "../model.ts";
import { modelIdentity } from "../model-identity.ts";
import { readFile } from "../read-file.ts";
import { runParity } from "../run-parity.ts";
import type { LoadedEngine, LoadedModel, LoaderMessage, LoaderRequest, LoaderStart } from "./messages.ts";
import { cutIntoPieces, type Piece } from "./pieces.ts";
import { plainError } from "./plain-error.ts";
import { removeStored, storeBytes } from "./stored-bytes.ts";
import { rowsToTry, warmThoroughly } from "./warm.ts";
import { yieldToServing } from "./yield-to-serving.ts";

/** What the process does: loads a model and sends it, or why it cannot be loaded. It ends with the one that started it. */
export function answerLoads(): void {
  yieldToServing();
  let pieces: Piece[] = [];
  // Of what is being loaded: whoever asked for it removes it, unless it is no more.
  let storage: string | undefined;
  const send = (message: LoaderMessage) => process.send?.(message);
  const sendNext = (): void => {
    const piece = pieces.shift();
    if (piece === undefined) return;
    send(piece);
  };
  process.on("message", async (request: LoaderRequest) => {
    if (request.kind === "next") sendNext();
    if (request.kind !== "load") return;
    storage = request.start.storage;
    try {
      const loaded = await load(request.start);
      pieces = cutIntoPieces(loaded);
      sendNext();
    } catch (error) {
      send({ kind: "failed", error: plainError(error) });
    }
  });
  process.once("disconnect", () => {
    if (storage !== undefined) removeStored(storage);
    process.exit();
  });
  // From a terminal everybody gets it: whoever started this process says when it ends.
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
}

async function load({ path, options, storage }: LoaderStart): Promise<LoadedModel> {
  const bytes = await readFile(path, options.maxBytes ?? defaultMaxBytes, options.root);
  const file = readModel(bytes);
  const { signature } = file;
  const plan = inFact(await planEngine(file, options.engine));
  const parts = { ...modelIdentity(signature, options, path), signature, bytes: bytes.length, rows: rowsToTry(signature, file.parity) };
  const parity = options.parity === false ? undefined : file.parity;
  if (plan.kind === "onnxruntime") {
    const engine = { kind: plan.kind, reason: plan.reason, onnx: storeBytes([{ address: 0, bytes: plan.onnx() }], storage) };
    return { ...parts, graph: plainGraph(withoutWeights(file.graph)), engine, ...(parity === undefined ? {} : { unchecked: parity }) };
  }
  const graph = plan.kind === "compiled" ? withoutWeights(file.graph) : file.graph;
  const { engine, sent } = await engineHere(plan, graph, storage);
  const model = new Model({ ...parts, graph, engine, source: path, loadMilliseconds: 0, clock: now }, undefined);
  const result = await runParity(model, parity);
  warmThoroughly(model, parts.rows, now);
  return { ...parts, graph: plainGraph(graph), engine: sent, ...(result === undefined ? {} : { parity: result }) };
}

const now = (): number => performance.now();

/** What is installed decides between two engines. It is not loaded for that: it is large. */
function inFact(plan: EnginePlan): EnginePlan {
  if (plan.kind !== "onnxruntime" || plan.otherwise === undefined) return plan;
  try {
    import.meta.resolve("onnxruntime-node");
    return plan;
  } catch {
    return plan.otherwise;
  }
}

/** The engine that checks the model, and what makes the same one elsewhere: the same code and constants. */
async function engineHere(
  plan: Exclude<EnginePlan, { kind: "onnxruntime" }>,
  graph: Graph,
  storage: string,
): Promise<{ readonly engine: Engine; readonly sent: LoadedEngine }> {
  const { kind, reason } = plan;
  if (kind === "interpreted") return { engine: interpretedEngine(graph, reason), sent: { kind, reason } };
  const artifact = plainArtifact(plan.artifact);
  const engine = kernelEngine(await instantiateRows(artifact), reason);
  const { kernel } = artifact;
  const constants = storeBytes(kernel.constants, storage);
  return { engine, sent: { kind, reason, artifact: { ...artifact, kernel: { ...kernel, constants: [] } }, constants } };
}
