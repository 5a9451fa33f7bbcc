import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classifier, classifierParity, classifierSignature } from "../../../test/onnx/tiny-models.ts";
import type { Answers } from "../answers.ts";
import { loadModel } from "../load-model.ts";
import type { ModelEvent } from "./events.ts";
import { localControl } from "./local-control.ts";
import { ModelRepository, type RepositoryOptions } from "./repository.ts";
import type { KeptFile } from "./scan.ts";
import { parsePolicy } from "./version-policy.ts";

let folder: string;
const open: ModelRepository[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "setosa-"));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((repository) => repository.close()));
  await rm(folder, { recursive: true });
});

const named = (name: string | null, version: string | null) => classifier({ signature: { ...classifierSignature, name, version } });
const plain = named(null, null);
const xgboost = readFileSync(new URL("../../../test/fixtures/boosters/xgboost/absoluteerror.json", import.meta.url));
const wrong = classifier({ parity: { ...classifierParity, labels: [1, 1] } });

async function put(path: string, bytes: Uint8Array = plain): Promise<string> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, bytes);
  return whole;
}

const kept = (path: string, keptAt: string): ReadonlyMap<string, KeptFile> =>
  new Map([[path, { path, keptAt, fingerprint: "as it was", name: "kept", version: "7" }]]);

interface World {
  readonly repository: ModelRepository;
  readonly events: string[];
  /** Two looks: what changed has settled. */
  look(): Promise<void>;
  loaded(): string[];
}

function world(options: Partial<RepositoryOptions> = {}): World {
  const events: string[] = [];
  const repository = new ModelRepository({
    paths: [folder],
    policy: { kind: "latest", count: 1 },
    rollout: "immediate",
    load: ({ path, name, version }) =>
      loadModel(path, { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) }),
    random: () => 0.5,
    defer: setImmediate,
    ...options,
  });
  open.push(repository);
  repository.onEvent((event) => events.push(describeEvent(event)));
  return {
    repository,
    events,
    look: async () => {
      await repository.rescan();
      await repository.rescan();
    },
    loaded: () => repository.library.list.map(({ name, version }) => `${name} ${version}`),
  };
}

function describeEvent(event: ModelEvent): string {
  switch (event.kind) {
    case "loaded":
    case "unloaded":
      return `${event.kind} ${event.model.name} ${event.model.version}`;
    case "failed":
      return `failed ${event.name} ${event.version} ${event.error.code}`;
    case "promoted":
      return `promoted ${event.name} ${event.from} -> ${event.version}`;
    case "traffic":
      return `traffic ${event.name} ${event.traffic}`;
    case "unreadable":
      return `unreadable ${event.error.code}`;
  }
}

async function started(options?: Partial<RepositoryOptions>): Promise<World> {
  const made = world(options);
  await made.repository.start();
  return made;
}

describe("the start", () => {
  it("loads files and the newest version of each folder", async () => {
    for (const path of ["risk/9/m.onnx", "risk/10/m.onnx", "flat.onnx"]) await put(path);
    expect((await started()).loaded()).toEqual(["flat 1", "risk 10"]);
  });

  it("serves what loads of a folder, and keeps what does not visible", async () => {
    await put("good.onnx");
    await put("bad.onnx", plain.slice(0, 50));
    const { repository, loaded } = await started();
    expect(loaded()).toEqual(["good 1"]);
    expect(repository.library.failures).toMatchObject([{ name: "bad", error: { code: "MODEL_FILE_INVALID" }, replacing: false }]);
    expect([repository.isReady("any"), repository.isReady("all")]).toEqual([true, false]);
    expect(() => repository.pick("bad")).toThrow(/could not be loaded \(MODEL_FILE_INVALID\)/);
  });

  it("stops at a file that was named and does not load, and where nothing loads", async () => {
    const bad = await put("bad.onnx", plain.slice(0, 50));
    await expect(world().repository.start()).rejects.toMatchObject({ code: "MODEL_FILE_INVALID", path: bad });
    const good = await put("good.onnx");
    await expect(world({ paths: [good, bad] }).repository.start()).rejects.toMatchObject({ code: "MODEL_FILE_INVALID", path: bad });
    await expect(world({ defaultName: "goood" }).repository.start()).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
  });
});

describe("a start beside others", () => {
  it("takes what they serve where the file is bad by now, says so, and goes on with the next good one", async () => {
    const [file, other] = [await put("a.onnx", wrong), await put("kept/7", plain)];
    const { repository, events, look, loaded } = world({ paths: [file], kept: kept(file, other) });
    await repository.start();
    expect(loaded()).toEqual(["kept 7"]);
    expect(repository.servedFiles).toEqual([{ path: file, fingerprint: "as it was", name: "kept", version: "7" }]);
    expect(repository.library.failures).toMatchObject([
      { name: "kept", version: "7", replacing: true, error: { code: "MODEL_PARITY_FAILED" } },
    ]);
    expect(repository.isReady("all")).toBe(true);
    await look();
    expect(loaded()).toEqual(["kept 7"]);
    await put("a.onnx", named("kept", "8"));
    await look();
    expect(loaded()).toEqual(["kept 8"]);
    expect(repository.library.failures).toEqual([]);
    expect(events.at(-1)).toContain("kept 7");
  });

  it("takes the file itself where it loads, and stops with its error where what was kept has gone too", async () => {
    const good = await put("a.onnx");
    const first = world({ paths: [good], kept: kept(good, "/nowhere") });
    await first.repository.start();
    expect(first.loaded()).toEqual(["a 1"]);
    const bad = await put("b.onnx", wrong);
    await expect(world({ paths: [bad], kept: kept(bad, "/nowhere") }).repository.start()).rejects.toMatchObject({
      code: "MODEL_PARITY_FAILED",
    });
  });
});

describe("a look at the folders", () => {
  it("loads a new file once it has stopped changing, and takes one out that has gone", async () => {
    await put("a.onnx");
    const { repository, look, loaded } = await started();
    const b = await put("b.onnx", plain.slice(0, 50));
    await repository.rescan();
    expect(loaded()).toEqual(["a 1"]);
    // The rest of it comes, before anybody has tried to read it.
    await writeFile(b, plain);
    await look();
    expect(loaded()).toEqual(["a 1", "b 1"]);
    expect(repository.library.failures).toEqual([]);
    await rm(b);
    await repository.rescan();
    expect(loaded()).toEqual(["a 1", "b 1"]);
    await repository.rescan();
    expect(loaded()).toEqual(["a 1"]);
  });

  it("swaps a file that was renamed over the old one, and keeps the model that a request has begun with", async () => {
    await put("a.onnx", named("a", "1"));
    const { repository, look, events } = await started();
    const old = repository.pick("a");
    await rename(await put("new.tmp", named("a", "2")), join(folder, "a.onnx"));
    await look();
    expect(repository.pick("a").version).toBe("2");
    expect(old.predict({ a: 1, b: 2 })).toBeDefined();
    expect(events.slice(1)).toEqual(["promoted a 1 -> 2", "loaded a 2", "unloaded a 1"]);
  });

  it("never lets a bad file replace a good model, and says so until a good one comes", async () => {
    await put("a.onnx", named("a", "1"));
    const { repository, look, events } = await started();
    for (const bad of [plain.slice(0, 50), wrong, new Uint8Array(0)]) {
      await put("a.onnx", bad);
      await look();
      expect(repository.pick("a").version).toBe("1");
      expect(repository.library.failures).toMatchObject([{ name: "a", replacing: true }]);
      expect(repository.isReady("all")).toBe(true);
    }
    const failures = events.filter((event) => event.startsWith("failed"));
    await look();
    // A file that has not changed is not tried again.
    expect(events.filter((event) => event.startsWith("failed"))).toEqual(failures);
    expect(failures).toHaveLength(3);
    await put("a.onnx", named("a", "3"));
    await look();
    expect(repository.pick("a").version).toBe("3");
    expect(repository.library.failures).toEqual([]);
  });

  it("takes a file that looks like no model at all for a bad one where a model was", async () => {
    const { repository, look, loaded } = world();
    await put("a.onnx");
    const file = await put("b.json", xgboost);
    await repository.start();
    const before = loaded();
    expect(before).toHaveLength(2);
    await writeFile(file, "");
    await look();
    await look();
    expect(loaded()).toEqual(before);
    expect(repository.library.failures).toMatchObject([{ replacing: true }]);
  });

  it("follows a link that is turned to another folder, as Kubernetes mounts its volumes", async () => {
    await put("..2026_1/iris.onnx", named("iris", "1"));
    await put("..2026_2/iris.onnx", named("iris", "2"));
    await symlink("..2026_1", join(folder, "..data"));
    await symlink(join("..data", "iris.onnx"), join(folder, "iris.onnx"));
    const { repository, look } = await started();
    expect(repository.pick("iris").version).toBe("1");
    await symlink("..2026_2", join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    await rm(join(folder, "..2026_1"), { recursive: true });
    await look();
    expect(repository.pick("iris").version).toBe("2");
  });

  it("keeps everything when the folder cannot be read, and says so once", async () => {
    const path = await put("below/a.onnx");
    const { repository, look, loaded, events } = await started({ paths: [dirname(path)] });
    await rm(dirname(path), { recursive: true });
    await look();
    expect(loaded()).toEqual(["a 1"]);
    expect(events.slice(1)).toEqual(["unreadable MODEL_FILE_UNREADABLE"]);
    expect(repository.isReady("all")).toBe(true);
  });

  it("refuses a second file of the same name and version, and keeps the first", async () => {
    await put("a.onnx", named("same", "1"));
    const { repository, look, loaded } = await started();
    await put("b.onnx", named("same", "1"));
    await look();
    expect(loaded()).toEqual(["same 1"]);
    expect(repository.library.failures).toMatchObject([{ error: { code: "MODEL_NAME_TAKEN" } }]);
  });

  it("serves nothing, and comes back, when all models have gone", async () => {
    await put("a.onnx");
    const { repository, look, loaded } = await started();
    await rm(join(folder, "a.onnx"));
    await look();
    expect(loaded()).toEqual([]);
    expect(repository.isReady("any")).toBe(false);
    expect(() => repository.pick()).toThrow("The default model is not loaded.");
    await put("a.onnx");
    await look();
    expect(repository.pick().name).toBe("a");
  });
});

describe("versions", () => {
  const versions = async (...list: string[]) => {
    for (const version of list) await put(`risk/${version}/m.onnx`);
  };

  it("moves on to the newest, and only once it answers", async () => {
    await versions("1");
    const { repository, look, loaded, events } = await started();
    await put("risk/2/m.onnx", wrong);
    await look();
    expect([loaded(), repository.pick("risk").version]).toEqual([["risk 1"], "1"]);
    await put("risk/2/m.onnx");
    await look();
    expect([loaded(), repository.pick("risk").version]).toEqual([["risk 2"], "2"]);
    expect(events).toEqual([
      "loaded risk 1",
      "failed risk 2 MODEL_PARITY_FAILED",
      "promoted risk 1 -> 2",
      "loaded risk 2",
      "unloaded risk 1",
    ]);
  });

  it.each([
    ["all", ["risk 1", "risk 2", "risk 10"]],
    ["latest:2", ["risk 2", "risk 10"]],
    ["latest", ["risk 10"]],
    ["1,10,99", ["risk 1", "risk 10"]],
  ])("loads %s", async (policy, expected) => {
    await versions("2", "1", "10");
    expect((await started({ policy: parsePolicy(policy) })).loaded()).toEqual(expected);
  });

  it("loads, unloads, promotes and rolls back by name", async () => {
    await versions("1", "2");
    const { repository, loaded, look } = await started();
    const control = localControl(repository);
    await control.load("risk", "1");
    expect([loaded(), repository.pick("risk").version]).toEqual([["risk 1", "risk 2"], "2"]);
    await control.promote("risk", "1");
    expect(repository.pick("risk").version).toBe("1");
    // What people chose stays, whatever comes.
    await versions("3");
    await look();
    expect([loaded(), repository.pick("risk").version]).toEqual([["risk 1", "risk 3"], "1"]);
    await control.rollback("risk");
    expect(repository.pick("risk").version).toBe("2");
    await control.promote("risk");
    expect(repository.pick("risk").version).toBe("3");
    await control.unload("risk", "3");
    expect(repository.pick("risk").version).not.toBe("3");
    await look();
    expect(loaded()).not.toContain("risk 3");
    await control.unload("risk");
    expect(loaded()).toEqual([]);
    await look();
    expect(loaded()).toEqual([]);
    await control.load("risk");
    expect(loaded()).toContain("risk 3");
  });

  it("goes back to a version that was unloaded meanwhile", async () => {
    await versions("1");
    const { repository, look } = await started();
    await versions("2");
    await look();
    expect(repository.library.versions("risk")).toHaveLength(1);
    await localControl(repository).rollback("risk");
    expect(repository.pick("risk").version).toBe("1");
    await look();
    expect(repository.pick("risk").version).toBe("1");
  });

  it("says what is wrong with what it is told to do", async () => {
    await versions("1");
    const { repository } = await started();
    const control = localControl(repository);
    await expect(control.load("rsk")).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", hint: 'Did you mean "risk"?' });
    await expect(control.promote("risk", "7")).rejects.toMatchObject({ code: "MODEL_VERSION_NOT_FOUND" });
    await expect(control.rollback("risk")).rejects.toMatchObject({
      code: "MODEL_VERSION_NOT_FOUND",
      hint: expect.stringContaining("Promote"),
    });
    await expect(control.shadow("risk", "1")).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    await expect(control.canary("risk", "1", 0)).rejects.toMatchObject({ code: "ARGUMENT_INVALID", path: "percent" });
    await put("risk/2/m.onnx", wrong);
    await expect(control.load("risk", "2")).rejects.toMatchObject({ code: "MODEL_PARITY_FAILED" });
    expect(await control.index()).toEqual([
      { name: "risk", version: "1", state: "READY", traffic: "primary" },
      { name: "risk", version: "2", state: "UNAVAILABLE", code: "MODEL_PARITY_FAILED", reason: expect.stringContaining("Parity row") },
    ]);
  });

  it("waits for people with --rollout manual", async () => {
    await versions("1");
    const { repository, look, loaded } = await started({ rollout: "manual" });
    await versions("2");
    await look();
    expect([loaded(), repository.pick("risk").version]).toEqual([["risk 1", "risk 2"], "1"]);
    await localControl(repository).promote("risk");
    expect([loaded(), repository.pick("risk").version]).toEqual([["risk 2"], "2"]);
  });

  it("hands its decisions on to a process that starts later", async () => {
    await versions("1", "2", "3");
    const first = await started();
    const control = localControl(first.repository);
    await control.promote("risk", "1");
    await control.unload("risk", "3");
    await control.canary("risk", "2", 30);
    const second = await started();
    await localControl(second.repository).restore(JSON.parse(JSON.stringify(await control.state())));
    expect(await localControl(second.repository).index()).toEqual(await control.index());
    expect(second.repository.pick("risk").version).toBe("1");
  });
});

describe("canary and shadow", () => {
  /** As the tiny model, but it says the other class of everything. */
  const { task } = classifierSignature;
  const opposite = classifier({
    signature: { ...classifierSignature, name: null, version: null, task: { ...task, classes: ["right", "left"] } },
  });
  const row = classifierParity.rows[0] as readonly unknown[];
  const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));

  async function two(options: Partial<RepositoryOptions> = {}) {
    await put("risk/1/m.onnx");
    const made = await started({ rollout: "manual", ...options });
    await put("risk/2/m.onnx", opposite);
    await made.look();
    return { ...made, control: localControl(made.repository) };
  }

  it("gives a canary its share, by chance", async () => {
    let chance = 0;
    const { repository, control } = await two({ random: () => chance });
    await control.canary("risk", "2", 5);
    const picked = (at: number) => {
      chance = at;
      return repository.pick("risk").version;
    };
    expect([picked(0), picked(0.049), picked(0.05), picked(0.99)]).toEqual(["2", "2", "1", "1"]);
    chance = 0;
    expect([repository.pick("risk", "1").version, repository.pick().version]).toEqual(["1", "2"]);
    await control.promote("risk");
    expect([picked(0), picked(0.99)]).toEqual(["2", "2"]);
    expect((await control.state()).canary).toEqual({});
  });

  it("compares a shadow's answers with those that clients got", async () => {
    const { repository, control } = await two();
    await control.shadow("risk", "2");
    const answers = repository.pick("risk").answerRows([row, row]) as Answers;
    expect(answers.rows).toBe(2);
    await turn();
    expect(await control.comparison("risk")).toMatchObject({
      kind: "shadow",
      answered: "1",
      compared: "2",
      rows: 2,
      labelsDiffer: 2,
      failed: 0,
      dropped: 0,
      samples: [{ row }, { row }],
    });
    await control.rollback("risk");
    expect([await control.comparison("risk"), repository.pick("risk").version]).toEqual([undefined, "1"]);
  });

  it("finds no difference where there is none, and drops what is too much", async () => {
    await put("risk/1/m.onnx");
    const held: (() => void)[] = [];
    const { repository, look } = await started({ rollout: "manual", defer: (callback) => held.push(callback) });
    await put("risk/2/m.onnx");
    await look();
    const control = localControl(repository);
    await control.canary("risk", "2", 100);
    for (let request = 0; request < 100; request++) repository.pick("risk").answerRow(row);
    for (let callback = held.shift(); callback !== undefined; callback = held.shift()) {
      callback();
      await turn();
    }
    expect(await control.comparison("risk")).toMatchObject({
      kind: "canary",
      answered: "2",
      compared: "1",
      rows: 64,
      dropped: 36,
      labelsDiffer: 0,
      scoresDiffer: 0,
      largestScoreDifference: 0,
      samples: [],
    });
  });
});
