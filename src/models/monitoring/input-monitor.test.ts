import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import type { Feature, FeatureValue, Signature } from "../../graph/signature.ts";
import type { Bins } from "../../graph/training.ts";
import type { Answers } from "../answers.ts";
import { type EncoderTarget, RowEncoder } from "../row-encoder.ts";
import { InputMonitor } from "./input-monitor.ts";
import { type MonitoringReport, monitoringReport } from "./report.ts";
import { mergeSnapshots } from "./snapshot.ts";

const classes = ["low", "middle", "high"];
const features: readonly Feature[] = [
  { name: "size", input: "X", column: 1, dtype: "float32", missing: true, min: 0.1, max: 0.7 },
  { name: "free", input: "X", column: 0, dtype: "float32", missing: false },
  { name: "count", input: "N", column: 0, dtype: "int64", missing: false, min: -3, max: 5 },
  { name: "is known", input: "B", column: 0, dtype: "bool", missing: false, categories: [false, true] },
  { name: "grade", input: "G", column: 0, dtype: "float32", missing: true, categories: [1, 2.1, 4], unknown: "ignore" },
  { name: 'city "x"', input: "S", column: 0, dtype: "string", missing: true, categories: ["Oslo", "Bergen"], unknown: "ignore" },
  { name: "plan", input: "S", column: 1, dtype: "string", missing: false, categories: ["basic", "gold"], unknown: "error" },
  { name: "note", input: "S", column: 2, dtype: "string", missing: false, unknown: "ignore" },
];
const inputs = ["X", "N", "B", "G", "S"];
const edges = { size: [0.1, 0.3, 0.5], count: [-1.5, 0.5] };
const signature: Signature = {
  task: { kind: "classification", classes, labels: [0, 1, 2], label: "label", scores: "scores", scoreKind: "probability" },
  features,
  training: {
    rows: 100,
    features: [
      { missing: 10, bins: { edges: edges.size, counts: [10, 30, 20, 30] } },
      { missing: 0, bins: { edges: [], counts: [100] } },
      { missing: 0, bins: { edges: edges.count, counts: [10, 50, 40] } },
      { missing: 0, categories: [40, 60], other: 0 },
      { missing: 5, categories: [40, 30, 20], other: 5 },
      { missing: 20, categories: [40, 40], other: 0 },
      { missing: 0, categories: [50, 50], other: 0 },
      { missing: 0 },
    ],
    labels: [[30, 30, 40]],
    score: { edges: [0.5, 0.9], counts: [30, 30, 40] },
  },
};

/** Positions in a vocabulary that holds the categories and some other word, or texts as onnxruntime takes them. */
type Texts = "positions" | "positions with an empty text" | "texts";
const capacity = 8;

function targets(texts: Texts): EncoderTarget[] {
  const words = ["elsewhere", "gold", "Bergen", "basic", "Oslo", ...(texts === "positions" ? [] : [""])];
  const strings: EncoderTarget =
    texts === "texts"
      ? { data: new Array<string>(capacity * 3).fill(""), width: 3 }
      : { data: new Int32Array(capacity * 3), width: 3, vocabulary: new Map(words.map((word, position) => [word, position])) };
  return [
    { data: new Float32Array(capacity * 2), width: 2 },
    { data: new Float64Array(capacity), width: 1 },
    { data: new Uint8Array(capacity), width: 1 },
    { data: new Float32Array(capacity), width: 1 },
    strings,
  ];
}

interface World {
  readonly monitor: InputMonitor;
  /** As a model does it: in blocks, and the whole request answered at its end. */
  request(rows: readonly FeatureValue[][], labels: readonly number[], asObjects?: boolean): void;
  report(): MonitoringReport;
}

function world(texts: Texts, of: Signature = signature, clock = () => 0): World {
  const monitor = new InputMonitor({ signature: of, inputs, clock, windowMilliseconds: 3_600_000 });
  const fixed = targets(texts);
  const request = (rows: readonly FeatureValue[][], labels: readonly number[], asObjects = false) => {
    const given = asObjects ? rows.map((row) => Object.fromEntries(features.map(({ name }, index) => [name, row[index]]))) : rows;
    try {
      // Engines of another thread are given new arrays for each request.
      const blockTargets = texts === "texts" ? targets(texts) : fixed;
      const encoder = new RowEncoder(features, (input) => blockTargets[inputs.indexOf(input)] as EncoderTarget);
      for (let from = 0; from < given.length; from += capacity) {
        const block = given.slice(from, from + capacity);
        block.forEach((row, index) => encoder.encode(row, index, { path: "rows", first: from }));
        monitor.encoded(blockTargets, block.length);
      }
      monitor.answered(given, answers(labels));
    } catch (error) {
      monitor.failed(error);
    }
  };
  const report = () =>
    monitoringReport({
      model: "m",
      version: "1",
      signature: of,
      layout: monitor.layout,
      snapshot: monitor.snapshot(),
      windowMinutes: 60,
    });
  return { monitor, request, report };
}

function answers(labels: readonly number[]): Answers {
  const scores = labels.flatMap((label) => classes.map((_, index) => (index === label ? scoreOf(label) : 0)));
  return { rows: labels.length, labels: Int32Array.from(labels), scores: Float32Array.from(scores), width: 3 };
}
const scoreOf = (label: number) => [0.4, 0.9, 0.95][label] ?? 0;

const number = fc.oneof(fc.constantFrom(0.1, 0.3, 0.5, 0.7, 0, 5), fc.double({ min: -1, max: 2, noNaN: true }));
const row = fc.tuple(
  fc.option(number),
  number,
  fc.integer({ min: -6, max: 8 }),
  fc.boolean(),
  fc.option(fc.constantFrom(1, 2.1, 4, 7)),
  fc.option(fc.constantFrom("Oslo", "Bergen", "gold", "elsewhere", "nowhere")),
  fc.constantFrom("basic", "gold"),
  fc.constantFrom("", "gold", "some text"),
);
const requests = fc.array(
  fc.record({ rows: fc.array(fc.tuple(row, fc.nat(2)), { minLength: 1, maxLength: 20 }), asObjects: fc.boolean() }),
  { maxLength: 12 },
);

/** The same by going through all rows again for each count. */
function recount(rows: readonly FeatureValue[][]) {
  const single = Math.fround;
  return features.map((feature, index) => {
    const values = rows.map((one) => one[index] ?? null);
    const round = (value: number) => (feature.dtype === "float32" ? single(value) : value);
    const numbers = feature.categories === undefined ? values.filter((value) => typeof value === "number").map(round) : [];
    const { min, max, categories } = feature;
    const known = (value: FeatureValue) => categories === undefined || categories.includes(value as number);
    return {
      missing: values.filter((value) => value === null).length,
      belowMin: min === undefined ? 0 : numbers.filter((value) => value < round(min)).length,
      aboveMax: max === undefined ? 0 : numbers.filter((value) => value > round(max)).length,
      unseen: values.filter((value) => value !== null && !known(value)).length,
      refused: 0,
      bins:
        categories?.map((category) => values.filter((value) => value === category).length) ??
        binned(signature.training?.features[index]?.bins, numbers, round),
    };
  });
}

function binned(bins: Bins | undefined, numbers: readonly number[], round: (value: number) => number): number[] | undefined {
  return bins?.counts.map((_, bin) => {
    const low = round(bins.edges[bin - 1] ?? Number.NEGATIVE_INFINITY);
    const high = round(bins.edges[bin] ?? Number.POSITIVE_INFINITY);
    return numbers.filter((value) => value > low && value <= high).length;
  });
}

describe.each<Texts>(["positions", "positions with an empty text", "texts"])("InputMonitor, with %s", (texts) => {
  it("counts what a recount of all rows counts", () => {
    fc.assert(
      fc.property(requests, (list) => {
        const { request, report } = world(texts);
        for (const { rows, asObjects } of list)
          request(
            rows.map(([values]) => values),
            rows.map(([, label]) => label),
            asObjects,
          );
        const all = list.flatMap(({ rows }) => rows);
        const found = report();
        expect(found.window).toMatchObject({ rows: all.length, predictions: all.length });
        expect(found.features.map(({ window, distribution }) => ({ ...window, bins: distribution?.window }))).toEqual(
          recount(all.map(([values]) => values)),
        );
        expect(found.features.map(({ total }) => total)).toEqual(found.features.map(({ window }) => window));
        const labels = [0, 1, 2].map((label) => all.filter(([, one]) => one === label).length);
        expect(found.predictions.map(({ name, distribution }) => [name, distribution?.window])).toEqual([
          ["label", labels],
          // 0.4; float32(0.9), which is below 0.9; 0.95
          ["score", labels],
        ]);
      }),
    );
  });

  it("counts in parts what it counts as a whole", () => {
    fc.assert(
      fc.property(requests, fc.array(fc.nat(2), { minLength: 12, maxLength: 12 }), (list, owners) => {
        const whole = world(texts);
        const parts = [world(texts), world(texts), world(texts)] as const;
        list.forEach(({ rows, asObjects }, index) => {
          const values = rows.map(([one]) => one);
          const labels = rows.map(([, label]) => label);
          whole.request(values, labels, asObjects);
          parts[owners[index] as 0]?.request(values, labels, asObjects);
        });
        const [first, second, third] = parts.map(({ monitor }) => monitor.snapshot()) as [never, never, never];
        expect(mergeSnapshots([first, second, third])).toEqual(whole.monitor.snapshot());
        expect(mergeSnapshots([third, first, second])).toEqual(whole.monitor.snapshot());
      }),
    );
  });

  it("counts the value for which a row is refused", () => {
    const { request, report } = world(texts);
    const good = [0.2, 0.2, 1, true, 1, "Oslo", "basic", "text"];
    request([good, [0.2, 0.2, 1, true, 1, "Oslo", "silver", "text"]], [0, 0]);
    request([[0.2, null, 1, true, 1, "Oslo", "basic", "text"]], [0]);
    request([[0.2, null, 1, true, 1, null, "basic", "text"]], [0], true);
    request([[0.2, "0.2", 1, true, 1, "Oslo", "basic", "text"]], [0]);
    request([[0.2, 0.2, 1, true, 1, null, "basic", "text"]], [0]);
    const found = report();
    expect(found.window).toMatchObject({ rows: 1, predictions: 1 });
    const by = Object.fromEntries(found.features.map(({ name, window }) => [name, window]));
    expect(by.plan).toEqual({ missing: 0, belowMin: 0, aboveMax: 0, unseen: 1, refused: 1 });
    expect(by.free).toEqual({ missing: 2, belowMin: 0, aboveMax: 0, unseen: 0, refused: 2 });
    expect(by['city "x"']).toMatchObject({ missing: 1, unseen: 0 });
  });
});

describe("InputMonitor", () => {
  it("forgets what is older than the window, and keeps the total", () => {
    let now = 0;
    const { request, report } = world("positions", signature, () => now);
    const good = [0.9, 0.2, 1, true, 1, "Paris", "basic", "text"];
    request([good, good], [0, 1]);
    now = 30 * 60_000;
    request([good], [2]);
    const counts = () => {
      const { window, total, features: all } = report();
      return [window.rows, window.predictions, total.rows, all[0]?.window.aboveMax, all[0]?.total.aboveMax];
    };
    expect(counts()).toEqual([3, 3, 3, 3, 3]);
    now = 60 * 60_000;
    expect(counts()).toEqual([1, 1, 3, 1, 3]);
    now = 95 * 60_000;
    expect(counts()).toEqual([0, 0, 3, 0, 3]);
  });

  it("compares with the training rows: a shift shows, and nothing is said of few rows", () => {
    const { request, report } = world("positions");
    const rows = (share: number, city: string) =>
      Array.from({ length: 200 }, (_, index) => [
        index % 10 === 0 ? null : 0.05 + 0.1 * ((index % 7) + share),
        0,
        index % 3,
        index % 5 < 2,
        1,
        city,
        "gold",
        "",
      ]);
    const psi = () => Object.fromEntries(report().features.map(({ name, psi: found }) => [name, found]));
    request(rows(0, "Oslo").slice(0, 99), new Array(99).fill(0));
    expect(new Set(Object.values(psi()))).toEqual(new Set([null]));
    request(rows(0, "Oslo"), new Array(200).fill(0));
    const before = psi();
    expect(before.note).toBeNull();
    expect(before.free).toBeCloseTo(0, 10);
    for (let again = 0; again < 20; again++) request(rows(5, "Paris"), new Array(200).fill(2));
    const after = psi();
    expect(after.size).toBeGreaterThan((before.size ?? 0) + 0.25);
    expect(after['city "x"']).toBeGreaterThan((before['city "x"'] ?? 0) + 0.25);
    expect(report().features[0]?.drift).toBe("large");
    expect(report().predictions.map(({ drift }) => drift)).toEqual(["large", "large"]);
  });

  it("counts without a comparison where the file says nothing of its training rows", () => {
    const { training: _, ...bare } = signature;
    const { request, report } = world("texts", bare);
    request(
      Array.from({ length: 150 }, () => [9, 0, 0, true, null, "Paris", "gold", ""]),
      new Array(150).fill(1),
    );
    const found = report();
    expect(found.training).toBeNull();
    expect(found.features.map(({ psi }) => psi)).toEqual(new Array(8).fill(null));
    expect(found.features[0]?.window).toEqual({ missing: 0, belowMin: 0, aboveMax: 150, unseen: 0, refused: 0 });
    expect(found.features[4]?.window).toMatchObject({ missing: 150 });
    expect(found.features[5]).toMatchObject({ window: { unseen: 150 }, distribution: { categories: ["Oslo", "Bergen"], window: [0, 0] } });
    expect(found.predictions).toEqual([
      {
        name: "label",
        kind: "class",
        psi: null,
        noise: null,
        drift: null,
        distribution: { classes, window: [0, 150, 0], total: [0, 150, 0] },
      },
    ]);
  });

  it("keeps the number of counters within bounds, and counts what needs none", () => {
    const many: Feature = {
      name: "id",
      input: "S",
      column: 0,
      dtype: "string",
      missing: false,
      categories: Array.from({ length: 70_000 }, (_, index) => `id${index}`),
    };
    const of: Signature = { task: { kind: "regression", targets: ["y"], value: "y" }, features: [many] };
    const monitor = new InputMonitor({ signature: of, inputs: ["S"], clock: () => 0, windowMilliseconds: 1 });
    expect(monitor.layout.size).toBeLessThan(100);
    monitor.encoded([{ data: ["id5", "id69999", "stranger"], width: 1 }], 3);
    const report = monitoringReport({
      model: "m",
      version: "1",
      signature: of,
      layout: monitor.layout,
      snapshot: monitor.snapshot(),
      windowMinutes: 1,
    });
    expect(report.features[0]?.window.unseen).toBe(1);
    expect(report.features[0]?.distribution).toBeUndefined();
  });

  it("leaves other failures, and errors that name no feature, alone", () => {
    const { monitor } = world("positions");
    const before = monitor.snapshot();
    for (const error of [
      new Error("x"),
      undefined,
      new SetosaError("CATEGORY_UNKNOWN", "x", { path: "OneHotEncoder" }),
      new SetosaError("CATEGORY_UNKNOWN", "x", { path: "node[99]" }),
      new SetosaError("FEATURE_NULL", "x"),
      new SetosaError("FEATURE_MISSING", "x", { path: '["plan"]' }),
    ])
      monitor.failed(error);
    expect(monitor.snapshot()).toEqual(before);
  });
});
