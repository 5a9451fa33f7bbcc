import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { protocolNames } from "../../../src/protocols/registry.ts";
import { runtimes } from "../../e2e/process.ts";
import { checkVector } from "./check-vector.ts";
import { type ConformanceServer, type ServerKind, speaksGrpc, startConformanceServer } from "./servers.ts";
import { type ErrorCase, errorCases } from "./vector.ts";
import { vectorFiles } from "./vectors/index.ts";

vi.setConfig({ hookTimeout: 60_000 });

/** Every runtime, one worker and several. What SageMaker has loaded by name is one process's, and what is guarded fails in one as in two. */
const combinations: readonly ServerKind[] = runtimes.flatMap((runtime) => [
  { runtime, platform: "none", name: "open", workers: 1 } as const,
  { runtime, platform: "none", name: "open", workers: 2 } as const,
  { runtime, platform: "none", name: "guarded", workers: 1 } as const,
  { runtime, platform: "sagemaker", name: "open", workers: 2 } as const,
  { runtime, platform: "sagemaker", name: "guarded", workers: 1 } as const,
  { runtime, platform: "multi-model", name: "guarded", workers: 1 } as const,
  { runtime, platform: "vertex", name: "open", workers: 2 } as const,
  { runtime, platform: "vertex", name: "guarded", workers: 1 } as const,
]);

const running = new Map<ServerKind, ConformanceServer>();
beforeAll(async () => {
  await Promise.all(combinations.map(async (kind) => running.set(kind, await startConformanceServer(kind))));
});
afterAll(async () => {
  await Promise.all([...running.values()].map((server) => server.stop()));
});

describe.each(combinations)("the $name server on $runtime, platform $platform, workers $workers", (kind) => {
  const server = (): ConformanceServer => {
    const found = running.get(kind);
    if (found === undefined) throw new Error("the server has not started");
    return found;
  };
  const files = vectorFiles.map((file) => ({
    title: file.title,
    vectors:
      file.platform === kind.platform && (speaksGrpc || file.protocol !== "open-inference-grpc")
        ? file.vectors.filter(({ on = "open" }) => on === kind.name)
        : [],
  }));
  describe.each(files.filter(({ vectors }) => vectors.length > 0))("$title", ({ vectors }) => {
    it.each(vectors)("$name", async (vector) => expect(await checkVector(server(), vector)).toEqual([]));
  });
});

describe("the files of vectors", () => {
  it("are there for every protocol", () => {
    const files = vectorFiles.map(({ protocol }) => protocol);
    expect(protocolNames.filter((name) => !files.includes(name))).toEqual([]);
  });

  it.each([...new Set(vectorFiles.map(({ protocol }) => protocol))])("have every error of %s, or say why not", (protocol) => {
    const files = vectorFiles.filter((file) => file.protocol === protocol);
    const shown = new Set(files.flatMap(({ vectors }) => vectors.map(({ error }) => error)));
    const absent = (Object.keys(errorCases) as ErrorCase[]).filter(
      (name) => !shown.has(name) && files.every(({ impossible }) => impossible[name] === undefined),
    );
    expect(absent).toEqual([]);
  });

  it.each(vectorFiles)("have names of their own in $title", ({ vectors }) => {
    const names = vectors.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
