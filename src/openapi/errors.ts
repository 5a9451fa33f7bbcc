import { errorCodes } from "../errors.ts";
import type { Content, Describing } from "./description.ts";
import { objectSchema, text } from "./schema.ts";

/** Setosa's own form of errors: `{"error": {"code", "message", "path", "hint"}}`. */
export function errorContent(using: Describing): Content {
  const schema = using.schema("error", "Error", () =>
    objectSchema({
      error: objectSchema(
        {
          code: { ...text, enum: Object.keys(errorCodes), description: "Stable. docs/errors.md says what each means." },
          message: { ...text, description: "What is wrong, in words." },
          path: { ...text, description: 'Where in the request: `[3]["petal width (cm)"]`.' },
          hint: { ...text, description: "What to do about it." },
        },
        { optional: ["path", "hint"] },
      ),
    }),
  );
  return { "application/json": { schema } };
}

/** `{"error": "…"}`, which is all that several protocols have. */
export function textErrorContent(using: Describing): Content {
  const schema = using.schema("text error", "TextError", () =>
    objectSchema({ error: { ...text, description: "What is wrong, where, and what to do about it." } }),
  );
  return { "application/json": { schema } };
}
