import type { Model } from "../models/model.ts";
import { predictionMembers } from "./answers.ts";
import type { Describing } from "./description.ts";
import { rowSchema, valuesSchema } from "./features.ts";
import { objectSchema, type Schema, text } from "./schema.ts";

/** A model as clients may name it: in no version in particular, or in this one. */
export interface Described {
  readonly model: Model;
  /** The version that answers where none is named: its schemas are called by the model's name alone. */
  readonly primary: string;
}

/** `Iris`, or `IrisVersion2` for one that only answers where it is named. */
export function schemaPrefix({ model: { name, version }, primary }: Described, { identifier }: Describing): string {
  return identifier(name) + (version === primary ? "" : versionWord(version));
}

/** A version as a part of identifiers. */
export function versionWord(version: string): string {
  return `Version${version.replace(/[^A-Za-z0-9]+/g, "_")}`;
}

/** References to what a model of rows takes and answers. */
export interface RowSchemas {
  readonly row: Schema;
  readonly values: Schema;
  /** What is answered to a row, without the model's name. */
  readonly prediction: Schema;
  /** With it. */
  readonly answer: Schema;
}

export function rowSchemas(described: Described, using: Describing): RowSchemas {
  const { model } = described;
  const { signature } = model;
  const prefix = schemaPrefix(described, using);
  const key = (what: string) => JSON.stringify([what, model.name, model.version]);
  return {
    row: using.schema(key("row"), `${prefix}Row`, () => rowSchema(signature)),
    values: using.schema(key("values"), `${prefix}Values`, () => valuesSchema(signature)),
    prediction: using.schema(key("prediction"), `${prefix}Prediction`, () => objectSchema(predictionMembers(signature))),
    answer: using.schema(key("answer"), `${prefix}Answer`, () => objectSchema({ ...modelMembers(model), ...predictionMembers(signature) })),
  };
}

/** Which model has answered. */
export function modelMembers({ name, version }: Model): Readonly<Record<string, Schema>> {
  return { model: { type: "string", const: name }, version: { ...text, examples: [version] } };
}
