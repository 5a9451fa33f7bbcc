"""From a fitted model to candidate ONNX graphs, through skl2onnx.

scikit-learn computes in float64, except where it casts to float32 (its classical trees). Which ONNX
graph keeps that depends on the model, so there are candidates, cheapest to serve first; the first that
is proven to answer like the model (see verify.py) is the one that is written.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator

from . import boosters, hist_gradient_boosting, simple_imputer
from .errors import SaveError
from .framework import Model
from .table import Table

OPSETS = {"": 18, "ai.onnx.ml": 3}
#: One input for all columns.
MATRIX = "X"

hist_gradient_boosting.register()
simple_imputer.register()


@dataclass(frozen=True)
class Place:
    """Where a feature enters the graph."""

    input: str
    column: int
    dtype: str


@dataclass(frozen=True)
class Export:
    """A candidate graph."""

    proto: onnx.ModelProto
    #: By feature, in the table's order.
    places: list[Place]
    label: str | None
    scores: str | None


def candidates(model: Model, table: Table) -> Iterator[tuple[str, Callable[[], Export]]]:
    """Ways to export the model, each with a name for messages."""
    yield "float32", lambda: _export(model, table, "float32")
    yield "float64", lambda: _export(model, table, "float64")
    yield "float64 with float32 trees", lambda: _float32_trees(_export(model, table, "float64"))


def _export(model: Model, table: Table, dtype: str) -> Export:
    number = FloatTensorType if dtype == "float32" else DoubleTensorType
    # A pipeline that picks columns by name needs an input per column.
    if table.is_numeric and not (table.is_frame and _picks_columns(model.estimator)):
        types = [(MATRIX, number([None, len(table.columns)]))]
        places = [Place(MATRIX, i, dtype) for i in range(len(table.columns))]
    else:
        strings = [column.kind == "string" for column in table.columns]
        types = [
            (column.name, (StringTensorType if is_string else number)([None, 1]))
            for column, is_string in zip(table.columns, strings, strict=True)
        ]
        places = [Place(column.name, 0, "string" if is_string else dtype) for column, is_string in zip(table.columns, strings, strict=True)]
    proto = _convert(model, types)
    # skl2onnx writes other names where a column's has spaces or brackets.
    written = {given: value.name for (given, _), value in zip(types, proto.graph.input, strict=True)}
    places = [replace(place, input=written[place.input]) for place in places]
    boosters.declare_version(proto)
    _declare_outputs(proto, model, table)
    _track_missing(proto, model.final)
    outputs = [output.name for output in proto.graph.output]
    if model.classes is None:
        label, scores = None, outputs[0]
    else:
        label, scores = outputs[0], (outputs[1] if model.score_kind is not None and len(outputs) > 1 else None)
        if scores is None:
            del proto.graph.output[1:]
    return Export(proto, places, label, scores)


def _convert(model: Model, types: list[Any]) -> onnx.ModelProto:
    # No ZipMap; decision values where there are no probabilities. Some converters refuse the one or the other.
    raw = {id(model.final): {"raw_scores": True}} if model.score_kind == "decision" else {}
    plain = {id(model.estimator): {"zipmap": False}} if model.classes is not None else {}
    both = {key: plain.get(key, {}) | raw.get(key, {}) for key in plain | raw}
    with contextlib.suppress(NameError):
        return _convert_with(model, types, both)
    return _convert_with(model, types, raw)


def _convert_with(model: Model, types: list[Any], options: dict[int, dict[str, Any]]) -> onnx.ModelProto:
    boosters.register()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return to_onnx(
                model.estimator,
                initial_types=types,
                options=options or None,
                target_opset=OPSETS,
                name=type(model.final).__name__,
            )
    except (SaveError, NameError):
        raise
    except (MissingConverter, MissingShapeCalculator) as error:
        raise SaveError(f"A step of the model has no ONNX converter: {_first_line(error)}") from error
    except Exception as error:
        raise SaveError(f"skl2onnx cannot convert the {type(model.estimator).__name__}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__


def _picks_columns(estimator: Any) -> bool:
    if type(estimator).__name__ == "ColumnTransformer":
        return True
    parts = [step for _, step in getattr(estimator, "steps", [])]
    parts += [step for _, step in getattr(estimator, "transformer_list", [])]
    return any(_picks_columns(part) for part in parts)


def _declare_outputs(proto: onnx.ModelProto, model: Model, table: Table) -> None:
    """Corrects what skl2onnx declares of outputs: some element types and widths are not what the nodes give."""
    values = None if model.classes is not None else model.answer(table.take(np.array([0]))).scores
    produced = {output: node for node in proto.graph.node for output in node.output}
    for output in proto.graph.output:
        tensor = output.type.tensor_type
        if _gives_float(output.name, produced):
            tensor.elem_type = TensorProto.FLOAT
        if values is not None and len(tensor.shape.dim) == 2:
            tensor.shape.dim[1].dim_value = values.shape[1]


def _track_missing(proto: onnx.ModelProto, final: Any) -> None:
    """Says for every split where a missing value goes: scikit-learn's trees know, skl2onnx does not write it."""
    estimators = getattr(final, "estimators_", [final])
    trees = [getattr(estimator, "tree_", None) for estimator in np.ravel(np.asarray(estimators, dtype=object))]
    nodes = [node for node in proto.graph.node if node.op_type.startswith("TreeEnsemble")]
    if len(nodes) != 1 or any(tree is None or not hasattr(tree, "missing_go_to_left") for tree in trees):
        return
    goes_left = np.concatenate([tree.missing_go_to_left for tree in trees if tree is not None])
    for attribute in nodes[0].attribute:
        if attribute.name == "nodes_missing_value_tracks_true" and len(attribute.ints) == len(goes_left):
            leaf = next(a for a in nodes[0].attribute if a.name == "nodes_modes").strings
            attribute.ints[:] = [int(left and mode != b"LEAF") for left, mode in zip(goes_left, leaf, strict=True)]


def _gives_float(name: str, produced: dict[str, Any]) -> bool:
    """Whether a value is float32 by its operator's definition: tree ensembles give nothing else."""
    node = produced.get(name)
    while node is not None and node.op_type == "Identity":
        name, node = node.input[0], produced.get(node.input[0])
    if node is None:
        return False
    if node.op_type == "TreeEnsembleClassifier":
        return bool(name == node.output[1])
    return bool(node.op_type == "TreeEnsembleRegressor")


def _float32_trees(export: Export) -> Export:
    """Casts to float32 before every tree ensemble without float64 thresholds, as scikit-learn's trees do."""
    graph = export.proto.graph
    nodes = list(graph.node)
    found = False
    del graph.node[:]
    for node in nodes:
        if node.op_type in ("TreeEnsembleClassifier", "TreeEnsembleRegressor") and not any(
            a.name == "nodes_values_as_tensor" for a in node.attribute
        ):
            found = True
            narrow = f"{node.input[0]}_float32_for_{node.name}"
            graph.node.append(helper.make_node("Cast", [node.input[0]], [narrow], to=TensorProto.FLOAT, name=f"{node.name}_cast"))
            node.input[0] = narrow
        graph.node.append(node)
    if not found:
        raise SaveError("The model has no float32 trees.")
    return export
