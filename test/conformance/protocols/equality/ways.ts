import type { ClientHttp2Session } from "node:http2";
import type { Model } from "../../../../src/index.ts";
import type { Value } from "./rows.ts";

/** What a protocol said of some rows: labels or values as the model's classes are, scores as float32 in the order of the classes. */
export interface Said {
  readonly labels?: readonly unknown[];
  readonly scores?: readonly (readonly number[])[];
}

export interface Asked {
  readonly model: Model;
  readonly rows: readonly (readonly Value[])[];
}

/** Where a way of asking leads: the HTTP port, and a session of gRPC. */
export interface Door {
  readonly port: number;
  readonly grpc: () => ClientHttp2Session;
}

/** One way of asking for predictions of rows. */
export interface Way {
  readonly name: string;
  /** Answers by the server's default model only. */
  readonly defaultOnly?: boolean;
  ask(door: Door, asked: Asked): Promise<Said>;
}

export const bare = (value: unknown) => (typeof value === "number" && Number.isNaN(value) ? null : value);

/** Numbers as float32: the text of one has only the digits that tell it from its neighbours. */
export const floats = (values: readonly unknown[]) => values.map((value) => (value === null ? Number.NaN : Math.fround(Number(value))));

export function classesOf({ signature: { task } }: Model): readonly unknown[] {
  return "classes" in task ? task.classes : [];
}

/** A row of scores as an object by class, in the order of the classes. */
export function byClass(model: Model, scores: Readonly<Record<string, unknown>>): number[] {
  return floats(classesOf(model).map((name) => scores[String(name)]));
}
