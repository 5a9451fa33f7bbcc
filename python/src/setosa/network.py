"""Keras and PyTorch networks: which models are some, and how one is held to its answers like any other model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from .errors import SaveError
from .export import Export, Place
from .framework import Answers, Model, Output, check_class_names
from .table import Table

Array = np.ndarray[Any, Any]

_DTYPES = {TensorProto.FLOAT: "float32", TensorProto.DOUBLE: "float64", TensorProto.INT64: "int64"}
#: Nodes that pass values on, on the way back from an output to what makes it.
_PASSING = {"Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten"}


@dataclass(frozen=True)
class Exported:
    """A network as its framework's exporter writes it."""

    proto: onnx.ModelProto
    #: The network's own answers to its inputs, in the order of the graph's inputs and outputs.
    run: Callable[[Sequence[Array]], list[Array]]
    #: Who trained it.
    framework: dict[str, str]


def framework_of(model: Any) -> str | None:
    """`keras` or `torch` where the model is a network of theirs; without importing either."""
    for base in type(model).__mro__:
        root = base.__module__.split(".")[0]
        if root in ("keras", "tf_keras", "tensorflow"):
            return "keras"
        if root == "torch":
            return "torch"
    return None


def export_network(model: Any, framework: str, inputs: Mapping[str, Array] | Sequence[Array]) -> Exported:
    """The network's graph, through its framework's own exporter."""
    if framework == "keras":
        from .keras import export_keras

        exported = export_keras(model, inputs)
    else:
        from .torch import export_torch

        exported = export_torch(model, inputs)
    _name_batch(exported.proto)
    return exported


def _name_batch(proto: onnx.ModelProto) -> None:
    for value in [*proto.graph.input, *proto.graph.output]:
        dims = value.type.tensor_type.shape.dim
        if dims and not dims[0].HasField("dim_value"):
            dims[0].dim_param = "batch"


@dataclass(frozen=True)
class Network(Model):
    """A network over rows of features: a classifier where class names are given, else a regressor."""

    exported: Exported
    #: What the single output is, for a classifier: found in the graph.
    activation: str | None = None

    def framework(self) -> dict[str, str]:
        """Who trained it."""
        return self.exported.framework

    def answer(self, table: Table) -> Answers:
        """Runs the network on rows."""
        dtype = self._input()[1]
        rows = np.column_stack([column.values for column in table.columns]).astype(dtype)
        (output,) = self.exported.run([rows])
        values = np.asarray(output, dtype=np.float64).reshape(table.rows, -1)
        if self.classes is None:
            return Answers(None, values)
        scores = _probabilities(values, self.activation)
        return Answers(np.argmax(scores, axis=1), scores)

    def exports(self) -> Iterator[tuple[str, Callable[[], Export]]]:
        """The one way to export it."""
        yield "the framework's exporter writes it", self._export

    def _input(self) -> tuple[str, str]:
        value = self.exported.proto.graph.input[0]
        return value.name, _DTYPES[value.type.tensor_type.elem_type]

    def _export(self) -> Export:
        proto = onnx.ModelProto()
        proto.CopyFrom(self.exported.proto)
        name, dtype = self._input()
        shape = proto.graph.input[0].type.tensor_type.shape
        places = [Place(name, column, dtype) for column in range(shape.dim[1].dim_value)]
        output = proto.graph.output[0].name
        if self.classes is None:
            return Export(proto, places, None, output)
        label, scores = _add_labels(proto, output, self.activation, len(self.classes))
        return Export(proto, places, label, scores)


def read_network(exported: Exported, class_names: Sequence[Any] | Mapping[Any, Any] | None, columns: int) -> Network:
    """A network with one table in and one table out."""
    graph = exported.proto.graph
    if len(graph.input) != 1 or len(graph.output) != 1:
        raise SaveError(
            f"The network has {len(graph.input)} inputs and {len(graph.output)} outputs; rows of features take one of each. "
            "Give X as a dict of arrays, by input name, and no class_names."
        )
    dtype = graph.input[0].type.tensor_type.elem_type
    if dtype not in _DTYPES:
        raise SaveError(f"The network takes {helper.tensor_dtype_to_np_dtype(dtype)}; rows of features are float32, float64 or int64.")
    taken = [dim.dim_value for dim in graph.input[0].type.tensor_type.shape.dim]
    if taken[1:] != [columns]:
        raise SaveError(f"X has {columns} columns and the network takes {' × '.join(map(str, taken[1:])) or 'no'} columns.")
    output = graph.output[0].type.tensor_type.shape.dim
    if not 1 <= len(output) <= 2:
        raise SaveError(f"The network's output has {len(output)} dimensions; rows of features give one number or one list of numbers each.")
    if class_names is None:
        return Network(None, "regression", [], None, None, exported)
    width = output[1].dim_value if len(output) == 2 else 1
    classes: list[Any] = list(range(max(width, 2)))
    named = check_class_names(class_names, classes)
    return Network(None, "classification", [Output("label", classes)], named, "probability", exported, _activation(exported.proto))


def _activation(proto: onnx.ModelProto) -> str:
    """What makes the output: `Softmax`, `LogSoftmax`, `Sigmoid`, or `logits` for anything else."""
    produced = {output: node for node in proto.graph.node for output in node.output}
    node = produced.get(proto.graph.output[0].name)
    while node is not None and node.op_type in _PASSING:
        node = produced.get(node.input[0])
    return node.op_type if node is not None and node.op_type in ("Softmax", "LogSoftmax", "Sigmoid") else "logits"


def _probabilities(values: Array, activation: str | None) -> Array:
    if values.shape[1] == 1:
        second = values if activation == "Sigmoid" else 1 / (1 + np.exp(-values))
        return np.column_stack([1 - second, second])
    if activation in ("Softmax", "Sigmoid"):
        return values
    if activation == "LogSoftmax":
        return np.asarray(np.exp(values))
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _add_labels(proto: onnx.ModelProto, output: str, activation: str | None, classes: int) -> tuple[str, str]:
    """Makes the graph answer with a label and a probability for each class."""
    graph = proto.graph
    columns = 1 if len(graph.output[0].type.tensor_type.shape.dim) < 2 else graph.output[0].type.tensor_type.shape.dim[1].dim_value
    dtype = graph.output[0].type.tensor_type.elem_type
    current = output

    def add(operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        graph.node.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def constant(name: str, kind: int, shape: list[int], values: list[Any]) -> str:
        graph.initializer.append(helper.make_tensor(name, kind, shape, values))
        return name

    if columns == 1:
        if len(graph.output[0].type.tensor_type.shape.dim) < 2:
            column = constant("setosa_column", TensorProto.INT64, [2], [-1, 1])
            current = add("Reshape", [current, column], "setosa_second")
        if activation != "Sigmoid":
            current = add("Sigmoid", [current], "setosa_sigmoid")
        first = add("Sub", [constant("setosa_one", dtype, [1], [1]), current], "setosa_first")
        add("Concat", [first, current], "probabilities", axis=1)
    elif activation == "LogSoftmax":
        add("Exp", [current], "probabilities")
    elif activation == "logits":
        add("Softmax", [current], "probabilities", axis=1)
    else:
        add("Identity", [current], "probabilities")
    add("ArgMax", ["probabilities"], "label", axis=1, keepdims=0)
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("label", TensorProto.INT64, ["batch"]))
    graph.output.append(helper.make_tensor_value_info("probabilities", dtype, ["batch", classes]))
    return "label", "probabilities"
