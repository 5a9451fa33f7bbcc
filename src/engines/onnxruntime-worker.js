// The thread that runs one model on onnxruntime, whose `run` computes synchronously. JavaScript, checked
// by the TypeScript compiler: Node 20 does not pass a TypeScript loader on to threads, and this file
// has to start from the sources as well as from the package.
import { parentPort, workerData } from "node:worker_threads";

/** @typedef {import("./onnxruntime-messages.ts").WorkerReply} WorkerReply */
/** @typedef {import("./onnxruntime-messages.ts").WorkerRun} WorkerRun */
/** @typedef {import("./onnxruntime-messages.ts").WorkerTensor} WorkerTensor */
/** @typedef {typeof import("onnxruntime-node")} Ort */

/** @type {import("./onnxruntime-messages.ts").WorkerStart} */
const { model, outputs } = workerData;

/** @param {WorkerReply} message */
function reply(message) {
  parentPort?.postMessage(message);
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @returns {Promise<Ort | undefined>} */
async function importOrt() {
  try {
    const module = await import("onnxruntime-node");
    // A CommonJS module: under some loaders its exports are only the default export.
    return module.InferenceSession === undefined ? /** @type {{ default: Ort }} */ (/** @type {unknown} */ (module)).default : module;
  } catch (error) {
    reply({ kind: "unavailable", message: messageOf(error) });
    return undefined;
  }
}

/**
 * onnxruntime's own arrays: int64 as BigInt.
 * @param {Ort} ort
 * @param {WorkerTensor} tensor
 */
function toOrt(ort, { dtype, shape, data }) {
  const values = dtype === "int64" ? BigInt64Array.from(/** @type {ArrayLike<number>} */ (data), BigInt) : data;
  return new ort.Tensor(/** @type {"float32"} */ (dtype), /** @type {Float32Array} */ (values), shape);
}

/**
 * @param {import("onnxruntime-node").Tensor} tensor
 * @returns {WorkerTensor}
 */
function fromOrt(tensor) {
  const data = /** @type {ArrayLike<number> | BigInt64Array | BigUint64Array} */ (tensor.data);
  const plain =
    data instanceof BigInt64Array || data instanceof BigUint64Array
      ? Float64Array.from(/** @type {BigInt64Array} */ (data), exactNumber)
      : data;
  return { dtype: /** @type {WorkerTensor["dtype"]} */ (tensor.type), shape: tensor.dims, data: plain };
}

/** @param {bigint} value */
function exactNumber(value) {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`The model answers the integer ${value}, which is beyond 2^53.`);
  return number;
}

/**
 * @param {Ort} ort
 * @param {import("onnxruntime-node").InferenceSession} session
 * @param {WorkerRun} message
 */
async function run(ort, session, { id, inputs }) {
  try {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toOrt(ort, tensor)]));
    const results = await session.run(feeds, [...outputs]);
    reply({
      kind: "answer",
      id,
      outputs: outputs.map((name) => fromOrt(/** @type {import("onnxruntime-node").Tensor} */ (results[name]))),
    });
  } catch (error) {
    reply({ kind: "failed", id, message: messageOf(error) });
  }
}

const ort = await importOrt();
if (ort !== undefined) {
  try {
    const session = await ort.InferenceSession.create(model, {
      // One thread per model: pools of several sessions would fight over the cores.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      logSeverityLevel: 4,
      extra: { session: { intra_op: { allow_spinning: "0" }, inter_op: { allow_spinning: "0" } } },
    });
    // One run at a time, in the order in which they came.
    let last = Promise.resolve();
    parentPort?.on("message", (/** @type {WorkerRun} */ message) => {
      last = last.then(() => run(ort, session, message));
    });
    reply({ kind: "ready" });
  } catch (error) {
    reply({ kind: "refused", message: messageOf(error) });
  }
}
