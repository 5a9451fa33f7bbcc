import { expect, it } from "vitest";
import { fuzzHttp1 } from "./http1.ts";

it("takes no changed stream for another request than Node's own parser does", async () => {
  const { executions, differences } = await fuzzHttp1(3000, 20_261_123);
  expect(executions).toBe(3000);
  expect(differences).toEqual([]);
}, 60_000);
