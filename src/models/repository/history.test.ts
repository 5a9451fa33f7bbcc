import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadModel } from "../load-model.ts";
import { ModelHistory } from "./history.ts";
import { localControl } from "./local-control.ts";
import { ModelRepository } from "./repository.ts";
import { parsePolicy } from "./version-policy.ts";

const iris = new URL("../../../models/iris.onnx", import.meta.url);
let folder = "";
let repository: ModelRepository;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "setosa-history-"));
  put("1");
  repository = new ModelRepository({
    paths: [folder],
    policy: parsePolicy("all"),
    rollout: "immediate",
    load: ({ path, fingerprint: _, ...found }) => loadModel(path, found),
    random: () => 0.99,
    defer: setImmediate,
  });
  await repository.start();
});
afterEach(async () => {
  await repository.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(version: string): void {
  mkdirSync(join(folder, "iris", version), { recursive: true });
  copyFileSync(iris, join(folder, "iris", version, "model.onnx"));
}

/** A file is taken when it was seen twice as it is. */
async function look(): Promise<void> {
  await repository.rescan();
  await repository.rescan();
}

const told = (history: ModelHistory) => history.changes("iris").map(({ kind, from, version, why }) => [kind, from, version, why]);

it("tells when which version took another's place, and why", async () => {
  let time = 1000;
  const history = new ModelHistory(repository, () => time++);
  const control = localControl(repository);
  expect(history.since).toBe(1000);
  expect(told(history)).toEqual([["loaded", undefined, "1", "the server started"]]);
  put("2");
  await look();
  expect(told(history).slice(0, -1)).toEqual([
    ["loaded", undefined, "2", "its file was found"],
    ["swapped", "1", "2", "a newer version was loaded"],
  ]);
  await control.rollback("iris");
  expect(told(history)[0]).toEqual(["swapped", "2", "1", "an operator chose it"]);
  await control.unload("iris", "1");
  expect(told(history).slice(0, 2).toSorted()).toEqual([
    ["swapped", "1", "2", "the version before it is not loaded any more"],
    ["unloaded", undefined, "1", "it takes no more requests"],
  ]);
  const times = history.changes("iris").map((change) => change.time);
  expect(times).toEqual(times.toSorted((one, other) => other - one));
});

it("tells of canary and shadow, and of files that were refused", async () => {
  const history = new ModelHistory(repository, () => 0);
  const control = localControl(repository);
  put("2");
  await look();
  await control.canary("iris", "1", 5);
  expect(history.traffic("iris")).toEqual({ primary: "2", canary: { version: "1", percent: 5 } });
  expect(told(history)[0]).toEqual(["traffic", undefined, undefined, "canary 1 5 %"]);
  await control.shadow("iris", "1");
  expect(history.traffic("iris")).toEqual({ primary: "2", shadow: "1" });
  mkdirSync(join(folder, "iris", "3"));
  writeFileSync(join(folder, "iris", "3", "model.onnx"), "no model");
  await look();
  expect(told(history)[0]).toEqual(["failed", undefined, "3", expect.stringMatching(/^MODEL_\w+: /)]);
  expect(history.changes("nothing")).toEqual([]);
});

it("remembers so much and no more", async () => {
  const history = new ModelHistory(repository, () => 0);
  for (let turn = 0; turn < 60; turn++) repository.tell({ kind: "traffic", name: "iris", traffic: `canary ${turn}` });
  expect(history.changes("iris")).toHaveLength(50);
  expect(history.changes("iris")[0]?.why).toBe("canary 59");
  for (let name = 0; name < 1200; name++) repository.tell({ kind: "traffic", name: `model-${name}`, traffic: "none" });
  expect(history.changes("iris")).toEqual([]);
  expect(history.changes("model-1199")).toHaveLength(1);
});
