import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classifier, classifierSignature } from "../../../test/onnx/tiny-models.ts";
import { loadModel } from "../load-model.ts";
import { readDecisions, writingDecisions } from "./decisions-file.ts";
import { localControl } from "./local-control.ts";
import { ModelRepository } from "./repository.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "setosa-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function repository(): Promise<ModelRepository> {
  for (const version of ["1", "2"])
    await writeFile(join(folder, `${version}.onnx`), classifier({ signature: { ...classifierSignature, name: "risk", version } }));
  const made = new ModelRepository({
    paths: [folder],
    policy: { kind: "all" },
    rollout: "immediate",
    load: ({ path }) => loadModel(path),
    random: () => 0.5,
    defer: setImmediate,
  });
  await made.start();
  return made;
}

describe("decisions in a file", () => {
  const file = () => join(folder, "decisions.json");

  it("outlast the server that was told", async () => {
    expect(await readDecisions(file())).toBeUndefined();
    const first = await repository();
    const errors: unknown[] = [];
    await writingDecisions(localControl(first), file(), (error) => errors.push(error)).promote("risk", "1");
    const state = await readDecisions(file());
    expect(state).toMatchObject({ pinned: { risk: "1" }, previous: { risk: "2" } });
    const second = await repository();
    expect(second.pick("risk").version).toBe("2");
    if (state !== undefined) await localControl(second).restore(state);
    expect(second.pick("risk").version).toBe("1");
    expect([errors, await readdir(folder)]).toEqual([[], ["1.onnx", "2.onnx", "decisions.json"]]);
  });

  it("report what cannot be written, and are in force all the same", async () => {
    const made = await repository();
    const errors: unknown[] = [];
    await writingDecisions(localControl(made), join(folder, "nowhere", "file"), (error) => errors.push(error)).promote("risk", "1");
    expect([made.pick("risk").version, errors]).toEqual(["1", [expect.objectContaining({ code: "ENOENT" })]]);
  });

  it.each([
    ["nothing", ""],
    ["a list", "[]"],
    ["another format", '{"format":2}'],
    ["no decisions", '{"format":1}'],
    ["a version that is none", '{"format":1,"pinned":{"a":1},"previous":{},"canary":{},"shadow":{},"unloaded":[],"loaded":[]}'],
    [
      "a share that is none",
      '{"format":1,"pinned":{},"previous":{},"canary":{"a":{"version":"1","percent":200}},"shadow":{},"unloaded":[],"loaded":[]}',
    ],
    ["a list that is none", '{"format":1,"pinned":{},"previous":{},"canary":{},"shadow":{},"unloaded":"a","loaded":[]}'],
  ])("are refused as %s", async (_, text) => {
    await writeFile(file(), text);
    await expect(readDecisions(file())).rejects.toMatchObject({ code: "ARGUMENT_INVALID", path: "--decisions" });
  });
});
