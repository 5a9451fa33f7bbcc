import { expect, it } from "vitest";
import { classifier, classifierSignature, pooling } from "../../../test/onnx/tiny-models.ts";
import { ModelLibrary } from "../library.ts";
import { loadModel } from "../load-model.ts";
import type { Model } from "../model.ts";
import { pickFrom, type ServedModels } from "../served-models.ts";
import { ModelMonitors } from "./monitors.ts";

/** Models that the test exchanges. */
function exchangeable(first: readonly Model[]) {
  let library = new ModelLibrary(first);
  let changed = () => {};
  const models: ServedModels = {
    get library() {
      return library;
    },
    pick: (name, version) => pickFrom(library, name, version),
    onChange: (listener) => {
      changed = listener;
    },
  };
  const exchange = (next: readonly Model[]) => {
    library = new ModelLibrary(next);
    changed();
  };
  return { models, exchange };
}

it("counts for each model from when it is loaded, and again from nothing for one that takes its place", async () => {
  const [first, second, tensors] = await Promise.all([
    loadModel(classifier()),
    loadModel(classifier()),
    loadModel(pooling(), { engine: "interpreted" }),
  ]);
  const { models, exchange } = exchangeable([first, tensors]);
  const monitors = new ModelMonitors({ models, clock: () => 0, windowMinutes: 60 });
  first.predictMany([
    [2, 1],
    [1, 3],
  ]);
  expect(monitors.report(first)?.total).toMatchObject({ rows: 2, predictions: 2 });
  expect(monitors.report(tensors)).toBeUndefined();
  const { name, version } = classifierSignature;
  expect(monitors.snapshot(name, version)?.total).toEqual(monitors.snapshot(name, version)?.window);

  exchange([second]);
  second.predict([1, 3]);
  exchange([second, tensors]);
  second.predict([1, 3]);
  expect(monitors.report(second)?.total).toMatchObject({ rows: 2, predictions: 2 });
  expect(monitors.report(second)?.predictions[0]?.distribution?.window).toEqual([0, 2]);
  expect(monitors.snapshot(name, "9")).toBeUndefined();
  expect(monitors.snapshot(tensors.name, tensors.version)).toBeUndefined();
});

it("adds up what processes have counted, and leaves out those that still serve another file", async () => {
  const model = await loadModel(classifier());
  const monitors = new ModelMonitors({ models: exchangeable([model]).models, clock: () => 0, windowMinutes: 60 });
  model.predict([2, 1]);
  const own = monitors.snapshot(model.name, model.version);
  if (own === undefined) throw new Error("not monitored");
  const other = { total: [7, 7], window: [7, 7] };
  expect(monitors.report(model, [other, own, own])?.total.rows).toBe(2);
  expect(monitors.report(model, [other])?.total.rows).toBe(1);
});
