/**
 * Measures in its own process what a request of binary tensors costs beside the kernel, writes that as a line of JSON with the port that it
 * then serves on: the protocol at its own paths, and at /bare/MODEL the kernel behind the same transport with nothing in between.
 */

import { readFile } from "node:fs/promises";
import { ModelLibrary } from "../../../src/models/library.ts";
import { loadModel } from "../../../src/models/load-model.ts";
import type { Model } from "../../../src/models/model.ts";
import { pickFrom } from "../../../src/models/served-models.ts";
import { StatisticsBook } from "../../../src/models/statistics.ts";
import { undescribed } from "../../../src/openapi/description.ts";
import type { Answer, Head, HttpRequest, Protocol, Route } from "../../../src/protocols/exchange.ts";
import { openInferenceProtocol } from "../../../src/protocols/open-inference/routes.ts";
import { createApplication } from "../../../src/server/application.ts";
import { withCompression } from "../../../src/server/compression.ts";
import { defaultLimits } from "../../../src/server/limits.ts";
import { createRouter } from "../../../src/server/router.ts";
import { startTimer, transport } from "../../../src/server/serve.ts";
import { createWaitingRoom } from "../../../src/server/waiting-room.ts";
import { binaryRequest, features, forest, linear, rows } from "./binary-tensors-models.ts";

/** Milliseconds in which each contender is measured. */
const budget = Number(process.argv[2] ?? 1000);

const models = [
  await loadModel(linear(), { name: "linear" }),
  await loadModel(forest(), { name: "forest" }),
  await loadModel(await readFile(new URL("../../../models/breast-cancer.onnx", import.meta.url))),
];
const library = new ModelLibrary(models);
const protocol = openInferenceProtocol({
  models: { library, pick: (name, version) => pickFrom(library, name, version), onChange: () => {} },
  limits: { jsonDepth: 32, rows: 100_000 },
  isReady: () => true,
  server: { name: "setosa", version: "0" },
  statistics: new StatisticsBook({ monotonic: () => performance.now(), wall: () => Date.now() }),
});

const results = models.map((model) => ({ name: model.name, ...measure(model) }));

const bare: Protocol = { routes: models.map(bareRoute) };
const router = createRouter([protocol, bare]);
const application = createApplication({
  limits: defaultLimits,
  router: () => router,
  waitingRoom: createWaitingRoom({ deadline: 30_000, now: () => performance.now(), timer: startTimer }),
  report: (error) => console.error(error),
});
const listen = await transport();
const { port } = await listen(withCompression(application), { host: "127.0.0.1", port: 0, shared: false });
console.log(JSON.stringify({ port, results }));
// Ends with whoever started it.
process.stdin.on("end", () => process.exit(0)).resume();

/** Microseconds of the kernel alone and of the whole handler, in turns: the medians, and the median of their ratios. */
function measure(model: Model) {
  const { body, headers } = binaryRequest(model);
  const request: HttpRequest = { method: "POST", path: "", query: "", headers: new Headers(headers) };
  const handler = protocol.routes.find(({ path }) => path === `/v2/models/${model.name}/infer`)?.post;
  const { kernel } = model.engine;
  if (handler === undefined || kernel === undefined) throw new Error(`${model.name} is not compiled`);
  const run = () => {
    for (let from = 0; from < rows; from += kernel.capacity) kernel.run(Math.min(kernel.capacity, rows - from));
  };
  const answer = () => {
    if ((handler.answer(request, body) as Answer).head.status !== 200) throw new Error("refused");
  };
  const times: { kernel: number[]; handler: number[] } = { kernel: [], handler: [] };
  answer();
  const end = performance.now() + budget;
  for (let round = 0; performance.now() < end || round < 20; round++)
    for (const [name, work] of round % 2 === 0
      ? ([
          ["kernel", run],
          ["handler", answer],
        ] as const)
      : ([
          ["handler", answer],
          ["kernel", run],
        ] as const)) {
      const started = performance.now();
      work();
      times[name].push((performance.now() - started) * 1000);
    }
  // The first half warms up.
  const [kernelTimes, handlerTimes] = [times.kernel, times.handler].map((list) => list.slice(list.length >> 1)) as [number[], number[]];
  const ratios = kernelTimes.map((time, index) => (handlerTimes[index] as number) / time);
  return { kernelMicroseconds: median(kernelTimes), handlerMicroseconds: median(handlerTimes), ratio: median(ratios), runs: ratios.length };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

/** The bytes into the kernel, and its outputs out of it. */
function bareRoute({ name, engine: { kernel } }: Model): Route {
  const head: Head = { status: 200, headers: { "content-type": "application/octet-stream" } };
  return {
    path: `/bare/${name}`,
    summary: "",
    protocol: "bare",
    later: false,
    describe: undescribed,
    post: {
      check: () => {},
      answer: (_, body) => {
        const [input] = kernel?.inputs ?? [];
        if (kernel === undefined || input === undefined) throw new Error("not compiled");
        const values = new Float32Array(new Uint8Array(body).buffer);
        const width = kernel.outputs.reduce((sum, output) => sum + output.width * 4, 0);
        const answer = new Uint8Array(rows * width);
        for (let from = 0; from < rows; from += kernel.capacity) {
          const count = Math.min(kernel.capacity, rows - from);
          (input.data as Float32Array).set(values.subarray(from * features, (from + count) * features));
          kernel.run(count);
          let at = from * width;
          for (const { data, width: columns } of kernel.outputs) {
            const { buffer, byteOffset, BYTES_PER_ELEMENT } = data as Float32Array;
            const bytes = new Uint8Array(buffer, byteOffset, Math.min(4, BYTES_PER_ELEMENT) * count * columns);
            answer.set(bytes, at);
            at += bytes.length;
          }
        }
        return { head, body: answer };
      },
    },
  };
}
