// The thread that runs one model on onnxruntime, whose `run` computes synchronously. JavaScript, checked
// by the TypeScript compiler: Node 20 does not pass a TypeScript loader on to threads, and this file
// has to start from the sources as well as from the package.
import { parentPort, workerData } from "node:worker_threads";

/** @typedef {import("./onnxruntime-messages.ts").WorkerReply} WorkerReply */
/** @typedef {import("./onnxruntime-messages.ts").WorkerRun} WorkerRun */
/** @typedef {import("./onnxruntime-messages.ts").WorkerTensor} WorkerTensor */
/** @typedef {typeof import("onnxruntime-node")} Ort */

/** @type {import("./onnxruntime-messages.ts").WorkerStart} */
const { model, outputs, control } = workerData;

/** Positions in `control`. */
const busy = 0;
const stopped = 1;

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
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const missing = (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && messageOf(error).includes("onnxruntime-node");
    reply({ kind: "unavailable", installed: !missing, message: messageOf(error) });
    return undefined;
  }
}

/**
 * onnxruntime's own arrays: int64 as BigInt.
 * @param {Ort} ort
 * @param {WorkerTensor} tensor
 */
function toOrt(ort, { dtype, shape, data }) {
  const values =
    dtype === "int64"
      ? BigInt64Array.from(/** @type {ArrayLike<number>} */ (data), BigInt)
      : dtype === "string"
        ? Array.from(/** @type {readonly string[]} */ (data), withoutNul)
        : data;
  return new ort.Tensor(/** @type {"float32"} */ (dtype), /** @type {Float32Array} */ (values), shape);
}

/** Element types that answers may have; others (float16, uint64 …) have no array here. */
const heldTypes = new Set(["float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "bool", "string"]);

/**
 * onnxruntime-node cuts strings at U+0000, so that `car` followed by one would pass for the category `car`. What
 * it does not hold becomes U+FFFD, as lone surrogates do.
 * @param {string} text
 */
function withoutNul(text) {
  return text.replaceAll("\0", "\ufffd");
}

/**
 * @param {string} name
 * @param {import("onnxruntime-node").Tensor | undefined} tensor
 * @returns {WorkerTensor}
 */
function fromOrt(name, tensor) {
  if (tensor === undefined || !heldTypes.has(tensor.type))
    throw new TypeError(`the output "${name}" is ${tensor?.type ?? "no tensor"}, which Setosa does not read`);
  const data = /** @type {ArrayLike<number> | BigInt64Array} */ (tensor.data);
  const plain = data instanceof BigInt64Array ? Float64Array.from(data, exactNumber) : data;
  return { dtype: /** @type {WorkerTensor["dtype"]} */ (tensor.type), shape: tensor.dims, data: plain };
}

/** @param {bigint} value */
function exactNumber(value) {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`The model answers the integer ${value}, which is beyond 2^53.`);
  return number;
}

/** Before onnxruntime is entered: whether it may be. The order matters: the engine first says stop, then looks whether this is busy. */
function begin() {
  Atomics.store(control, busy, 1);
  if (Atomics.load(control, stopped) === 0) return true;
  end();
  return false;
}

function end() {
  Atomics.store(control, busy, 0);
  Atomics.notify(control, busy);
  if (Atomics.load(control, stopped) === 1) process.exit();
}

/**
 * @param {Ort} ort
 * @param {import("onnxruntime-node").InferenceSession} session
 * @param {WorkerRun} message
 */
async function run(ort, session, { id, inputs }) {
  if (!begin()) return;
  try {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toOrt(ort, tensor)]));
    const results = await session.run(feeds, [...outputs]);
    reply({
      kind: "answer",
      id,
      outputs: outputs.map((name) => fromOrt(name, /** @type {import("onnxruntime-node").Tensor | undefined} */ (results[name]))),
    });
  } catch (error) {
    reply({ kind: "failed", id, message: messageOf(error) });
  }
  end();
}

const ort = await importOrt();
if (ort !== undefined) {
  try {
    // It takes no shared memory, in which the bytes are where another thread has read them.
    const own = model.buffer instanceof SharedArrayBuffer ? model.slice() : model;
    const session = await ort.InferenceSession.create(own, {
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
end();
