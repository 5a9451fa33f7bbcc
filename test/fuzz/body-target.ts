import { SetosaError } from "../../src/errors.ts";
import type { ModelLibrary } from "../../src/models/library.ts";
import type { Model } from "../../src/models/model.ts";
import { errorAnswer } from "../../src/protocols/error-answer.ts";
import { createHandlers } from "../../src/protocols/predict/handlers.ts";
import { mutate, seeded } from "./body-mutations.ts";

export interface FuzzCounts {
  executions: number;
  /** Bodies that were answered with a prediction. */
  answered: number;
  /** Refusals by code. */
  readonly refused: Map<string, number>;
}

const limits = { jsonDepth: 32, rows: 50 };

/**
 * Sends changed bodies to every model's handler until `goOn` says no. Each has to be answered with valid JSON or
 * refused with a coded client error; every hundredth time the unchanged body has to be answered as at first.
 */
export function fuzzBodies(library: ModelLibrary, seed: number, goOn: (executions: number) => boolean): FuzzCounts {
  const random = seeded(seed);
  const counts: FuzzCounts = { executions: 0, answered: 0, refused: new Map() };
  const targets = library.list.map((model) => target(model));
  while (goOn(counts.executions)) {
    const { good, send, expected } = targets[counts.executions % targets.length] as Target;
    const body = mutate(good[Math.floor(random() * good.length)] as string, random);
    const outcome = judge(send, body);
    if (outcome === "answered") counts.answered++;
    else counts.refused.set(outcome, (counts.refused.get(outcome) ?? 0) + 1);
    counts.executions++;
    if (counts.executions % 100 < targets.length && good[0] !== undefined) {
      const again = send(new TextEncoder().encode(good[0]));
      if (again !== expected) throw new Error(`a good body is answered differently after ${counts.executions} executions: ${again}`);
    }
  }
  return counts;
}

interface Target {
  /** Bodies that the model takes. */
  readonly good: readonly string[];
  readonly send: (body: Uint8Array) => string;
  /** What the first of them is answered with. */
  readonly expected: string;
}

function target(model: Model): Target {
  const { post } = createHandlers(limits)(model);
  const { features, example = [] } = model.signature;
  const row = Object.fromEntries(features.map(({ name }, index) => [name, example[index]]));
  const good = [row, [row, row], { instances: [row, example] }, example, [example, example]].map((body) => JSON.stringify(body));
  const send = (body: Uint8Array): string => {
    const answered = post(body);
    if (answered instanceof Promise) throw new Error(`${model.name} does not answer inline`);
    return answered.body as string;
  };
  return { good, send, expected: send(new TextEncoder().encode(good[0])) };
}

/** `answered`, or the code of the refusal; throws for anything that a client must not see. */
function judge(send: (body: Uint8Array) => string, body: Uint8Array): string {
  const shown = () => new TextDecoder().decode(body).slice(0, 2000);
  let text: string;
  try {
    text = send(body);
  } catch (error) {
    if (!(error instanceof SetosaError)) throw new Error(`not a coded error: ${String(error)} for ${shown()}`, { cause: error });
    const answer = errorAnswer(error);
    JSON.parse(answer.body as string);
    if (answer.head.status < 400 || answer.head.status > 499) throw new Error(`${error.code} is no client error, for ${shown()}`);
    if (error.hint === undefined) throw new Error(`${error.code} has no hint, for ${shown()}`);
    if (answer.body.length > 4000) throw new Error(`${error.code} is too long: ${answer.body.length}, for ${shown()}`);
    return error.code;
  }
  JSON.parse(text);
  return "answered";
}
