// node:http with the exported models, as one would write it by hand: `node server.js --model iris --port 8080`.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { loadModel } from "./model.js";

const maxBodyBytes = 64 * 1024;
const example = [5.1, 3.5, 1.4, 0.2];

const { values: options } = parseArgs({
  options: { model: { type: "string", default: "iris" }, port: { type: "string", default: "8080" } },
});
const file = new URL(`../go/models/${options.model === "iris-forest" ? "iris-forest" : "iris"}.json`, import.meta.url);
const model = loadModel(JSON.parse(readFileSync(file, "utf8")));
const { features, classes } = model;
const opening = `{"model":${JSON.stringify(model.name)},"version":${JSON.stringify(model.version)},"prediction":`;
const labels = classes.map((name) => JSON.stringify(name));

class Mistake extends Error {
  /** @param {string} code @param {string} message @param {number} status */
  constructor(code, message, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** @param {string} body */
function readRow(body) {
  let row;
  try {
    row = JSON.parse(body);
  } catch (error) {
    throw new Mistake("JSON_INVALID", `The body is not valid JSON: ${/** @type {Error} */ (error).message}.`);
  }
  if (typeof row !== "object" || row === null || Array.isArray(row))
    throw new Mistake("BODY_SHAPE_INVALID", "The body is not an object of features.");
  const values = features.map((name) => {
    if (!Object.hasOwn(row, name)) throw new Mistake("FEATURE_MISSING", `The feature "${name}" is absent.`);
    // Math.fround of a text would be a number; JSON's 1e400 is Infinity.
    if (typeof row[name] !== "number" || !Number.isFinite(Math.fround(row[name])))
      throw new Mistake("FEATURE_TYPE_INVALID", `The feature "${name}" is not a number that a float32 holds.`);
    return row[name];
  });
  for (const name of Object.keys(row))
    if (!features.includes(name)) throw new Mistake("FEATURE_UNKNOWN", `The model has no feature ${JSON.stringify(name)}.`);
  return values;
}

/** The answer of 6 to 9 digits that gives the same float32 back. @param {number} value */
function float32Text(value) {
  const wanted = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(wanted.toPrecision(digits));
    if (Math.fround(short) === wanted) return String(short);
  }
  return String(Number(wanted.toPrecision(9)));
}

/** @param {readonly number[]} row */
function answer(row) {
  const { best, probabilities } = model.predict(row);
  const shares = probabilities.map((probability, index) => `${labels[index]}:${float32Text(probability)}`);
  return `${opening}${labels[best]},"probabilities":{${shares.join(",")}}}\n`;
}

/** @param {import("node:http").ServerResponse} response @param {number} status @param {string} type @param {string} text @param {Record<string, string>} more */
function send(response, status, type, text, more = {}) {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text), ...more });
  response.end(text);
}

/** @param {import("node:http").ServerResponse} response @param {unknown} error @param {Record<string, string>} more */
function refuse(response, error, more = {}) {
  const known = error instanceof Mistake ? error : new Mistake("INTERNAL", "The server failed.", 500);
  send(response, known.status, "application/json", `${JSON.stringify({ error: { code: known.code, message: known.message } })}\n`, more);
}

const server = createServer((request, response) => {
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== "/predict") return refuse(response, new Mistake("ROUTE_NOT_FOUND", "There is only /predict here.", 404));
  if (request.method === "GET" || request.method === "HEAD") {
    const { best } = model.predict(example);
    return send(response, 200, "text/plain; charset=utf-8", `Prediction: ${classes[best]}\n`);
  }
  if (request.method !== "POST")
    return refuse(response, new Mistake("METHOD_NOT_ALLOWED", "/predict answers GET and POST.", 405), { allow: "GET, HEAD, POST" });
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  request.on("data", (chunk) => {
    length += chunk.length;
    if (length <= maxBodyBytes) chunks.push(chunk);
  });
  request.on("end", () => {
    try {
      if (length > maxBodyBytes) throw new Mistake("BODY_TOO_LARGE", `The body is larger than ${maxBodyBytes} bytes.`, 413);
      send(response, 200, "application/json", answer(readRow(String(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))));
    } catch (error) {
      refuse(response, error);
    }
  });
  request.on("error", () => {});
});
server.listen(Number(options.port), "127.0.0.1");
