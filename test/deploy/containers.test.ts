import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { environmentVariable, parseOptions } from "../../src/cli/options.ts";
import { readLimits, serveOptions } from "../../src/cli/serve-options.ts";
import { platformArguments } from "../../src/cli/serve-platform.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const { version } = JSON.parse(read("package.json")) as { version: string };
const { optionalDependencies } = JSON.parse(read("tools/bun/package.json")) as { optionalDependencies: Record<string, string> };

/** The instructions of a Dockerfile, by their name. */
function instructions(text: string): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const line of text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n/g, " ")
    .split("\n")) {
    const [, name = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (line !== "") all.set(name, [...(all.get(name) ?? []), rest]);
  }
  return all;
}

/** What the platform sets. */
const platforms = {
  sagemaker: { environment: { SAGEMAKER_BIND_TO_PORT: "8085" }, port: 8085, path: "/opt/ml/model" },
  vertex: { environment: { AIP_HTTP_PORT: "7080", AIP_STORAGE_URI: "gs://bucket/model" }, port: 7080, path: "/model" },
};

describe.each(Object.entries(platforms))("the Dockerfile for %s", (name, { environment, port, path }) => {
  const file = instructions(read(`deploy/${name}/Dockerfile`));
  const list = (instruction: string) => JSON.parse(file.get(instruction)?.[0] ?? "") as string[];

  it("has instructions that there are, and begins with an image", () => {
    const known = ["FROM", "ARG", "RUN", "LABEL", "COPY", "ENV", "EXPOSE", "USER", "ENTRYPOINT", "CMD"];
    expect(known).toEqual(expect.arrayContaining([...file.keys()]));
    expect([...file.keys()][0]).toBe("FROM");
  });

  it("installs this version, and the Bun that it is tested with", () => {
    expect(file.get("ARG")).toEqual([`SETOSA=setosa@${version}`]);
    expect(file.get("RUN")?.[0]).toContain(`@oven/bun-linux-x64@${optionalDependencies["@oven/bun-linux-x64"]} `);
  });

  it("starts the server without a shell, as the platform means it", () => {
    expect(list("ENTRYPOINT")).toEqual(["/opt/setosa/node_modules/.bin/setosa"]);
    const [command, ...argv] = list("CMD");
    expect(command).toBe("serve");
    const own = Object.fromEntries((file.get("ENV") ?? []).flatMap((line) => line.split(" ").map((pair) => pair.split("="))));
    const names = Object.keys(own).filter((variable) => variable.startsWith("SETOSA_"));
    expect(Object.keys(serveOptions).map(environmentVariable)).toEqual(expect.arrayContaining(names));
    const all = { ...own, ...environment };
    const { values, positionals, platform } = platformArguments(parseOptions(argv, serveOptions, all), all);
    expect(platform?.name).toBe(name);
    expect(positionals).toEqual([path]);
    expect(values).toMatchObject({ host: "0.0.0.0", port });
    const { drainDelayMilliseconds, drainMilliseconds } = readLimits(values);
    expect(drainDelayMilliseconds + drainMilliseconds).toBeLessThan(30_000 - 2000);
  });
});

describe("the Dockerfile for SageMaker", () => {
  it("says what the container can do, and leaves it to root", () => {
    const file = instructions(read("deploy/sagemaker/Dockerfile"));
    expect(file.get("LABEL")).toEqual([
      "com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true",
      "com.amazonaws.sagemaker.capabilities.multi-models=true",
    ]);
    expect(file.has("USER")).toBe(false);
  });
});
