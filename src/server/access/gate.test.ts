import { describe, expect, it } from "vitest";
import type { Answer, HttpRequest } from "../../protocols/exchange.ts";
import { type ApiKey, hashKey } from "./api-key.ts";
import { createGate, type GateOptions } from "./gate.ts";

const secret = "setosa_secret";
const key = (more: Partial<ApiKey> = {}): ApiKey => ({
  id: "joe",
  sha256: hashKey(secret),
  models: undefined,
  rate: undefined,
  burst: undefined,
  admin: false,
  ...more,
});
const keysOf = (...all: readonly ApiKey[]) => new Map(all.map((one) => [one.sha256.toString("hex"), one]));
const request = (headers: Record<string, string> = {}, path = "/predict"): HttpRequest => ({
  method: "POST",
  path,
  query: "",
  headers: new Map(Object.entries(headers)),
});
const bearer = () => request({ authorization: `Bearer ${secret}` });

function gateWith(only: ApiKey, options: Partial<GateOptions> = {}) {
  const clock = { now: 1000 };
  const gate = createGate({
    keys: keysOf(only),
    open: ({ path }) => path === "/health/live",
    admin: false,
    share: 1,
    now: () => clock.now,
    ...options,
  });
  return { gate, clock };
}
const statusOf = (answer: Answer | undefined) => answer?.head.status;

describe("the gate", () => {
  it("takes a key in either header, and nothing else", () => {
    const { gate } = gateWith(key());
    const sent: [Record<string, string>, number | undefined][] = [
      [{ authorization: `Bearer ${secret}` }, undefined],
      [{ authorization: `bearer  ${secret}` }, undefined],
      [{ "x-api-key": secret }, undefined],
      [{ authorization: "Basic am9lOng=", "x-api-key": secret }, undefined],
      [{ authorization: `Bearer ${secret}`, "x-api-key": secret }, undefined],
      [{}, 401],
      [{ authorization: "" }, 401],
      [{ authorization: "Bearer" }, 401],
      [{ authorization: `Bearer ${secret}x` }, 401],
      [{ authorization: `Bearer ${secret}, Bearer x` }, 401],
      [{ authorization: secret }, 401],
      [{ "x-api-key": "" }, 401],
      [{ "x-api-key": `${secret}, ${secret}` }, 401],
      [{ "x-api-key": hashKey(secret).toString("hex") }, 401],
      [{ authorization: `Bearer ${secret}`, "x-api-key": "other" }, 401],
    ];
    for (const [headers, status] of sent) expect([headers, statusOf(gate.admit(request(headers)).refusal)]).toEqual([headers, status]);
  });

  it("says how to ask, and tells a wrong key from none", () => {
    const { gate } = gateWith(key());
    const challenge = (headers: Record<string, string>) => gate.admit(request(headers)).refusal?.head.headers["www-authenticate"];
    expect(challenge({})).toBe('Bearer realm="setosa"');
    expect(challenge({ "x-api-key": "x" })).toBe('Bearer realm="setosa", error="invalid_token"');
  });

  it("leaves open what is open, by its exact path", () => {
    const { gate } = gateWith(key());
    expect(gate.admit(request({}, "/health/live")).refusal).toBeUndefined();
    expect(statusOf(gate.admit(request({}, "/health/live/")).refusal)).toBe(401);
    expect(statusOf(gate.admit(request({}, "/health%2flive")).refusal)).toBe(401);
  });

  it("holds a key to its rate, and says when to try again", () => {
    const { gate, clock } = gateWith(key({ rate: 0.5, burst: 2 }));
    const ask = () => gate.admit(bearer()).refusal;
    expect([ask(), ask()]).toEqual([undefined, undefined]);
    const refused = ask();
    expect(statusOf(refused)).toBe(429);
    expect(refused?.head.headers["retry-after"]).toBe("2");
    clock.now += 1500;
    expect(ask()?.head.headers["retry-after"]).toBe("1");
    clock.now += 500;
    expect(ask()).toBeUndefined();
    expect(statusOf(ask())).toBe(429);
  });

  it("lets its part through where processes share the rate", () => {
    const { gate, clock } = gateWith(key({ rate: 10, burst: 8 }), { share: 4 });
    const passed = () => Array.from({ length: 20 }, () => gate.admit(bearer()).refusal).filter((refusal) => refusal === undefined).length;
    expect(passed()).toBe(2);
    clock.now += 400;
    expect(passed()).toBe(1);
  });

  it("counts for all heads of a client together", () => {
    const { gate } = gateWith(key({ rate: 1, burst: 1 }));
    expect(gate.admit(bearer()).refusal).toBeUndefined();
    expect(statusOf(gate.admit(request({ "x-api-key": secret })).refusal)).toBe(429);
  });

  it("goes by new keys at once, for heads that it knows too, and keeps what was used of a rate", () => {
    const { gate } = gateWith(key({ rate: 1, burst: 1 }));
    const known = bearer();
    expect(gate.admit(known).refusal).toBeUndefined();
    gate.replace(keysOf(key({ rate: 1, burst: 1, id: "renamed" })));
    expect(statusOf(gate.admit(known).refusal)).toBe(429);
    gate.replace(keysOf(key({ rate: 1, burst: 5 })));
    expect(gate.admit(known).refusal).toBeUndefined();
    gate.replace(new Map());
    expect(statusOf(gate.admit(known).refusal)).toBe(401);
  });

  it("opens for operators only keys that may administer", () => {
    expect(statusOf(gateWith(key(), { admin: true }).gate.admit(bearer()).refusal)).toBe(403);
    expect(gateWith(key({ admin: true }), { admin: true }).gate.admit(bearer()).refusal).toBeUndefined();
  });

  it("gives the models of a key", () => {
    const models = new Set(["iris"]);
    expect(gateWith(key({ models })).gate.admit(bearer())).toMatchObject({ id: "joe", models });
  });
});
