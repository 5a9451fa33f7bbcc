import { SetosaError } from "../../errors.ts";
import type { ExamplesRequest } from "./messages.ts";
import { scalar } from "./rows.ts";

/**
 * The rows of a request's examples, each with the features of the context.
 * @throws SetosaError BODY_SHAPE_INVALID, FEATURE_REPEATED
 */
export function exampleRows({ examples, context }: ExamplesRequest): readonly unknown[] {
  const shared = context === undefined ? [] : entriesOf(context, "context");
  return examples.map((example, index) => {
    const where = `examples[${index}]`;
    if (typeof example !== "object" || example === null || Array.isArray(example))
      throw new SetosaError("BODY_SHAPE_INVALID", "An example is no object of features.", {
        path: where,
        hint: 'Send {"feature": value, …} for each example.',
      });
    const own = entriesOf(example as Record<string, unknown>, where);
    const repeated = shared.find(([name]) => Object.hasOwn(example, name))?.[0];
    if (repeated !== undefined)
      throw new SetosaError("FEATURE_REPEATED", `The feature ${JSON.stringify(repeated.slice(0, 80))} stands in the context too.`, {
        path: `${where}[${JSON.stringify(repeated.slice(0, 80))}]`,
        hint: "Give it once.",
      });
    return Object.fromEntries([...shared, ...own]);
  });
}

/** A feature of an Example is a list of values, and may be written without it where it is one. */
function entriesOf(features: Readonly<Record<string, unknown>>, where: string): (readonly [string, unknown])[] {
  return Object.keys(features).map((name) => [name, scalar(features[name], () => `${where}[${JSON.stringify(name)}]`)] as const);
}
