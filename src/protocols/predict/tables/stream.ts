import { SetosaError } from "../../../errors.ts";
import type { Model } from "../../../models/model.ts";
import { Moments, type Turns } from "../../../models/turns.ts";
import type { ProtocolLimits } from "../../context.ts";
import type { Answer, AnswerStream, BodyStream, HttpRequest, StreamHandler } from "../../exchange.ts";
import { requestPriority } from "../../request-priority.ts";
import { createEncoder } from "../encode.ts";
import { arrowWriter } from "./arrow-writer.ts";
import { csvWriter } from "./csv-writer.ts";
import type { TableFormats } from "./formats.ts";
import { type Answered, arrowAnswers, csvAnswers, type InputOptions, jsonAnswers } from "./inputs.ts";
import { jsonWriter } from "./json-writer.ts";
import { Memory } from "./memory.ts";
import { Outlet } from "./outlet.ts";
import type { TableWriter } from "./table-writer.ts";

/** Answers tables: rows that come as CSV or Arrow, or are to be answered so. */
export type TableHandlers = (formats: TableFormats, pick: () => Model) => StreamHandler;

export function createTables(limits: ProtocolLimits): TableHandlers {
  const memory = new Memory();
  const turns = limits.turns ?? atOnce;
  return (formats, pick) => async (request, body, answer) => {
    const model = pick();
    memory.enter();
    try {
      const work = { model, formats, limits, turns, memory };
      return await model.during(() => answerTable(work, request, body, answer));
    } finally {
      memory.leave();
    }
  };
}

interface Work {
  readonly model: Model;
  readonly formats: TableFormats;
  readonly limits: ProtocolLimits;
  readonly turns: Turns;
  readonly memory: Memory;
}

async function answerTable(work: Work, request: HttpRequest, body: BodyStream, answer: AnswerStream): Promise<Answer> {
  const { model, formats, limits, turns, memory } = work;
  const { observers } = model;
  if (model.signature.task.kind === "tensors")
    throw new SetosaError("CONTENT_TYPE_UNSUPPORTED", `The model "${model.name}" takes tensors, which are no table.`, {
      path: "Content-Type",
      hint: "Send JSON, and ask for JSON.",
    });
  const moments = new Moments(turns);
  const gone = new AbortController();
  const run = { priority: requestPriority(request), signal: gone.signal };
  const outlet = new Outlet(answer, writerOf(model, formats), memory);
  try {
    const input: InputOptions = { model, body, limits, turns, moments, observers, run, memory };
    for await (const { answers, ends } of answersOf(input, formats)) {
      // Whoever has gone is worked for no longer.
      if (body.broken !== undefined) throw body.broken;
      outlet.add(answers, ends);
      for (let pause = outlet.pause(body.ended); pause !== undefined; pause = outlet.pause(body.ended)) await pause;
    }
    return await outlet.finish(() => moments.pause());
  } finally {
    outlet.close();
    gone.abort();
  }
}

function answersOf(input: InputOptions, { input: format, header }: TableFormats): AsyncGenerator<Answered> {
  if (format === "csv") return csvAnswers(input, header);
  return format === "arrow" ? arrowAnswers(input) : jsonAnswers(input);
}

function writerOf(model: Model, { input, output }: TableFormats): TableWriter {
  const { name, version, signature } = model;
  if (output === "csv") return csvWriter(signature);
  if (output === "arrow") return arrowWriter(signature, input === "arrow");
  return jsonWriter(createEncoder(name, version, signature));
}

/** Where there is nobody else to let go ahead. */
const atOnce: Turns = { now: () => 0, next: async () => {}, enter: () => {}, leave: () => {} };
