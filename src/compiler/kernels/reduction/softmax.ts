import { intAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowering, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { emitSoftmaxPairs } from "../exponentials.ts";
import { emitGroups, type Groups, groupsAlong, reducedShape, type Visit } from "./groups.ts";

/** Before this version everything from the axis on (1 by default) was one group. */
const alongOneAxis = 13;

function scoreGroups(node: LoweringNode, input: RowsValue): Groups {
  if (input.dtype !== "float32" && input.dtype !== "float64") unsupported(node, `its input is ${input.dtype}`);
  const rank = input.shape.length;
  const isTable = node.opset < alongOneAxis;
  const given = intAttribute(node, "axis", isTable ? 1 : -1);
  const axis = given < 0 ? given + rank : given;
  const groups = groupsAlong(node, input, isTable ? Array.from({ length: rank - axis }, (_, at) => axis + at) : [axis]);
  return groups.size === 0 ? unsupported(node, "nothing is along its axis") : groups;
}

/** The largest of a group, as a new local. */
function emitLargest(emitter: Emitter, input: RowsValue, each: (visit: Visit) => void) {
  const { fn } = emitter;
  const largest = fn.local("f64");
  fn.const("f64", Number.NEGATIVE_INFINITY).set(largest);
  each((element) => {
    emitter.loadF64(input, element);
    fn.get(largest).op("f64.max").set(largest);
  });
  return largest;
}

/** e^(x - max) / Σ e^(x - max), in float64. */
export const lowerSoftmax: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const groups = scoreGroups(node, input);
  const powers = lowering.allocate("float64", input.shape);
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const sum = fn.local("f64");
      if (lowering.simd && groups.outer * groups.inner === 1) {
        emitter.eachRow([input, powers, output], () => {
          emitSoftmaxPairs(emitter, input, powers);
          emitter.elements(input.width, (element) => emitter.storeF64(output, element, () => emitter.load(powers, element)));
        });
        return;
      }
      emitter.eachRow([input, powers, output], () =>
        emitGroups(emitter, groups, (_, each) => {
          const largest = emitLargest(emitter, input, each);
          fn.const("f64", 0).set(sum);
          each((element) => {
            emitter.store(powers, element, () => {
              emitter.loadF64(input, element);
              fn.get(largest).op("f64.sub").call(lowering.math.exp);
            });
            emitter.load(powers, element);
            fn.get(sum).op("f64.add").set(sum);
          });
          each((element) =>
            emitter.storeF64(output, element, () => {
              emitter.load(powers, element);
              fn.get(sum).op("f64.div");
            }),
          );
        }),
      );
    },
  };
};

/** x - max - log Σ e^(x - max). */
export const lowerLogSoftmax: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const groups = scoreGroups(node, input);
  lowering.math.host("log");
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const log = fn.local("f64");
      emitter.eachRow([input, output], () =>
        emitGroups(emitter, groups, (_, each) => {
          const largest = emitLogSum(emitter, input, each, lowering);
          fn.set(log);
          each((element) =>
            emitter.storeF64(output, element, () => {
              emitter.loadF64(input, element);
              fn.get(largest).op("f64.sub").get(log).op("f64.sub");
            }),
          );
        }),
      );
    },
  };
};

/** Leaves log Σ e^(x - max) on the stack, and returns max; with `finite` 0 for a max that is infinite, whose difference to itself is NaN. */
function emitLogSum(emitter: Emitter, input: RowsValue, each: (visit: Visit) => void, { math }: Lowering, finite = false) {
  const { fn } = emitter;
  const sum = fn.local("f64");
  const largest = emitLargest(emitter, input, each);
  if (finite) {
    fn.const("f64", 0).get(largest).get(largest).op("f64.abs").const("f64", Number.POSITIVE_INFINITY).op("f64.eq", "select").set(largest);
  }
  fn.const("f64", 0).set(sum);
  each((element) => {
    emitter.loadF64(input, element);
    fn.get(largest).op("f64.sub").call(math.exp).get(sum).op("f64.add").set(sum);
  });
  fn.get(sum).call(math.host("log"));
  return largest;
}

/** 1 for the largest, the first of equals, and 0 for the others. */
export const lowerHardmax: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const groups = scoreGroups(node, input);
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const found = fn.local("i32");
      const isIt = fn.local("i32");
      emitter.eachRow([input, output], () =>
        emitGroups(emitter, groups, (_, each) => {
          const largest = emitLargest(emitter, input, each);
          fn.const("i32", 0).set(found);
          each((element) => {
            emitter.loadF64(input, element);
            fn.get(largest).op("f64.eq").get(found).op("i32.eqz", "i32.and").set(isIt);
            fn.get(found).get(isIt).op("i32.or").set(found);
            emitter.storeF64(output, element, () => fn.get(isIt).op("f64.convert_i32_s"));
          });
        }),
      );
    },
  };
};

/** log Σ e^x, as max + log Σ e^(x - max). */
export function lowerLogSumExp(axes: (node: LoweringNode) => readonly number[]): Lower {
  return (node, lowering) => {
    const input = rowsInput(node, 0);
    if (input.dtype !== "float32" && input.dtype !== "float64") unsupported(node, `its input is ${input.dtype}`);
    const along = axes(node);
    if (along.length === 0) unsupported(node, "it works across rows");
    const groups = groupsAlong(node, input, along);
    lowering.math.host("log");
    const output = lowering.allocate(input.dtype, reducedShape(node, input, along));
    return {
      outputs: [output],
      emit: (emitter) => {
        const { fn } = emitter;
        emitter.eachRow([input, output], () =>
          emitGroups(emitter, groups, (group, each) =>
            emitter.storeF64(output, group, () => {
              const largest = emitLogSum(emitter, input, each, lowering, true);
              fn.get(largest).op("f64.add");
            }),
          ),
        );
      },
    };
  };
}
