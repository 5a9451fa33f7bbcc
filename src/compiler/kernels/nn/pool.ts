import { intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { placesWithin } from "../../../graph/sliding-window.ts";
import { type Lower, type LoweringNode, unsupported } from "../../lowering.ts";
import { emitGroups } from "../reduction/groups.ts";
import { imageInput, windowsOver } from "./windows.ts";

interface Pooling {
  readonly start: number;
  readonly combine: "f64.max" | "f64.add";
  /** What the combined values are divided by: the elements of the input that a window covers, or these and the padding. */
  readonly divisor?: "covered" | "within";
}

function lowerPool(poolingOf: (node: LoweringNode) => Pooling): Lower {
  return (node, lowering) => {
    const image = imageInput(node);
    const { input, channels, area } = image;
    const { window, count, places, table } = windowsOver(node, image, Array.from(intsAttribute(node, "kernel_shape") ?? []));
    const { start, combine, divisor } = poolingOf(node);
    const tableAddress = lowering.memory.constant(table);
    const divisors = divisor && Float64Array.from(divisor === "within" ? placesWithin(window) : coveredBy(table, places));
    const divisorAddress = divisors && lowering.memory.constant(divisors);
    const output = lowering.allocate(input.dtype, ["rows", channels, ...window.counts]);
    return {
      outputs: [output],
      emit: (emitter) => {
        const { fn } = emitter;
        const channel = fn.local("i32");
        const position = fn.local("i32");
        const place = fn.local("i32");
        const entry = fn.local("i32");
        const at = fn.local("i32");
        const target = fn.local("i32");
        const pooled = fn.local("f64");
        emitter.eachRow([input, output], () => {
          fn.const("i32", 0).set(target);
          fn.count(channel, 0, channels * area, area, () => {
            fn.const("i32", 0).set(entry);
            fn.count(position, 0, count, 1, () => {
              fn.const("f64", start).set(pooled);
              fn.count(place, 0, places, 1, () => {
                fn.get(entry).memory("i32.load", tableAddress).tee(at).const("i32", 0).op("i32.ge_s");
                fn.if(() => {
                  fn.get(at).get(channel).op("i32.add").set(at).get(pooled);
                  emitter.loadF64(input, at);
                  fn.op(combine).set(pooled);
                });
                fn.get(entry).const("i32", 4).op("i32.add").set(entry);
              });
              emitter.storeF64(output, target, () => {
                fn.get(pooled);
                if (divisorAddress === undefined) return;
                emitter.loadConstant("float64", divisorAddress, position);
                fn.op("f64.div");
              });
              fn.get(target).const("i32", 1).op("i32.add").set(target);
            });
          });
        });
      },
    };
  };
}

export const lowerMaxPool = lowerPool((node) => {
  if (node.outputs.slice(1).some((name) => name !== "")) unsupported(node, "it gives positions");
  return { start: Number.NEGATIVE_INFINITY, combine: "f64.max" };
});

export const lowerAveragePool = lowerPool((node) => ({
  start: 0,
  combine: "f64.add",
  divisor: intAttribute(node, "count_include_pad", 0) === 0 ? "covered" : "within",
}));

/** How many elements of the input each window covers. */
function coveredBy(table: Int32Array, places: number): Int32Array {
  const covered = (_: unknown, at: number): number =>
    table.subarray(at * places, (at + 1) * places).filter((position) => position >= 0).length;
  return Int32Array.from({ length: table.length / places }, covered);
}

function lowerGlobal(start: number, combine: "f64.max" | "f64.add", mean: boolean): Lower {
  return (node, lowering) => {
    const { input, channels, spatial, area } = imageInput(node);
    const output = lowering.allocate(input.dtype, ["rows", channels, ...spatial.map(() => 1)]);
    return {
      outputs: [output],
      emit: (emitter) => {
        const { fn } = emitter;
        const pooled = fn.local("f64");
        emitter.eachRow([input, output], () =>
          emitGroups(emitter, { outer: channels, size: area, inner: 1 }, (group, each) => {
            fn.const("f64", start).set(pooled);
            each((element) => {
              emitter.loadF64(input, element);
              fn.get(pooled).op(combine).set(pooled);
            });
            emitter.storeF64(output, group, () => {
              fn.get(pooled);
              if (mean) fn.const("f64", area).op("f64.div");
            });
          }),
        );
      },
    };
  };
}

export const lowerGlobalAveragePool = lowerGlobal(0, "f64.add", true);
export const lowerGlobalMaxPool = lowerGlobal(Number.NEGATIVE_INFINITY, "f64.max", false);
