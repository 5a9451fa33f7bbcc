import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importsOf, violations } from "./check.ts";

const src = new URL("../../src/", import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.test)\.(ts|js)$/.test(file));

describe("the directions of imports", () => {
  it("hold in every file of src/", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => violations(file, readFileSync(new URL(file, src), "utf8")))).toEqual([]);
  });
});

describe("the check of directions", () => {
  it.each([
    ["an upward import", "graph/graph.ts", 'import { compile } from "../compiler/compile.ts";'],
    ["a type import", "tensor/tensor.ts", 'import type { Graph } from "../graph/graph.ts";'],
    ["an export from above", "compiler/compile.ts", 'export { loadModel } from "../models/load-model.ts";'],
    ["a dynamic import", "formats/registry.ts", 'const server = await import("../server/transport.ts");'],
    ["a type in a comment", "engines/worker.js", '/** @typedef {import("../models/model.ts").Model} Model */'],
    ["a sibling format", "formats/onnx/read.ts", 'import { read } from "../xgboost/read.ts";'],
    ["a sibling protocol", "protocols/predict/routes.ts", 'import { routes } from "../mlflow/routes.ts";'],
    ["a runtime module in a pure folder", "compiler/compile.ts", 'import { readFileSync } from "node:fs";'],
    ["a package that is not listed", "models/model.ts", 'import lodash from "lodash";'],
    ["what is outside of src/", "cli/main.ts", 'import { seededRandom } from "../../test/onnx/random.ts";'],
    ["another file of a folder with a port", "scheduling/batch.ts", 'import { chooseEngine } from "../engines/choose.ts";'],
    ["a folder that nobody listed", "helpers/x.ts", 'import { tensor } from "../tensor/tensor.ts";'],
  ])("finds %s", (_, file, source) => {
    expect(violations(file, source)).toHaveLength(1);
  });

  it("takes what is allowed", () => {
    const source =
      'import { SetosaError } from "../../errors.ts";\nimport { x } from "./wire.ts";\nimport { BinaryReader } from "@bufbuild/protobuf/wire";';
    expect(violations("formats/onnx/read.ts", source)).toEqual([]);
    expect(importsOf("a.ts", source)).toHaveLength(3);
  });
});
