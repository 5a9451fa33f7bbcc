import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CaseStudyServer, type ModelName, servers } from "../../case-study/servers.ts";
import { StartedServer, waitFor } from "../../src/bench/process/started-server.ts";
import { freePort } from "../../src/server/workers/free-port.ts";
import { root } from "../e2e/process.ts";

/** The same JSON for the same request: what makes the servers of the case study comparable. */

const toolchains: Readonly<Record<CaseStudyServer["toolchain"], boolean>> = {
  node: true,
  go: existsSync(`${root}case-study/go/bin/nethttp`),
  python: existsSync(`${root}case-study/python/.venv/bin/python`) && existsSync(`${root}case-study/python/models/iris.joblib`),
};
const isRequired = process.env.CASE_STUDY === "required";
const features = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const classes = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"];
const setosa = { "sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2 };
const { "petal width (cm)": _, ...withoutOne } = setosa;
const json = JSON.stringify;

/** Body, and the codes that may say so: Setosa has finer ones for some mistakes. */
const mistakes: readonly (readonly [what: string, body: string, ...codes: string[]])[] = [
  ["nothing", "", "JSON_INVALID", "BODY_EMPTY"],
  ["half of an object", '{"sepal', "JSON_INVALID"],
  ["NaN", json(setosa).replace("5.1", "NaN"), "JSON_INVALID", "FEATURE_TYPE_INVALID"],
  ["more behind the row", `${json(setosa)}1`, "JSON_INVALID"],
  ["a number", "5", "BODY_SHAPE_INVALID"],
  ["null", "null", "BODY_SHAPE_INVALID"],
  ["an absent feature", json(withoutOne), "FEATURE_MISSING"],
  ["no feature", "{}", "FEATURE_MISSING"],
  ["another feature", json({ ...setosa, colour: 1 }), "FEATURE_UNKNOWN"],
  ["a text for a number", json({ ...setosa, "sepal length (cm)": "5.1" }), "FEATURE_TYPE_INVALID"],
  ["true for a number", json({ ...setosa, "sepal length (cm)": true }), "FEATURE_TYPE_INVALID"],
  ["a list for a number", json({ ...setosa, "sepal length (cm)": [5.1] }), "FEATURE_TYPE_INVALID"],
  // The models are trained on float32 rows; a larger number is an infinity to them.
  ["a number beyond float32", json({ ...setosa, "sepal length (cm)": 1e39 }), "FEATURE_NOT_FINITE", "FEATURE_TYPE_INVALID"],
  [
    "the first number beyond float32",
    json({ ...setosa, "sepal length (cm)": -3.4028235677973366e38 }),
    "FEATURE_NOT_FINITE",
    "FEATURE_TYPE_INVALID",
  ],
];

interface Answer {
  readonly model: string;
  readonly version: string;
  readonly prediction: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

async function start(server: CaseStudyServer, model: ModelName) {
  const port = await freePort({ host: "127.0.0.1", port: 0 });
  const command = server.command(model, port);
  const running = new StartedServer({ command, folder: `${root}${server.folder}` }, undefined);
  const url = `http://127.0.0.1:${port}/predict`;
  const ready = await waitFor(running, 60, () =>
    fetch(url).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    ),
  );
  if (ready === undefined) throw new Error(`${server.title} does not answer: ${running.ended ?? running.output}`);
  return { url, running };
}

const post = (url: string, body: string): Promise<Response> =>
  fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });

for (const server of servers.filter(({ predicts }) => predicts))
  describe.skipIf(!toolchains[server.toolchain] && !isRequired).each(["iris", "iris-forest"] as const)(`${server.title}, %s`, (model) => {
    let started: Awaited<ReturnType<typeof start>> | undefined;
    const url = (): string => started?.url ?? "";
    beforeAll(async () => {
      started = await start(server, model);
    }, 90_000);
    afterAll(() => started?.running.stop());

    it("answers every row as scikit-learn did", async () => {
      const { rows, labels, scores } = JSON.parse(readFileSync(`${root}test/fixtures/models/${model}.json`, "utf8")) as {
        rows: number[][];
        labels: number[];
        scores: number[][];
      };
      expect(rows).toHaveLength(150);
      for (const [index, row] of rows.entries()) {
        const response = await post(url(), json(Object.fromEntries(features.map((name, column) => [name, row[column]]))));
        expect(response.status).toBe(200);
        expect(response.headers.get("content-type")).toMatch(/^application\/json/);
        const answer = (await response.json()) as Answer;
        expect(Object.keys(answer)).toEqual(["model", "version", "prediction", "probabilities"]);
        expect(answer).toMatchObject({ model, version: "1", prediction: classes[labels[index] ?? -1] });
        expect(Object.keys(answer.probabilities)).toEqual(classes);
        for (const [position, name] of classes.entries())
          expect(Math.abs((answer.probabilities[name] ?? Number.NaN) - (scores[index]?.[position] ?? Number.NaN))).toBeLessThan(1e-6);
      }
    });

    it("predicts the study's flower at GET", async () => {
      const response = await fetch(url());
      expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
      expect(await response.text()).toBe("Prediction: Iris-Setosa\n");
    });

    it.each(mistakes)("refuses %s", async (_, body, ...codes) => {
      const response = await post(url(), body);
      const answer = (await response.json()) as { error: { code: string; message: string } };
      expect([response.status, codes.includes(answer.error.code), answer.error.code]).toEqual([400, true, answer.error.code]);
    });

    it("answers the largest float32", async () => {
      const response = await post(url(), json({ ...setosa, "sepal length (cm)": 3.4028234663852886e38 }));
      expect(response.status).toBe(200);
    });

    it.each([
      ["in one piece", (body: string) => body],
      ["in chunks", (body: string) => new Blob([body]).stream()],
    ])("refuses a body above 64 KiB that comes %s", async (_, make) => {
      // Two bytes a character: a limit on characters lets it pass.
      for (const body of [`"${"x".repeat(2 ** 16)}"`, `"${"é".repeat(2 ** 15)}"`]) {
        const response = await fetch(url(), {
          method: "POST",
          body: make(body),
          headers: { "content-type": "application/json" },
          duplex: "half",
        } as RequestInit);
        const answer = (await response.json()) as { error: { code: string } };
        expect([response.status, answer.error.code]).toEqual([413, "BODY_TOO_LARGE"]);
      }
    });

    it("refuses other paths and methods", async () => {
      const nowhere = await fetch(`${url()}/nowhere`);
      expect([nowhere.status, ((await nowhere.json()) as { error: { code: string } }).error.code]).toEqual([404, "ROUTE_NOT_FOUND"]);
      const response = await fetch(url(), { method: "DELETE" });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toContain("POST");
    });
  });

for (const server of servers.filter(({ predicts }) => !predicts))
  it.skipIf(!toolchains[server.toolchain] && !isRequired)(
    `${server.title} answers a constant, whatever it is asked`,
    async () => {
      const { url, running } = await start(server, "iris");
      try {
        for (const query of ["", "?sepal_length=7.7&sepal_width=2.6&petal_length=6.9&petal_width=2.3"])
          expect(await (await fetch(url + query)).text()).toBe("Prediction: Iris-Setosa");
      } finally {
        await running.stop();
      }
    },
    90_000,
  );
