import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Priority, priorities } from "../engines/engine.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { batchKey } from "./rows.ts";
import { answerTo, poison, turn, world } from "./world.test-data.ts";

type Step =
  | { kind: "send"; rows: number; shape: number; priority: Priority; within: number | undefined; poisoned: boolean }
  | { kind: "cancel"; which: number }
  | { kind: "finish"; which: number }
  | { kind: "pass"; milliseconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      rows: fc.integer({ min: 0, max: 5 }),
      // Mostly alike, so that many of a kind wait.
      shape: fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4),
      priority: fc.constantFrom(...priorities, "normal", "normal", "normal"),
      within: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined, freq: 3 }),
      poisoned: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("finish" as const), which: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), milliseconds: fc.integer({ min: 1, max: 12 }) }) },
);

const scheduling = fc.record({
  queue: fc.integer({ min: 1, max: 12 }),
  queueMilliseconds: fc.integer({ min: 1, max: 20 }),
  batchRows: fc.integer({ min: 1, max: 8 }),
  batchDelay: fc.constantFrom(0, 0, 3, 10),
  parallel: fc.integer({ min: 1, max: 3 }),
});

interface Sent {
  readonly inputs: readonly Tensor[];
  readonly priority: Priority;
  readonly key: string;
  readonly poisoned: boolean;
  readonly deadline: number | undefined;
  readonly controller: AbortController;
  state: "waiting" | "answered" | "failed";
  answer?: readonly Tensor[];
  error?: unknown;
}

/** Inputs whose every value is the request's own number, so that a run tells whose rows it has. */
function inputsOf(number: number, rows: number, shape: number, poisoned: boolean): Tensor[] {
  const value = poisoned ? poison : number;
  const filled = (...sizes: number[]): Tensor => {
    const data = new Float32Array(sizes.reduce((product, size) => product * size, 1)).fill(number);
    if (data.length > 0) data[data.length - 1] = value;
    return tensor("float32", sizes, data);
  };
  switch (shape) {
    case 0:
      return [filled(rows, 1)];
    case 1:
      return [filled(rows, 2, 2)];
    case 2:
      return [
        tensor(
          "string",
          [rows],
          Array.from({ length: rows }, (_, row) => String(row === rows - 1 ? value : number)),
        ),
      ];
    case 3:
      return [filled(rows, 1), tensor("int64", [rows], new Float64Array(rows).fill(number))];
    // Inputs of several numbers of rows.
    default:
      return [filled(rows, 1), filled(rows + 1, 1)];
  }
}

/** Whose rows a run had, in their order: a request once, with how many values of the first input are its own. */
function requestsIn(inputs: readonly Tensor[], sent: readonly Sent[]): Sent[] {
  const found: Sent[] = [];
  let at = 0;
  const data = [...((inputs[0]?.data ?? []) as ArrayLike<number | string> & Iterable<number | string>)];
  while (at < data.length) {
    const rest = data.slice(at);
    const owner = sent.find(({ inputs: [own], key }) => {
      const values = [...((own?.data ?? []) as Iterable<number | string>)];
      return values.length > 0 && key === batchKey(inputs) && values.every((value, index) => value === rest[index]);
    });
    if (owner === undefined) throw new Error("a run has rows that nobody sent, or parts of a request");
    found.push(owner);
    at += owner.inputs[0]?.data.length ?? 0;
  }
  return found;
}

describe("a scheduled engine under any sequence of requests, errors, cancellations, deadlines and ends of runs", () => {
  it("answers each request as if it were alone, whole and in order, or not at all", async () => {
    await fc.assert(
      fc.asyncProperty(scheduling, fc.array(step, { minLength: 5, maxLength: 60 }), async (options, steps) => {
        const { engine, hand, time } = world(options);
        const sent: Sent[] = [];
        const begun = (request: Sent): boolean => hand.runs.some((inputs) => requestsIn(inputs, sent).includes(request));
        for (const step of steps) {
          if (step.kind === "send") {
            const controller = new AbortController();
            // A poisoned request of its own number, so that its rows can be told apart.
            const poisoned = step.poisoned && sent.length % 4 === 0 && step.rows > 1;
            const inputs = inputsOf(sent.length, step.rows, step.shape, poisoned);
            const deadline = step.within === undefined ? undefined : time.now() + step.within;
            const request: Sent = {
              inputs,
              priority: step.priority,
              key: batchKey(inputs),
              poisoned,
              deadline,
              controller,
              state: "waiting",
            };
            sent.push(request);
            engine
              .run(inputs, { priority: step.priority, signal: controller.signal, ...(deadline === undefined ? {} : { deadline }) })
              .then(
                (answer) => Object.assign(request, { state: "answered", answer }),
                (error: unknown) => Object.assign(request, { state: "failed", error }),
              );
          } else if (step.kind === "cancel") {
            sent[step.which % Math.max(1, sent.length)]?.controller.abort("cancelled");
          } else if (step.kind === "finish") {
            if (hand.underWay > 0) await hand.finish(step.which % hand.underWay);
          } else await time.pass(step.milliseconds);
          await turn();
          expect(engine.waiting).toBeLessThanOrEqual(options.queue);
          expect(hand.underWay).toBeLessThanOrEqual(options.parallel);
        }
        while (engine.waiting > 0 || hand.underWay > 0) {
          await time.pass(options.batchDelay);
          await hand.finish();
        }

        for (const request of sent) {
          if (request.state === "answered") expect(request.answer).toEqual(request.inputs.map(answerTo));
          else if (request.error === "cancelled") expect(request.controller.signal.aborted).toBe(true);
          else if (request.error instanceof Error && request.error.message === "poison") expect(request.poisoned).toBe(true);
          else if (request.deadline !== undefined && request.deadline <= time.now())
            expect(["OVERLOADED", "DEADLINE_EXCEEDED"]).toContain((request.error as { code?: string }).code);
          else expect(request.error).toMatchObject({ code: "OVERLOADED" });
          expect(request.state).not.toBe("waiting");
          if (request.inputs[0]?.data.length === 0) continue;
          if (request.state === "answered") expect(begun(request)).toBe(true);
          if (request.error === "cancelled") expect(begun(request)).toBe(false);
        }
        for (const [index, inputs] of hand.runs.entries()) {
          const requests = requestsIn(inputs, sent);
          for (const { deadline } of requests) expect(deadline ?? Number.POSITIVE_INFINITY).toBeGreaterThan(hand.began[index] as number);
          const rows = inputs[0]?.shape[0] ?? 0;
          if (requests.length > 1) expect(rows).toBeLessThanOrEqual(options.batchRows);
        }
        // What is alike in kind and priority begins in the order in which it came.
        const order = [...new Set(hand.runs.flatMap((inputs) => requestsIn(inputs, sent)))];
        for (const priority of priorities) {
          const alike = order.filter((request) => request.priority === priority);
          for (const key of new Set(alike.map((request) => request.key))) {
            const numbers = alike.filter((request) => request.key === key).map((request) => sent.indexOf(request));
            expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
