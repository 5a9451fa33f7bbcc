import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { environmentVariable, parseOptions } from "../../src/cli/options.ts";
import { readLimits, serveOptions } from "../../src/cli/serve-options.ts";

const file = (name: string) => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), "utf8");
const files = {
  systemd: { text: file("systemd/setosa.service"), variable: /^Environment=(SETOSA_\w+)=(.*)$/gm, patience: /^TimeoutStopSec=(\d+)$/m },
  kubernetes: {
    text: file("kubernetes/setosa.yaml"),
    variable: /name: (SETOSA_\w+), value: "?([^"}\s]+)"?/g,
    patience: /terminationGracePeriodSeconds: (\d+)/,
  },
};

describe.each(Object.entries(files))("the files for %s", (_, { text, variable, patience }) => {
  const environment = Object.fromEntries([...text.matchAll(variable)].map(([, name = "", value = ""]) => [name, value]));

  it("name options that there are, with values that they take", () => {
    const names = Object.keys(environment);
    expect(names.length).toBeGreaterThan(3);
    expect(Object.keys(serveOptions).map(environmentVariable)).toEqual(expect.arrayContaining(names));
    expect(Object.keys(parseOptions([], serveOptions, environment).values)).toHaveLength(names.length);
  });

  it("wait for longer than the server takes to drain", () => {
    const { drainDelayMilliseconds, drainMilliseconds } = readLimits(parseOptions([], serveOptions, environment).values);
    expect(drainDelayMilliseconds).toBeGreaterThan(0);
    expect(Number(patience.exec(text)?.[1]) * 1000).toBeGreaterThan(drainDelayMilliseconds + drainMilliseconds + 2000);
  });
});
