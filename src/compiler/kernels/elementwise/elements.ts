import type { Emitter } from "../../emitter.ts";
import type { Lowered, Lowering } from "../../lowering.ts";
import type { StoredDType } from "../../values.ts";
import type { Operand, Operands } from "./operands.ts";

/** A value of the operands' shape. `element` leaves one of its elements on the stack, as `dtype` is stored. */
export function lowerElements(
  { shape, operands, rows }: Operands,
  dtype: StoredDType,
  lowering: Lowering,
  element: (emitter: Emitter, load: (operand: number) => void) => void,
): Lowered {
  // Strings come from operands only: one that is open makes the result open.
  const output = lowering.allocate(dtype, shape, dtype === "string" && rows.some(({ open }) => open));
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([...rows, output], () =>
        emitter.elements(output.width, (position) =>
          emitter.store(output, position, () => element(emitter, (operand) => (operands[operand] as Operand).load(emitter, position))),
        ),
      ),
  };
}
