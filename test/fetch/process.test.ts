import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bunBinary, root, runtimes, start } from "../e2e/process.ts";

const built = process.env.SETOSA_BUILT ?? root;
const folder = mkdtempSync(join(tmpdir(), "setosa-fetch-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Asks a handler for everything that starts a timer, a thread or a stream, and closes it: nothing may keep the process. */
const script = `
  import { createHandler } from ${JSON.stringify(join(built, "dist/fetch/index.js"))};
  const models = [${JSON.stringify(join(root, "models/iris.onnx"))}, ${JSON.stringify(join(root, "test/fixtures/deep/torch-transformer.onnx"))}];
  const handler = await createHandler({ models, default: "iris" });
  const ask = async (path, type, body) => {
    const response = await handler(new Request("http://localhost" + path, { method: "POST", headers: { "content-type": type }, body }));
    return [response.status, (await response.text()).length > 0];
  };
  const rows = JSON.stringify(Array.from({ length: 3000 }, () => [5.1, 3.5, 1.4, 0.2]));
  const csv = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\\n" + "5.1,3.5,1.4,0.2\\n".repeat(3000);
  const { models: list } = await (await handler(new Request("http://localhost/models"))).json();
  const answers = [
    await ask("/predict", "application/json", rows),
    await ask("/predict", "text/csv", csv),
    await ask("/models/" + list[1].name + "/predict", "application/json", "{}"),
  ];
  await handler.close();
  console.log(JSON.stringify([list.map(({ engine }) => engine), answers]));
`;

describe.each(runtimes)("a handler that is closed, on %s", (runtime) => {
  it("leaves nothing that keeps the process", { timeout: 60_000 }, async () => {
    const file = join(folder, `${runtime}.mjs`);
    writeFileSync(file, script);
    const running = start(runtime === "bun" ? (bunBinary() ?? "bun") : process.execPath, [file]);
    expect(await running.ended(), running.errors()).toBe(0);
    expect(JSON.parse(running.output())).toEqual([
      ["compiled", "onnxruntime"],
      [
        [200, true],
        [200, true],
        [400, true],
      ],
    ]);
  });
});
