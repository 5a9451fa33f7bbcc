import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../e2e/process.ts";
import { classifier, classifierParity, classifierSignature } from "../onnx/tiny-models.ts";
import { exampleModels, networks } from "./questions.ts";

/** A folder of models of which one is replaced again and again. */
export class ModelFolder {
  readonly path = mkdtempSync(join(tmpdir(), "setosa-soak-"));
  #version = 0;

  constructor() {
    mkdirSync(join(this.path, "parts"));
    for (const name of exampleModels) cpSync(`${root}models/${name}.onnx`, join(this.path, `${name}.onnx`));
    for (const name of networks) cpSync(`${root}test/fixtures/deep/${name}.onnx`, join(this.path, `${name}.onnx`));
    this.swap();
  }

  /** Puts the next version in the place of the last. */
  swap(): void {
    this.#version++;
    this.#put(classifier({ signature: this.#signature() }));
  }

  /** Puts a file there that must not be served: cut off, or one that answers other than its parity rows say. */
  spoil(random: () => number): void {
    this.#version++;
    const bytes = classifier({ signature: this.#signature(), parity: { ...classifierParity, labels: [1, 1], scores: null } });
    this.#put(random() < 0.5 ? bytes : bytes.subarray(0, Math.floor(random() * bytes.length)));
  }

  /** A model of more work is loaded again. */
  renew(random: () => number): void {
    const name = exampleModels[Math.floor(random() * exampleModels.length)] ?? "iris";
    const part = join(this.path, "parts", name);
    cpSync(`${root}models/${name}.onnx`, part);
    renameSync(part, join(this.path, `${name}.onnx`));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Even versions call the classes by each other's name. */
  #signature(): unknown {
    const { task } = classifierSignature;
    const classes = this.#version % 2 === 1 ? ["left", "right"] : ["right", "left"];
    return { ...classifierSignature, name: "swapped", version: String(this.#version), task: { ...task, classes } };
  }

  #put(bytes: Uint8Array): void {
    const part = join(this.path, "parts", "swapped");
    writeFileSync(part, bytes);
    renameSync(part, join(this.path, "swapped.onnx"));
  }
}
