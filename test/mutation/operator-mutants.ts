import type { Mutant } from "./mutant.ts";

const vectors = ["test/vectors"];

/** Operators beside trees and networks, and what keeps empty tensors from onnxruntime. */
export const operatorMutants: readonly Mutant[] = [
  {
    what: "RNN: backwards is forwards, interpreted",
    file: "src/interpreter/control/rnn.ts",
    from: "backwards ? length - 1 - done : done",
    to: "done",
    tests: vectors,
  },
  {
    what: "RNN: backwards is forwards, compiled",
    file: "src/compiler/control/rnn.ts",
    from: "cell.backwards ? steps - 1 - done : done",
    to: "done",
    tests: vectors,
  },
  {
    what: "RNN: rows have all steps",
    file: "src/interpreter/control/rnn.ts",
    from: "lengths[row] ?? steps",
    to: "steps",
    tests: vectors,
  },
  {
    what: "Dropout: nothing is kept",
    file: "src/interpreter/operators/nn/dropout.ts",
    from: "call.opset < keptMask ? 0 : 1",
    to: "0",
    tests: vectors,
  },
  {
    what: "float16: twice as large",
    file: "src/formats/onnx/half-types.ts",
    from: "2 ** (exponent - 25)",
    to: "2 ** (exponent - 24)",
    tests: ["src/formats/onnx/tensor.test.ts"],
  },
  {
    what: "float16: an operator reads the constant, too",
    file: "src/formats/onnx/half-constants.ts",
    from: "cast.has(name) && !otherwise.has(name)",
    to: "cast.has(name)",
    tests: ["src/formats/onnx/half-constants.test.ts"],
  },
  {
    what: "scores of labels before the rows",
    file: "src/engines/run-kernel.ts",
    from: "inner === width ? from * width + index : placeBehind(inner, width, rows, from * width + index)",
    to: "from * width + index",
    tests: ["test/conformance/exported-estimators.test.ts", ...vectors],
  },
  {
    what: "weights of equal size are shared",
    file: "src/compiler/memory.ts",
    from: "one.data.constructor === data.constructor && areEqual(one.data, data)",
    to: "one.data.constructor === data.constructor",
    tests: ["src/compiler/memory.test.ts", ...vectors],
  },
  {
    what: "an empty tensor inside a model goes to onnxruntime",
    file: "src/formats/onnx/empty-tensors.ts",
    from: "if (isSized && isOneOf(fatal, node))",
    to: "if (isOneOf(sizedByValues, node) && isOneOf(fatal, node))",
    tests: ["src/formats/onnx/empty-tensors.test.ts"],
  },
  {
    what: "an empty tensor of a request goes to onnxruntime",
    file: "src/engines/onnxruntime.ts",
    from: "if (tensor.data.length === 0)",
    to: "if (tensor.data.length < 0)",
    tests: ["src/engines/onnxruntime.test.ts"],
  },
];
