import { describe, expect, it } from "vitest";
import { degenerateResults, hostileResult, threeTargets, twelveTargets } from "./fixture.test-data.ts";
import { type PictureMeasure, reportPicture } from "./picture.ts";
import { contrast } from "./svg/contrast.test-data.ts";
import { neutral } from "./svg/series.ts";
import { elementsOf } from "./well-formed.test-data.ts";

const measures: readonly PictureMeasure[] = ["answersPerSecond", "cpuMicrosecondsPerAnswer"];

describe("reportPicture", () => {
  const rates = reportPicture(threeTargets(), { measure: "answersPerSecond" });

  it("has a bar and its value for each target that was measured", () => {
    expect(elementsOf(rates).filter(({ name }) => name === "rect")).toHaveLength(2);
    expect(rates).toContain(">30,927</text>");
    expect(rates).toContain(">Setosa</text>");
    expect(reportPicture(threeTargets(), { measure: "cpuMicrosecondsPerAnswer" })).toContain(">28.4</text>");
  });

  it("has a refused target's reason where others have a bar", () => {
    expect(rates).toContain(">refused: STATUS_NOT_OK</text>");
    expect(rates).toContain("Gateway: refused: STATUS_NOT_OK.");
  });

  it("says where a measure is missing", () => {
    expect(reportPicture(twelveTargets(), { measure: "cpuMicrosecondsPerAnswer" })).toContain(">not measured</text>");
  });

  it("has bars as long as their values", () => {
    const [setosa, fastapi] = elementsOf(rates)
      .filter(({ name }) => name === "rect")
      .map(({ attributes }) => Number(attributes.get("width")));
    const [one, other] = threeTargets().targets.map(({ total }) => total?.answersPerSecond ?? 0);
    expect((setosa ?? 0) / (fastapi ?? 1)).toBeCloseTo((one ?? 0) / (other ?? 1), 2);
  });

  it("is a picture of its own, without a background and without anything from outside", () => {
    expect(rates).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(rates.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|href|<style|<script|url\(|<image/);
    expect(elementsOf(rates).some(({ name, attributes }) => name === "rect" && attributes.get("width") === "720")).toBe(false);
  });

  it("is read on GitHub's light and dark pages", () => {
    for (const page of ["#ffffff", "#0d1117"]) {
      expect(contrast(neutral.text, page)).toBeGreaterThan(4);
      expect(contrast(neutral.bar, page)).toBeGreaterThan(3);
    }
    expect(contrast(neutral.onBar, neutral.bar)).toBeGreaterThan(3);
  });

  it.each([["a hostile one", hostileResult()] as const, ...degenerateResults()])("is well-formed: %s", (_, result) => {
    for (const measure of measures) {
      const picture = reportPicture(result, { measure });
      const names = new Set(elementsOf(picture).map(({ name }) => name));
      for (const name of names) expect(["svg", "title", "desc", "text", "tspan", "line", "g", "rect", "path"]).toContain(name);
      expect(picture).not.toMatch(/NaN|Infinity|undefined|\[object/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no place for them
      expect(picture).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\ud800-\udfff\ufffe\uffff]/);
    }
  });
});
