"""From what skl2onnx writes for an estimator's outputs to what the signature says of them.

The label has a column for each label of a row, the scores have the classes' columns side by side.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .errors import SaveError
from .framework import Model
from .runtime import start_session

_FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE)


def arrange_outputs(proto: onnx.ModelProto, model: Model, width: int | None) -> tuple[str | None, str | None]:
    """Leaves the graph with the outputs of the signature, and gives their names: the label's and the scores'.

    `width` is how many scores a row has; None is for values whose number does not matter.
    """
    graph = _Graph(proto)
    first, second = graph.names[0], graph.names[1] if len(graph.names) > 1 else None
    if not model.outputs:
        scores = graph.as_float(first)
        graph.keep([(scores, width)])
        return None, scores
    if model.score_kind is None or second is None:
        graph.keep([(first, None)])
        return first, None
    if model.kind == "outlier_detection":
        second = graph.both_signs(second)
    elif model.kind == "multioutput_classification":
        second = graph.side_by_side(second, len(model.outputs), width or 0, is_probability=model.score_kind == "probability")
    graph.keep([(first, None), (second, width)])
    return first, second


def _typed_outputs(proto: onnx.ModelProto) -> dict[str, onnx.ValueInfoProto]:
    """The outputs with the types that the nodes give them: some of those that skl2onnx declares are others."""
    untyped = onnx.ModelProto()
    untyped.CopyFrom(proto)
    for output in untyped.graph.output:
        output.ClearField("type")
    session = start_session(untyped)
    found = {}
    for output, actual in zip(proto.graph.output, session.get_outputs(), strict=True):
        tensor = _TENSOR.fullmatch(actual.type)
        if tensor is not None:
            # No shape is a shape that is not known; how many rows there are never is.
            sizes = [size if isinstance(size, int) else None for size in actual.shape] or [None, None]
            output = helper.make_tensor_value_info(output.name, _TYPES[tensor[1]], [None, *sizes[1:]])
        found[output.name] = output
    return found


_TENSOR = re.compile(r"tensor\((\w+)\)")
_TYPES = {
    "float": TensorProto.FLOAT,
    "double": TensorProto.DOUBLE,
    "int64": TensorProto.INT64,
    "int32": TensorProto.INT32,
    "bool": TensorProto.BOOL,
    "string": TensorProto.STRING,
}


class _Graph:
    """Nodes that are added behind a graph's outputs."""

    def __init__(self, proto: onnx.ModelProto) -> None:
        self._graph = proto.graph
        self._outputs = _typed_outputs(proto)
        self.names = [output.name for output in proto.graph.output]
        self._makers = {output: node for node in proto.graph.node for output in node.output}

    def keep(self, kept: list[tuple[str, int | None]]) -> None:
        """Makes these the outputs; a width corrects what skl2onnx declares of one."""
        values = []
        for name, width in kept:
            value = self._outputs[name]
            shape = value.type.tensor_type.shape
            if width is not None and len(shape.dim) == 2:
                shape.dim[1].dim_value = width
            values.append(value)
        del self._graph.output[:]
        self._graph.output.extend(values)

    def as_float(self, name: str) -> str:
        """The same numbers as floats, where they are whole or true and false."""
        kind = self._outputs[name].type.tensor_type.elem_type
        if kind in _FLOATS:
            return name
        if kind == TensorProto.STRING:
            raise SaveError("The model answers strings that are no classes, and an answer to a transformation is numbers.")
        return self._add("Cast", [name], f"{name}_float", TensorProto.FLOAT, to=TensorProto.FLOAT)

    def both_signs(self, name: str) -> str:
        """The negative of a decision value beside it, as two classes have it."""
        kind = self._outputs[name].type.tensor_type.elem_type
        column = self._reshaped(name, [-1, 1], kind)
        negative = self._add("Neg", [column], f"{name}_negative", kind)
        return self._add("Concat", [negative, column], f"{name}_by_class", kind, axis=1)

    def side_by_side(self, name: str, outputs: int, width: int, *, is_probability: bool) -> str:
        """The scores of several labels in one row: they come as a list, as a stack, or as those of the second class alone."""
        value = self._outputs[name]
        if value.type.HasField("sequence_type"):
            maker = self._makers[name]
            if maker.op_type != "SequenceConstruct":
                raise SaveError(f"The scores of the several labels come from the operator {maker.op_type}, which is not covered.")
            kind = value.type.sequence_type.elem_type.tensor_type.elem_type or TensorProto.FLOAT
            self._graph.node.remove(maker)
            return self._add("Concat", list(maker.input), f"{name}_by_class", kind, axis=1)
        kind = value.type.tensor_type.elem_type
        dims = value.type.tensor_type.shape.dim
        if len(dims) == 2 and dims[1].dim_value == width:
            return name
        if len(dims) == 3:
            rows_first = self._add("Transpose", [name], f"{name}_rows_first", kind, perm=[1, 0, 2])
            return self._reshaped(rows_first, [-1, width], kind)
        # The second class's share beside what it leaves to the first, or its decision beside its negative: one product.
        dtype = helper.tensor_dtype_to_np_dtype(kind)
        pairs = np.kron(np.eye(outputs), [[-1.0, 1.0]]).astype(dtype)
        first = np.tile(np.array([1.0 if is_probability else 0.0, 0.0], dtype), outputs)[np.newaxis]
        columns = self._reshaped(name, [-1, outputs], kind)
        product = self._add(
            "MatMul", [columns, self._constant(f"{name}_pairs", numpy_helper.from_array(pairs, f"{name}_pairs"))], f"{name}_signed", kind
        )
        return self._add(
            "Add", [product, self._constant(f"{name}_first", numpy_helper.from_array(first, f"{name}_first"))], f"{name}_by_class", kind
        )

    def _reshaped(self, name: str, shape: list[int], kind: int) -> str:
        asked = f"{name}_shape_{len(shape)}"
        self._constant(asked, helper.make_tensor(asked, TensorProto.INT64, [len(shape)], np.array(shape, dtype=np.int64)))
        return self._add("Reshape", [name, asked], f"{name}_as_{len(shape)}", kind)

    def _constant(self, name: str, tensor: onnx.TensorProto) -> str:
        self._graph.initializer.append(tensor)
        return name

    def _add(self, op_type: str, inputs: list[str], output: str, kind: int, **attributes: Any) -> str:
        self._graph.node.append(helper.make_node(op_type, inputs, [output], name=output, **attributes))
        self._outputs[output] = helper.make_tensor_value_info(output, kind, [None, None])
        return output
