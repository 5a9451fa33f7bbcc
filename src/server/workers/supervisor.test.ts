import { describe, expect, it } from "vitest";
import { Backoff } from "./backoff.ts";
import type { ProcessMessage } from "./messages.ts";
import { createSupervisor, type WorkerProcess } from "./supervisor.ts";

interface Started {
  readonly index: number;
  readonly killed: string[];
  readonly told: ProcessMessage[];
  say(message: ProcessMessage): void;
  exit(how: string): void;
}

/** Workers, clock and timers that the test moves. */
function world(workers: number, maxRestarts = 100) {
  const started: Started[] = [];
  const timers: { at: number; callback: () => void }[] = [];
  const lines: string[] = [];
  let time = 0;
  const supervisor = createSupervisor({
    workers,
    maxRestarts,
    now: () => time,
    timer: (milliseconds, callback) => {
      const entry = { at: time + milliseconds, callback };
      timers.push(entry);
      return () => timers.splice(timers.indexOf(entry), 1);
    },
    log: (line) => lines.push(line),
    start: (index): WorkerProcess => {
      let message: (message: ProcessMessage) => void = () => {};
      let exit: (how: string) => void = () => {};
      const killed: string[] = [];
      const told: ProcessMessage[] = [];
      started.push({ index, killed, told, say: (what) => message(what), exit: (how) => exit(how) });
      return {
        pid: 100 + started.length,
        onMessage: (listener) => {
          message = listener;
        },
        onExit: (listener) => {
          exit = listener;
        },
        send: (what) => told.push(what),
        kill: (signal) => killed.push(signal),
      };
    },
  });
  const advance = (milliseconds: number) => {
    time += milliseconds;
    for (const due of timers.filter(({ at }) => at <= time)) {
      timers.splice(timers.indexOf(due), 1);
      due.callback();
    }
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { supervisor, started, timers, lines, advance, settle };
}

const ready: ProcessMessage = { kind: "ready", report: "report" };

describe("supervisor", () => {
  it("starts the others when the first serves, and gives its report", async () => {
    const { supervisor, started, settle } = world(3);
    const start = supervisor.start();
    expect(started.map(({ index }) => index)).toEqual([0]);
    started[0]?.say(ready);
    await settle();
    expect(started.map(({ index }) => index)).toEqual([0, 1, 2]);
    started[1]?.say(ready);
    started[2]?.say(ready);
    expect(await start).toBe("report");
  });

  it("fails with what the first worker failed with", async () => {
    const { supervisor, started } = world(2);
    const start = supervisor.start();
    started[0]?.say({ kind: "failed", code: "PORT_IN_USE", message: "taken", hint: "another" });
    await expect(start).rejects.toMatchObject({ code: "PORT_IN_USE", message: "taken", hint: "another" });
    expect(started).toHaveLength(1);
  });

  it("fails when a worker dies without a word, and ends the others", async () => {
    const { supervisor, started, settle } = world(2);
    const start = supervisor.start();
    started[0]?.say(ready);
    await settle();
    started[1]?.exit("SIGKILL");
    await expect(start).rejects.toMatchObject({ code: "INTERNAL", message: expect.stringContaining("SIGKILL") });
    expect(started[0]?.killed).toEqual(["SIGKILL"]);
  });

  it("restarts a dead worker, later each time", async () => {
    const { supervisor, started, timers, advance, settle } = world(1);
    const start = supervisor.start();
    started[0]?.say(ready);
    await start;
    const delays: number[] = [];
    for (let death = 0; death < 4; death++) {
      started.at(-1)?.exit("SIGKILL");
      await settle();
      const before = timers[0]?.at ?? Number.NaN;
      advance(0);
      expect(started).toHaveLength(death + 1);
      const delay = before - delays.reduce((sum, value) => sum + value, 0);
      delays.push(delay);
      advance(delay);
      expect(started).toHaveLength(death + 2);
      started.at(-1)?.say(ready);
      await settle();
    }
    expect(delays).toEqual([100, 200, 400, 800]);
  });

  it("tries again when a restart fails", async () => {
    const { supervisor, started, advance, settle, lines } = world(1);
    const start = supervisor.start();
    started[0]?.say(ready);
    await start;
    started[0]?.exit("exit status 1");
    advance(100);
    started[1]?.exit("exit status 4");
    await settle();
    advance(200);
    expect(started).toHaveLength(3);
    expect(lines.some((line) => line.includes("exit status 4"))).toBe(true);
  });

  it("drains: asks every worker, starts none again, resolves when all have ended", async () => {
    const { supervisor, started, settle, advance } = world(2);
    const start = supervisor.start();
    started[0]?.say(ready);
    await settle();
    started[1]?.say(ready);
    await start;
    let drained = false;
    void supervisor.drain().then(() => {
      drained = true;
    });
    expect(started.map(({ killed }) => killed)).toEqual([["SIGTERM"], ["SIGTERM"]]);
    started[0]?.exit("exit status 0");
    await settle();
    expect(drained).toBe(false);
    started[1]?.exit("exit status 0");
    await settle();
    expect(drained).toBe(true);
    advance(60_000);
    expect(started).toHaveLength(2);
  });

  it("drains while a worker waits to be started again", async () => {
    const { supervisor, started, settle, advance } = world(1);
    const start = supervisor.start();
    started[0]?.say(ready);
    await start;
    started[0]?.exit("SIGKILL");
    await settle();
    await supervisor.drain();
    advance(60_000);
    expect(started).toHaveLength(1);
  });
});

describe("supervisor, for those who ask it", () => {
  it("knows who serves, and what a worker that has ended was asked is not waited for", async () => {
    const { supervisor, started, settle, advance } = world(2);
    const start = supervisor.start();
    started[0]?.say(ready);
    await settle();
    expect(supervisor.live().map(({ index }) => index)).toEqual([0]);
    started[1]?.say(ready);
    await start;
    expect(supervisor.status()).toEqual({ workers: 2, serving: 2, restarts: 0 });
    const asked = supervisor.live()[0]?.channel.call("topic", 1, 1000);
    expect(started[0]?.told).toEqual([{ kind: "call", id: 1, topic: "topic", argument: 1 }]);
    started[0]?.exit("SIGKILL");
    await expect(asked).rejects.toThrow("Worker 0 ended");
    expect(supervisor.status()).toEqual({ workers: 2, serving: 1, restarts: 0 });
    advance(100);
    started[2]?.say(ready);
    expect(supervisor.status()).toEqual({ workers: 2, serving: 2, restarts: 1 });
  });

  it("says whether every worker finished", async () => {
    for (const [how, clean] of [
      ["exit status 0", true],
      ["exit status 1", false],
    ] as const) {
      const { supervisor, started } = world(1);
      const start = supervisor.start();
      started[0]?.say(ready);
      await start;
      const drained = supervisor.drain();
      started[0]?.exit(how);
      expect(await drained).toBe(clean);
    }
  });
});

describe("supervisor of a worker that ends again and again", () => {
  it("gives up after the limit, and says why", async () => {
    const { supervisor, started, advance, settle } = world(1, 3);
    const start = supervisor.start();
    started[0]?.say(ready);
    await start;
    let reason = "";
    void supervisor.gaveUp.then((why) => {
      reason = why;
    });
    for (let death = 0; death < 3; death++) {
      started.at(-1)?.exit("SIGSEGV");
      advance(30_000);
      started.at(-1)?.say(ready);
      await settle();
    }
    expect(started).toHaveLength(4);
    expect(reason).toBe("");
    started.at(-1)?.exit("SIGSEGV");
    await settle();
    advance(60_000);
    expect(started).toHaveLength(4);
    expect(reason).toMatch(/SIGSEGV.*3 times within 10 minutes.*--max-restarts/);
  });

  it("goes on where the ends are further apart", async () => {
    const { supervisor, started, advance, settle } = world(1, 3);
    const start = supervisor.start();
    started[0]?.say(ready);
    await start;
    for (let death = 0; death < 20; death++) {
      started.at(-1)?.exit("SIGKILL");
      advance(250_000);
      started.at(-1)?.say(ready);
      await settle();
    }
    expect(started).toHaveLength(21);
  });
});

describe("Backoff", () => {
  it("doubles up to half a minute and forgets after a long life", () => {
    const backoff = new Backoff();
    expect(Array.from({ length: 11 }, () => backoff.next(0))).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]);
    expect(backoff.next(10_000)).toBe(100);
    expect(backoff.next(10)).toBe(200);
  });
});
