import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findModels } from "./find-models.ts";
import { loadModel } from "./load-model.ts";

const iris = fileURLToPath(new URL("../../models/iris.onnx", import.meta.url));
let base = "";
let root = "";
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "setosa-find-"));
  root = join(base, "models");
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function put(path: string, folder = root): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(iris, file);
  return file;
}

/** What becomes of everything that was found: `name version`, or the code of why not. */
async function served(followLinks = false): Promise<Record<string, string>> {
  const fates: Record<string, string> = {};
  for (const { path, ...options } of await findModels(root, { followLinks }))
    fates[path.slice(root.length + 1)] = await loadModel(path, options).then(
      ({ name, version }) => `${name} ${version}`,
      (error: { code: string }) => error.code,
    );
  return fates;
}

describe("a folder of models", () => {
  it("serves what links in it lead to within it, as mounted volumes are laid out", async () => {
    put("..2026_11_25/iris.onnx");
    put("..2026_11_25/risk/1/model.onnx");
    symlinkSync("..2026_11_25", join(root, "..data"));
    symlinkSync("..data/iris.onnx", join(root, "iris.onnx"));
    symlinkSync("..data/risk", join(root, "risk"));
    expect(await served()).toEqual({ "iris.onnx": "iris 1", "risk/1/model.onnx": "risk 1" });
    // The volume changes: the link leads to another folder, which is in the root too.
    put("..2026_11_26/iris.onnx");
    symlinkSync("..2026_11_26", join(root, "..data_tmp"));
    renameSync(join(root, "..data_tmp"), join(root, "..data"));
    expect(await served()).toEqual({ "iris.onnx": "iris 1" });
  });

  it("may be behind a link itself", async () => {
    put("iris.onnx");
    const link = join(base, "link");
    symlinkSync(root, link);
    const [source] = await findModels(link);
    expect(await loadModel(source?.path ?? "", { ...source })).toMatchObject({ name: "iris" });
  });

  it("does not serve, nor look into, what links in it lead to outside", async () => {
    const secret = put("secret.onnx", base);
    put("store/1/model.onnx", base);
    put("models-other/1/model.onnx", base);
    writeFileSync(join(base, "xgboost.json"), "{}");
    mkdirSync(join(root, "mixed", "2"), { recursive: true });
    for (const [link, target] of [
      ["absolute.onnx", secret],
      ["relative.onnx", "../secret.onnx"],
      ["twice.onnx", "relative.onnx"],
      ["text.json", "../xgboost.json"],
      ["folder", "../store"],
      ["beginning", "../models-other"],
      ["mixed/1", "../../store/1"],
      ["mixed/2/model.onnx", "../../../secret.onnx"],
      ["proc", "/proc/self/fd"],
    ] as const)
      symlinkSync(target, join(root, link));
    const fates = await served();
    expect(Object.keys(fates).sort()).toEqual(
      ["absolute.onnx", "beginning", "folder", "mixed/1", "mixed/2/model.onnx", "proc", "relative.onnx", "text.json", "twice.onnx"].sort(),
    );
    expect(new Set(Object.values(fates))).toEqual(new Set(["MODEL_FILE_UNREADABLE"]));
    rmSync(join(root, "proc"));
    expect(await served(true)).toMatchObject({
      "absolute.onnx": "iris 1",
      "folder/1/model.onnx": "folder 1",
      "mixed/1/model.onnx": "mixed 1",
    });
  });

  it("reads no file that a link was turned to after it was found", async () => {
    put("iris.onnx");
    put("inside/model.onnx");
    symlinkSync("inside/model.onnx", join(root, "turned.onnx"));
    const source = (await findModels(root)).find(({ path }) => path.endsWith("turned.onnx"));
    rmSync(join(root, "turned.onnx"));
    symlinkSync(put("secret.onnx", base), join(root, "turned.onnx"));
    await expect(loadModel(source?.path ?? "", { ...source })).rejects.toMatchObject({
      code: "MODEL_FILE_UNREADABLE",
      message: expect.not.stringContaining("secret"),
    });
  });

  it("may be a volume of its own", async () => {
    put("iris.onnx");
    put("lost+found/1/model.onnx");
    expect(await served()).toEqual({ "iris.onnx": "iris 1" });
  });

  // Root reads every folder.
  it.skipIf(process.getuid?.() === 0)("says which folder in it cannot be read", async () => {
    put("iris.onnx");
    mkdirSync(join(root, "closed"), { mode: 0o000 });
    await expect(findModels(root)).rejects.toMatchObject({ code: "MODEL_FILE_UNREADABLE", path: join(root, "closed") });
  });

  it("is read to its end, whatever lies in it", { timeout: 10_000 }, async () => {
    put("iris.onnx");
    for (const pipe of ["pipe.onnx", "pipe.json", "pipe.txt"]) execFileSync("mkfifo", [join(root, pipe)]);
    const server = createServer().listen(join(root, "socket.json"));
    for (const [link, target] of [
      ["loop.onnx", "loop.onnx"],
      ["loop.json", "loop.json"],
      ["itself", "."],
      ["up", ".."],
      ["nowhere.onnx", "absent"],
      ["zero.json", "/dev/zero"],
    ] as const)
      symlinkSync(target, join(root, link));
    writeFileSync(join(root, "empty.onnx"), "");
    writeFileSync(join(root, "empty.json"), "");
    mkdirSync(join(root, "folder.onnx", "1", "deeper"), { recursive: true });
    const fates = await served();
    server.close();
    expect(fates).toMatchObject({
      "iris.onnx": "iris 1",
      "pipe.onnx": "MODEL_FILE_UNREADABLE",
      "loop.onnx": "MODEL_FILE_UNREADABLE",
      "nowhere.onnx": "MODEL_FILE_UNREADABLE",
      up: "MODEL_FILE_UNREADABLE",
      "zero.json": "MODEL_FILE_UNREADABLE",
      "empty.onnx": "MODEL_FORMAT_UNKNOWN",
    });
    for (const name of ["pipe.json", "pipe.txt", "socket.json", "loop.json", "empty.json", "folder.onnx"])
      expect(fates).not.toHaveProperty([name]);
  });

  it("takes names that can be part of a URL, and no others", async () => {
    const names = ["a b", "a\nb", "a%2fb", "-x", "ｉｒｉｓ", "\u202esiri", "x".repeat(129), "%2e%2e%2f", "a'b", "a\\b", "__proto__", "CON"];
    for (const name of names) put(`${name}/1/model.onnx`);
    for (const version of ["1 0", "v1", "$(id)", "~"]) put(`versions/${version}/model.onnx`);
    const fates = await served();
    const fate = (name: string) => fates[`${name}/1/model.onnx`];
    for (const name of names.slice(0, -2)) expect([name, fate(name)]).toEqual([name, "MODEL_SIGNATURE_INVALID"]);
    expect([fate("__proto__"), fate("CON")]).toEqual(["MODEL_SIGNATURE_INVALID", "CON 1"]);
    expect(fates["versions/v1/model.onnx"]).toBe("versions v1");
    for (const version of ["1 0", "$(id)", "~"]) expect(fates[`versions/${version}/model.onnx`]).toBe("MODEL_SIGNATURE_INVALID");
  });
});
