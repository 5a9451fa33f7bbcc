import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classifier, classifierParity, classifierSignature } from "../../test/onnx/tiny-models.ts";
import { loadLibrary } from "./load-library.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "setosa-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(
  path: string,
  bytes: Uint8Array = classifier({ signature: { ...classifierSignature, name: null, version: null } }),
): Promise<string> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, bytes);
  return whole;
}

const named = ({ list }: Awaited<ReturnType<typeof loadLibrary>>) => list.map(({ name, version }) => `${name} ${version}`);

describe("loadLibrary", () => {
  it("loads the files of a folder in the order of their names, and nothing else", async () => {
    for (const name of ["b.onnx", "a10.onnx", "a9.onnx", ".hidden.onnx", "notes.txt"]) await put(name);
    expect(named(await loadLibrary([folder]))).toEqual(["a9 1", "a10 1", "b 1"]);
  });

  it("loads folders name/version/model.onnx, which say name and version", async () => {
    for (const path of ["risk/10/model.onnx", "risk/9/anything.onnx", "flat.onnx", "risk/readme.md", "risk/.tmp/model.onnx"])
      await put(path);
    const library = await loadLibrary([folder]);
    expect(named(library)).toEqual(["flat 1", "risk 9", "risk 10"]);
    expect(library.get("risk").version).toBe("10");
    expect(library.get("risk", "9").version).toBe("9");
  });

  it("loads files and folders in the order given", async () => {
    const paths = [await put("z/b.onnx"), join(folder, "y"), await put("x/a.onnx")];
    await put("y/c.onnx");
    expect(named(await loadLibrary(paths))).toEqual(["b 1", "c 1", "a 1"]);
  });

  it("follows links to files and folders, as mounted volumes have them", async () => {
    await put("store/real.onnx");
    await put("store/v1/model.onnx");
    await mkdir(join(folder, "models", "risk"), { recursive: true });
    await symlink(join(folder, "store", "real.onnx"), join(folder, "models", "linked.onnx"));
    await symlink(join(folder, "store", "v1"), join(folder, "models", "risk", "1"));
    const models = join(folder, "models");
    expect(named(await loadLibrary([models], { followLinks: true }))).toEqual(["linked 1", "risk 1"]);
    await expect(loadLibrary([models])).rejects.toMatchObject({
      code: "MODEL_FILE_UNREADABLE",
      path: join(models, "linked.onnx"),
      hint: expect.stringContaining("--follow-links"),
    });
  });

  it("takes the first model as the default, or the one named", async () => {
    for (const name of ["a.onnx", "b.onnx"]) await put(name);
    expect((await loadLibrary([folder])).default?.name).toBe("a");
    expect((await loadLibrary([folder], { defaultName: "b" })).default?.name).toBe("b");
    await expect(loadLibrary([folder], { defaultName: "c" })).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
  });

  it("names the folder that holds no model, and what is expected", async () => {
    await put("readme.txt");
    await expect(loadLibrary([folder])).rejects.toMatchObject({
      code: "MODELS_EMPTY",
      path: folder,
      hint: "Put model files into it (.onnx, .json, .txt, .ubj), or folders name/version/model.onnx.",
    });
    await expect(loadLibrary([])).rejects.toMatchObject({ code: "MODELS_EMPTY" });
  });

  it("names both files of a name that is taken", async () => {
    const first = await put("a.onnx", classifier());
    const second = await put("b.onnx", classifier());
    await expect(loadLibrary([folder])).rejects.toMatchObject({
      code: "MODEL_NAME_TAKEN",
      message: `${first} and ${second} both are the model "sides" in version "3".`,
      path: second,
    });
    await expect(loadLibrary([first, first])).rejects.toMatchObject({ hint: "Give the file once." });
  });

  it("names the file that fails, and keeps the error's code and hint", async () => {
    await put("a.onnx");
    const bad = await put("b.onnx", classifier().slice(0, 50));
    await expect(loadLibrary([folder])).rejects.toMatchObject({
      code: "MODEL_FILE_INVALID",
      path: bad,
      message: expect.stringContaining(bad),
      hint: expect.stringContaining("export the model again"),
    });
    const wrong = await put("c.onnx", classifier({ parity: { ...classifierParity, labels: [1, 1] } }));
    await expect(loadLibrary([wrong])).rejects.toMatchObject({ code: "MODEL_PARITY_FAILED", message: expect.stringContaining(wrong) });
    expect((await loadLibrary([wrong], { parity: false })).list).toHaveLength(1);
  });

  it("says what is wrong with a path", async () => {
    const none = join(folder, "none");
    await expect(loadLibrary([none])).rejects.toMatchObject({
      code: "MODEL_FILE_UNREADABLE",
      message: `There is no file or folder ${none}.`,
    });
    await symlink(none, join(folder, "broken.onnx"));
    await expect(loadLibrary([folder])).rejects.toMatchObject({ code: "MODEL_FILE_UNREADABLE", path: join(folder, "broken.onnx") });
    const file = await put("file.onnx");
    await expect(loadLibrary([join(file, "below")])).rejects.toMatchObject({
      code: "MODEL_FILE_UNREADABLE",
      message: expect.stringContaining("cannot be read"),
    });
  });

  // Root reads every folder.
  it.skipIf(process.getuid?.() === 0)("says that a folder cannot be read", async () => {
    await chmod(folder, 0o000);
    await expect(loadLibrary([folder])).rejects.toMatchObject({ code: "MODEL_FILE_UNREADABLE", hint: "Check its permissions." });
    await chmod(folder, 0o700);
  });
});

describe("ModelLibrary.get", () => {
  it("suggests a name, or lists the models", async () => {
    for (const name of ["iris.onnx", "iris-forest.onnx", "wine/2/m.onnx"]) await put(name);
    const library = await loadLibrary([folder]);
    const failure = (name: string, version?: string) => {
      try {
        return library.get(name, version).name;
      } catch (error) {
        return error;
      }
    };
    expect(failure("irs")).toMatchObject({ code: "MODEL_NOT_FOUND", hint: 'Did you mean "iris"?' });
    expect(failure("bank")).toMatchObject({ code: "MODEL_NOT_FOUND", hint: "The models are iris, iris-forest, wine." });
    expect(failure("__proto__")).toMatchObject({ code: "MODEL_NOT_FOUND" });
    expect(failure("wine", "1")).toMatchObject({ code: "MODEL_VERSION_NOT_FOUND", hint: "Its versions are 2." });
    expect(failure("x".repeat(100_000))).toMatchObject({ message: expect.stringMatching(/^.{0,120}$/) });
  });
});
