import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { classifier, classifierParity, classifierSignature, withMetadata } from "../../test/onnx/tiny-models.ts";
import type { EngineChoice } from "../engines/choose.ts";
import { loadModel } from "./load-model.ts";

const folder = await mkdtemp(join(tmpdir(), "setosa-"));
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const nameless = { ...classifierSignature, name: null, version: null };

describe("loadModel", () => {
  it("takes a path, a URL, a Uint8Array, a part of one, and an ArrayBuffer", async () => {
    const bytes = classifier();
    const path = await fileOf("any.onnx", bytes);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    for (const source of [path, pathToFileURL(path), bytes, larger.subarray(3, 3 + bytes.length), bytes.buffer]) {
      const model = await loadModel(source);
      expect(model.predict([2, 1]).prediction).toBe("left");
      expect(model.bytes).toBe(bytes.length);
    }
  });

  it("takes name and version from the options, else from the file's metadata, else from the file's name", async () => {
    const named = await fileOf("other name.onnx", classifier());
    const unnamed = await fileOf("credit risk (v2).onnx", classifier({ signature: nameless }));
    const of = async (...call: Parameters<typeof loadModel>) => {
      const { name, version } = await loadModel(...call);
      return [name, version];
    };
    expect(await of(named, { name: "mine", version: "9" })).toEqual(["mine", "9"]);
    expect(await of(named)).toEqual(["sides", "3"]);
    expect(await of(unnamed)).toEqual(["credit-risk-v2-", "1"]);
    expect(await of(pathToFileURL(unnamed))).toEqual(["credit-risk-v2-", "1"]);
    expect(await of(classifier({ signature: nameless }))).toEqual(["model", "1"]);
  });

  it.each(["a/b", "", "..", "a b", "ü", "x".repeat(129)])("refuses the name %j, which cannot stand in a URL", async (name) => {
    await expect(loadModel(classifier(), { name })).rejects.toMatchObject({ code: "MODEL_SIGNATURE_INVALID", path: "name" });
    await expect(loadModel(classifier({ signature: { ...classifierSignature, version: name } }))).rejects.toMatchObject({
      path: "version",
    });
  });

  it("remembers where it came from and how long it took", async () => {
    let now = 1000;
    const clock = () => (now += 25);
    const path = await fileOf("timed.onnx", classifier());
    const model = await loadModel(path, { clock });
    expect([model.source, model.loadMilliseconds]).toEqual([path, 25]);
    expect((await loadModel(classifier())).source).toBeUndefined();
  });

  it("refuses files above the limit before it reads them, and bytes too", async () => {
    const bytes = classifier();
    const path = await fileOf("large.onnx", bytes);
    const error = { code: "MODEL_FILE_TOO_LARGE", message: `The model file has ${bytes.length} bytes, and the limit is 100.` };
    await expect(loadModel(path, { maxBytes: 100 })).rejects.toMatchObject(error);
    await expect(loadModel(bytes, { maxBytes: 100 })).rejects.toMatchObject(error);
    expect((await loadModel(path, { maxBytes: bytes.length })).name).toBe("sides");
  });

  it.each([
    ["a path that does not exist", join(folder, "none.onnx"), "MODEL_FILE_UNREADABLE"],
    ["a folder", folder, "MODEL_FILE_UNREADABLE"],
    ["no file at all", "/dev/null", "MODEL_FILE_UNREADABLE"],
    ["a URL that is no file's", new URL("http://localhost/model.onnx"), "MODEL_FILE_UNREADABLE"],
    ["a path that no system has", "\0", "MODEL_FILE_UNREADABLE"],
    ["no bytes", new Uint8Array(), "MODEL_FORMAT_UNKNOWN"],
    ["text", new TextEncoder().encode("hello, world"), "MODEL_FORMAT_UNKNOWN"],
    ["half a file", classifier().slice(0, 100), "MODEL_FILE_INVALID"],
  ])("refuses %s", async (_, source, code) => {
    await expect(loadModel(source)).rejects.toMatchObject({ code });
  });
});

describe("the parity gate", () => {
  const engines: readonly EngineChoice[] = ["compiled", "interpreted", "onnxruntime"];

  it.each(engines)("lets a model pass that answers as it was trained (%s)", async (engine) => {
    const model = await loadModel(classifier({ parity: classifierParity }), { engine });
    expect(model.parity).toEqual({ rows: 2, passed: 2 });
    await model.close();
  });

  it.each(engines)("stops a planted label (%s)", async (engine) => {
    const parity = { ...classifierParity, labels: [0, 0] };
    await expect(loadModel(classifier({ parity }), { engine })).rejects.toMatchObject({
      code: "MODEL_PARITY_FAILED",
      path: "setosa.parity.rows[1]",
      message: expect.stringContaining(
        'Parity row 1 (threshold): the training framework\'s label is "left", and this engine\'s is "right"',
      ),
    });
  });

  it.each(engines)("stops a planted score (%s)", async (engine) => {
    const parity = {
      ...classifierParity,
      scores: [
        [2, 1.00002],
        [1, 3],
      ],
    };
    await expect(loadModel(classifier({ parity }), { engine })).rejects.toMatchObject({
      code: "MODEL_PARITY_FAILED",
      message: expect.stringContaining('decision of "right" is 1.00002, and this engine\'s is 1.'),
    });
  });

  it("stops a row that does not fit the signature", async () => {
    const parity = {
      ...classifierParity,
      rows: [
        [2, 1],
        [1, null],
      ],
    };
    await expect(loadModel(classifier({ parity }))).rejects.toMatchObject({
      code: "MODEL_PARITY_FAILED",
      path: "setosa.parity.rows[1][1]",
    });
  });

  it("is skipped on request, and then there is no result", async () => {
    const model = await loadModel(classifier({ parity: { ...classifierParity, labels: [1, 1] } }), { parity: false });
    expect(model.parity).toBeUndefined();
    expect(model.predict([2, 1]).prediction).toBe("left");
  });

  it("has no result where there are no rows", async () => {
    expect((await loadModel(classifier())).parity).toBeUndefined();
    const parity = { format: 1, rows: [], kinds: [], labels: [], scores: [] };
    expect((await loadModel(classifier({ parity }))).parity).toBeUndefined();
  });

  it("finds one changed score of a real model", async () => {
    const bytes = await readFile(new URL("../../models/iris.onnx", import.meta.url));
    const row = [5.1, 3.5, 1.4, 0.2];
    const parity = (first: number) => ({
      format: 1,
      rows: [row],
      kinds: ["typical"],
      labels: [0],
      scores: [[first, 0.01834315616093856, 1.44e-8]],
    });
    expect((await loadModel(withMetadata(bytes, "setosa.parity", parity(0.981656829444016)))).parity?.passed).toBe(1);
    await expect(loadModel(withMetadata(bytes, "setosa.parity", parity(0.98163)))).rejects.toMatchObject({ code: "MODEL_PARITY_FAILED" });
  });
});
