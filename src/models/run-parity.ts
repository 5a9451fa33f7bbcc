import { SetosaError } from "../errors.ts";
import type { ParityRows } from "../graph/signature.ts";
import type { Model } from "./model.ts";
import { checkParity, checkParityRow, type ParityResult } from "./parity.ts";

/**
 * Has the model answer its parity rows: all at once, and where the engine is a kernel also one by one, for which its code is
 * another function.
 * @returns undefined where there are none
 * @throws SetosaError MODEL_PARITY_FAILED, ENGINE_FAILED
 */
export async function runParity(model: Model, parity: ParityRows | undefined): Promise<ParityResult | undefined> {
  if (parity === undefined || parity.rows.length === 0) return undefined;
  const { signature } = model;
  const path = "setosa.parity.rows";
  try {
    const result = checkParity(signature, parity, await model.answerRows(parity.rows, path));
    if (model.answersInline)
      for (const [row, values] of parity.rows.entries())
        checkParityRow(signature.task, parity, row, await model.answerRow(values, `${path}[${row}]`), 0);
    return result;
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code === "ENGINE_FAILED" || error.code === "MODEL_PARITY_FAILED") throw error;
    throw new SetosaError("MODEL_PARITY_FAILED", `A parity row does not fit the model's own signature: ${error.message}`, {
      ...(error.path === undefined ? {} : { path: error.path }),
      hint: "Save the model again.",
      cause: error,
    });
  }
}
