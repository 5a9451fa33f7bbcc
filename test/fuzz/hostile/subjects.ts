import { readdirSync, readFileSync } from "node:fs";
import type { Dice } from "../../forests/dice.ts";
import { withMetadata } from "../../onnx/tiny-models.ts";
import { mutate, mutateBytes } from "../model-mutations.ts";
import { goodModels } from "../model-target.ts";
import { changed, writeJson } from "./json-values.ts";
import { changedLines } from "./text-lines.ts";
import { writeUbjson } from "./ubjson-bytes.ts";

/** Good files of a format, and how one becomes a hostile one. */
export interface Subject {
  readonly files: readonly Uint8Array[];
  readonly mutate: (file: Uint8Array, dice: Dice) => Uint8Array;
}

export const subjectNames = ["onnx", "signature", "xgboost-json", "xgboost-ubjson", "lightgbm", "catboost"] as const;
export type SubjectName = (typeof subjectNames)[number];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function fixtures(folder: string, ending: string): Uint8Array[] {
  const url = new URL(`../../fixtures/boosters/${folder}/`, import.meta.url);
  const names = readdirSync(url).filter((name) => name.endsWith(ending) && !name.endsWith(".answers.json"));
  return names.sort().map((name) => new Uint8Array(readFileSync(new URL(name, url))));
}

/** A third in its bytes, the rest in what the format says. */
function mostly(files: readonly Uint8Array[], structured: (file: Uint8Array, dice: Dice) => Uint8Array): Subject["mutate"] {
  return (file, dice) => (dice.chance(0.3) ? mutateBytes(file, files, dice.next) : structured(file, dice));
}

/** Values that were read once, by the file. */
const parsed = new WeakMap<Uint8Array, unknown>();

function jsonOf(file: Uint8Array): unknown {
  if (!parsed.has(file)) parsed.set(file, JSON.parse(decoder.decode(file)));
  return parsed.get(file);
}

function json(files: readonly Uint8Array[]): Subject {
  return { files, mutate: mostly(files, (file, dice) => encoder.encode(writeJson(changed(jsonOf(file), dice)))) };
}

const metadataText = (file: Uint8Array, key: string): unknown => {
  const text = decoder.decode(file);
  const start = text.indexOf("{", text.lastIndexOf(key));
  for (let end = text.indexOf("}", start); end >= 0; end = text.indexOf("}", end + 1))
    try {
      return JSON.parse(text.slice(start, end + 1));
    } catch {
      // Not the last brace yet.
    }
  return {};
};

export function subject(name: SubjectName): Subject {
  switch (name) {
    case "onnx": {
      const files = [...goodModels(), ...fixtures("saved", ".onnx")].filter(({ length }) => length < 60_000);
      return { files, mutate: (file, dice) => mutate(file, files, dice.next) };
    }
    case "signature": {
      const models = new URL("../../../models/", import.meta.url);
      const files = ["iris", "loans", "diabetes"].map((model) => new Uint8Array(readFileSync(new URL(`${model}.onnx`, models))));
      const keys = ["setosa.signature", "setosa.parity"];
      const values = new Map<Uint8Array, unknown[]>(files.map((file) => [file, keys.map((key) => metadataText(file, key))]));
      return {
        files,
        mutate: (file, dice) => {
          const which = dice.int(0, 1);
          const value = changed(values.get(file)?.[which], dice);
          return withMetadata(file, keys[which] ?? "", writeJson(value), true);
        },
      };
    }
    case "xgboost-json":
      return json(fixtures("xgboost", ".json"));
    case "xgboost-ubjson": {
      const files = fixtures("xgboost", ".ubj");
      const values = fixtures("xgboost", ".json").map(jsonOf);
      return {
        files,
        mutate: mostly(files, (_, dice) => {
          const value = dice.pick(values);
          return dice.chance(0.5) ? writeUbjson(value, dice) : writeUbjson(changed(value, dice), dice, 0);
        }),
      };
    }
    case "lightgbm": {
      const files = fixtures("lightgbm", ".txt");
      return { files, mutate: mostly(files, (file, dice) => encoder.encode(changedLines(decoder.decode(file), dice))) };
    }
    case "catboost":
      return json(fixtures("catboost", ".json"));
  }
}
