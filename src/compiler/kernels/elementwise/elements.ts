import type { Element, Emitter } from "../../emitter.ts";
import type { Lowered, Lowering } from "../../lowering.ts";
import type { StoredDType } from "../../values.ts";
import type { Operand, Operands } from "./operands.ts";

/**
 * A value of the operands' shape. `element` leaves one of its elements on the stack, as `dtype` is stored. `four` does the
 * same for four of float32 operands at once; it is used where their elements lie together.
 */
export function lowerElements(
  { shape, operands, rows }: Operands,
  dtype: StoredDType,
  lowering: Lowering,
  element: (emitter: Emitter, load: (operand: number) => void) => void,
  four?: (emitter: Emitter, load: (operand: number) => void) => void,
): Lowered {
  // Strings come from operands only: one that is open makes the result open.
  const output = lowering.allocate(dtype, shape, dtype === "string" && rows.some(({ open }) => open));
  const together = four !== undefined && lowering.simd && dtype === "float32" && operands.every(({ load4 }) => load4 !== undefined);
  return {
    outputs: [output],
    emit: (emitter) => {
      const one = (position: Element): void =>
        emitter.store(output, position, () => element(emitter, (operand) => (operands[operand] as Operand).load(emitter, position)));
      emitter.eachRow([...rows, output], () => {
        if (!together) {
          emitter.elements(output.width, one);
          return;
        }
        emitter.fours(
          output.width,
          (position) => emitter.store4(output, position, () => four(emitter, (operand) => operands[operand]?.load4?.(emitter, position))),
          one,
        );
      });
    },
  };
}
