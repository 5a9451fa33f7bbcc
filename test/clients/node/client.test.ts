import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Client, credentials, loadPackageDefinition, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** The client that Node programs have: grpc-js, made from proto/open_inference.proto. Run by test/clients, with node:test. */

const root = fileURLToPath(new URL("../../../", import.meta.url));
const address = process.env.SETOSA_GRPC;
if (address === undefined) throw new Error("SETOSA_GRPC is not set: run these tests through test/clients.");

interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly contents: { readonly int64_contents: readonly number[]; readonly fp32_contents: readonly number[] } | null;
}

interface Answer {
  readonly id: string;
  readonly model_version: string;
  readonly outputs: readonly Output[];
  readonly raw_output_contents: readonly Buffer[];
}

type Call = (
  request: object,
  metadata: Metadata,
  options: { deadline: number },
  done: (error: ServiceError | null, answer: unknown) => void,
) => { cancel(): void };

interface Service {
  readonly inference: { readonly GRPCInferenceService: new (address: string, security: object) => Client & Record<string, Call> };
}

const definition = loadSync(`${root}proto/open_inference.proto`, { keepCase: true, longs: Number, defaults: true });
const { inference } = loadPackageDefinition(definition) as unknown as Service;
const client = new inference.GRPCInferenceService(address, credentials.createInsecure());

function call<T>(method: string, request: object, milliseconds = 20_000): Promise<T> {
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + milliseconds };
    client[method]?.(request, new Metadata(), options, (error, answer) => (error === null ? resolve(answer as T) : reject(error)));
  });
}

interface Fixture {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly scores: readonly (readonly number[])[];
}

const fixture = (name: string) => JSON.parse(readFileSync(`${root}test/fixtures/models/${name}.json`, "utf8")) as Fixture;
const shapeOf = ({ rows }: Fixture) => ({ name: "X", datatype: "FP32", shape: [rows.length, rows[0]?.length] });

const raw = (name: string, data: Fixture) => ({
  model_name: name,
  id: "seventeen",
  inputs: [shapeOf(data)],
  raw_input_contents: [Buffer.from(Float32Array.from(data.rows.flat()).buffer)],
});

const typed = (name: string, data: Fixture) => ({
  model_name: name,
  inputs: [{ ...shapeOf(data), contents: { fp32_contents: data.rows.flat() } }],
});

/** Labels and probabilities of an answer in either of its forms. */
function read({ outputs, raw_output_contents: bytes }: Answer): { labels: number[]; probabilities: Float32Array } {
  assert.deepEqual(
    outputs.map(({ name }) => name),
    ["label", "probabilities"],
  );
  const [label, probabilities] = bytes.map((part) => part.buffer.slice(part.byteOffset, part.byteOffset + part.length));
  if (label !== undefined && probabilities !== undefined)
    return { labels: [...new BigInt64Array(label as ArrayBuffer)].map(Number), probabilities: new Float32Array(probabilities) };
  return {
    labels: [...(outputs[0]?.contents?.int64_contents ?? [])],
    probabilities: Float32Array.from(outputs[1]?.contents?.fp32_contents ?? []),
  };
}

function check({ labels, scores }: Fixture, answer: Answer): void {
  const found = read(answer);
  assert.deepEqual(found.labels, labels);
  const expected = scores.flat();
  assert.equal(found.probabilities.length, expected.length);
  expected.forEach((score, at) => {
    assert.ok(Math.abs((found.probabilities[at] ?? Number.NaN) - score) <= Math.max(1e-6, 1e-5 * Math.abs(score)), `${at}`);
  });
}

test("health and metadata", async () => {
  assert.deepEqual(await call("ServerLive", {}), { live: true });
  assert.deepEqual(await call("ServerReady", {}), { ready: true });
  assert.deepEqual(await call("ModelReady", { name: "iris" }), { ready: true });
  assert.equal((await call<{ name: string }>("ServerMetadata", {})).name, "setosa");
  const { inputs } = await call<{ inputs: unknown[] }>("ModelMetadata", { name: "iris" });
  assert.deepEqual(inputs, [{ name: "X", datatype: "FP32", shape: [-1, 4] }]);
});

for (const name of ["iris", "iris-forest", "wine", "breast-cancer", "digits"])
  test(`every row of ${name}, as raw and as typed contents`, async () => {
    const data = fixture(name);
    const one = await call<Answer>("ModelInfer", raw(name, data));
    assert.equal(one.id, "seventeen");
    assert.equal(one.model_version, "1");
    check(data, one);
    const two = await call<Answer>("ModelInfer", typed(name, data));
    check(data, two);
    assert.deepEqual(read(one).probabilities, read(two).probabilities);
  });

test("many requests on one connection", async () => {
  const data = fixture("iris");
  const answers = await Promise.all(
    data.rows.map((row, at) => call<Answer>("ModelInfer", raw("iris", { ...data, rows: [row] })).then((answer) => ({ answer, at }))),
  );
  for (const { answer, at } of answers) assert.deepEqual(read(answer).labels, [data.labels[at]]);
});

test("errors", async () => {
  const data = fixture("iris");
  await assert.rejects(call("ModelInfer", raw("no-such-model", data)), { code: status.NOT_FOUND, message: /no-such-model/ });
  await assert.rejects(call("ModelInfer", { ...raw("iris", data), model_version: "77" }), { code: status.NOT_FOUND });
  await assert.rejects(call("ModelInfer", { ...raw("iris", data), inputs: [{ ...shapeOf(data), name: "Y" }] }), {
    code: status.INVALID_ARGUMENT,
    message: /Y/,
  });
  await assert.rejects(call("ModelInfer", raw("iris", data), -1), { code: status.DEADLINE_EXCEEDED });
  check(data, await call<Answer>("ModelInfer", raw("iris", data)));
});

test.after(() => client.close());
