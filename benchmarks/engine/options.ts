import { parseArgs } from "node:util";

export const parts = ["rows", "workers", "loading"] as const;
export type Part = (typeof parts)[number];

export interface Options {
  readonly cache: string | undefined;
  readonly core: string;
  /** Parts of names of models, any of which has to be in a model's name. */
  readonly only: readonly string[];
  readonly parts: readonly Part[];
  readonly quick: boolean;
  /** Puts what is measured in the place of earlier results. */
  readonly replace: boolean;
  readonly rounds: number;
  /** Leaves out models that the cache lacks. */
  readonly prepared: boolean;
  /** Trains and compiles, and measures nothing. */
  readonly prepare: boolean;
  /** Processor time is less disturbed by what else runs; the wall's is what people wait for. */
  readonly clock: "wall" | "cpu";
}

export const help = `npm run benchmark:engine -- [options]
  --quick           a few small models and few rounds (about 3 minutes)
  --only TEXT       models with TEXT in their names; may be given several times
  --parts LIST      some of ${parts.join(",")}
  --rounds N        rounds of one row at a time (31)
  --cache FOLDER    prepared models and programs (SETOSA_BENCH_CACHE, or .cache here)
  --core N          the core to measure on (0)
  --clock cpu       processor time instead of the wall's, for a machine where others work
  --prepared        leave out the models that the cache lacks
  --prepare         train and compile what the cache lacks, and measure nothing
  --replace         put what is measured in the place of earlier results in results/
Only a run of everything writes results/; others print, and write to the cache, unless they replace.`;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cache: { type: "string" },
      clock: { type: "string", default: "wall" },
      core: { type: "string", default: "0" },
      help: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      parts: { type: "string", default: parts.join(",") },
      prepare: { type: "boolean", default: false },
      prepared: { type: "boolean", default: false },
      replace: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const wanted = values.parts.split(",");
  const unknown = wanted.find((part) => !(parts as readonly string[]).includes(part));
  if (unknown !== undefined) throw new Error(`There is no part ${unknown}.\n${help}`);
  return {
    cache: values.cache,
    clock: values.clock === "cpu" ? "cpu" : "wall",
    core: values.core,
    only: values.only,
    parts: parts.filter((part) => wanted.includes(part)),
    prepare: values.prepare,
    prepared: values.prepared,
    quick: values.quick,
    replace: values.replace,
    rounds: Number(values.rounds ?? (values.quick ? 11 : 31)),
  };
}
