import { constants, getPriority, setPriority } from "node:os";
import type { MessagePort } from "node:worker_threads";
import { type EnginePlan, planEngine } from "../../engines/choose.ts";
import { instantiateRows, kernelEngine, movableArtifact } from "../../engines/compiled.ts";
import type { Engine } from "../../engines/engine.ts";
import { interpretedEngine } from "../../engines/interpreted.ts";
import { readModel } from "../../formats/registry.ts";
import type { Graph } from "../../graph/graph.ts";
import { plainGraph } from "../../graph/plain.ts";
import { withoutWeights } from "../../graph/release.ts";
import { defaultMaxBytes } from "../load-model.ts";
import { Model } from "../model.ts";
import { modelIdentity } from "../model-identity.ts";
import { readFile } from "../read-file.ts";
import { runParity } from "../run-parity.ts";
import { buffersOf, type LoadedEngine, type LoadedModel, type LoaderMessage, type LoaderRequest, type LoaderStart } from "./messages.ts";
import { cutIntoPieces, type Piece } from "./pieces.ts";
import { plainError } from "./plain-error.ts";
import { rowsToTry, warmThoroughly } from "./warm.ts";

/** What the thread does: loads a model and sends it, or why it cannot be loaded. */
export function answerLoads(port: MessagePort): void {
  yieldToServing();
  let pieces: Piece[] = [];
  let moved: ArrayBuffer[] = [];
  const send = (): void => {
    const piece = pieces.shift();
    if (piece === undefined) return;
    port.postMessage(piece satisfies LoaderMessage, pieces.length > 0 ? [] : moved);
    if (pieces.length === 0) moved = [];
  };
  port.on("message", async (request: LoaderRequest) => {
    if (request.kind === "next") send();
    if (request.kind !== "load") return;
    try {
      const loaded = await load(request.start);
      pieces = cutIntoPieces(loaded);
      moved = buffersOf(loaded);
      send();
    } catch (error) {
      port.postMessage({ kind: "failed", error: plainError(error) } satisfies LoaderMessage);
    }
  });
}

const niceness = 10;

/**
 * On Linux a priority is a thread's own: where processors are scarce, requests come before loading. A tenth of a
 * processor is what remains against a thread that never rests.
 */
function yieldToServing(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(0, Math.min(getPriority(0) + niceness, constants.priority.PRIORITY_LOW));
  } catch {
    // A sandbox may refuse it, and loading goes on.
  }
}

async function load({ path, options }: LoaderStart): Promise<LoadedModel> {
  const bytes = await readFile(path, options.maxBytes ?? defaultMaxBytes, options.root);
  const file = readModel(bytes);
  const { signature } = file;
  const plan = inFact(await planEngine(file, options.engine));
  const parts = { ...modelIdentity(signature, options, path), signature, bytes: bytes.length, rows: rowsToTry(signature, file.parity) };
  const parity = options.parity === false ? undefined : file.parity;
  if (plan.kind === "onnxruntime") {
    const engine = { kind: plan.kind, reason: plan.reason, onnx: inSharedMemory(plan.onnx()) };
    return { ...parts, graph: plainGraph(withoutWeights(file.graph)), engine, ...(parity === undefined ? {} : { unchecked: parity }) };
  }
  const graph = plan.kind === "compiled" ? withoutWeights(file.graph) : file.graph;
  const { engine, sent } = await engineHere(plan, graph);
  const model = new Model({ ...parts, graph, engine, source: path, loadMilliseconds: 0, clock: now }, undefined);
  const result = await runParity(model, parity);
  warmThoroughly(model, parts.rows, now);
  return { ...parts, graph: plainGraph(graph), engine: sent, ...(result === undefined ? {} : { parity: result }) };
}

const now = (): number => performance.now();

/** What is installed decides between two engines. It is not loaded for that: to end a thread inside onnxruntime's code ends the process. */
function inFact(plan: EnginePlan): EnginePlan {
  if (plan.kind !== "onnxruntime" || plan.otherwise === undefined) return plan;
  try {
    import.meta.resolve("onnxruntime-node");
    return plan;
  } catch {
    return plan.otherwise;
  }
}

/** The engine that checks the model, and what makes the same one elsewhere: of the same code, with the same constants. */
async function engineHere(
  plan: Exclude<EnginePlan, { kind: "onnxruntime" }>,
  graph: Graph,
): Promise<{ readonly engine: Engine; readonly sent: LoadedEngine }> {
  const { kind, reason } = plan;
  if (kind === "interpreted") return { engine: interpretedEngine(graph, reason), sent: { kind, reason } };
  const artifact = movableArtifact(plan.artifact);
  const module = new WebAssembly.Module(artifact.kernel.code);
  return { engine: kernelEngine(await instantiateRows(artifact, { module }), reason), sent: { kind, reason, artifact, module } };
}

function inSharedMemory(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
