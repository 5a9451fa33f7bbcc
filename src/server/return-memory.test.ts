import { describe, expect, it } from "vitest";
import type { ModelEvent } from "../models/repository/events.ts";
import { hostCollector, returnMemory } from "./return-memory.ts";

function watch(): { readonly tell: (event: ModelEvent) => void; readonly pass: () => void; readonly collections: () => number } {
  const due: (() => void)[] = [];
  let collections = 0;
  const tell = returnMemory({
    timer: (_, callback) => {
      due.push(callback);
      return () => {};
    },
    collect: () => {
      collections++;
    },
  });
  return { tell, pass: () => due.splice(0).forEach((callback) => callback()), collections: () => collections };
}

const unloaded = (bytes: number): ModelEvent => ({
  kind: "unloaded",
  model: { bytes } as Extract<ModelEvent, { kind: "unloaded" }>["model"],
});

describe("memory of models that are gone", () => {
  it("is collected after a while, and what is found only then once more", () => {
    const { tell, pass, collections } = watch();
    tell(unloaded(50e6));
    expect(collections()).toBe(0);
    pass();
    expect(collections()).toBe(1);
    pass();
    pass();
    expect(collections()).toBe(2);
  });

  it("is collected together where several go at once, and again for those that go later", () => {
    const { tell, pass, collections } = watch();
    for (let count = 0; count < 5; count++) tell(unloaded(50e6));
    pass();
    pass();
    expect(collections()).toBe(2);
    tell(unloaded(50e6));
    pass();
    expect(collections()).toBe(3);
  });

  it("waits for the host where it is little", () => {
    const { tell, pass, collections } = watch();
    tell(unloaded(100_000));
    tell({ kind: "promoted", name: "iris", version: "2", from: "1", reason: "newer" });
    pass();
    expect(collections()).toBe(0);
  });

  it("is returned by the host's collector", () => {
    const collect = hostCollector();
    let held: object | undefined = new ArrayBuffer(2 ** 20);
    const reference = new WeakRef(held);
    held = undefined;
    return new Promise<void>((resolve) => {
      // A reference that was just made holds its object until the task ends.
      setImmediate(() => {
        collect();
        expect(reference.deref()).toBeUndefined();
        resolve();
      });
    });
  });
});
