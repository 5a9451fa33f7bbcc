"""From a fitted model to candidate ONNX graphs, through skl2onnx.

scikit-learn computes in float64, except where it casts to float32 (its classical trees). Which ONNX
graph keeps that depends on the model, so there are candidates, cheapest to serve first; the first that
is proven to answer like the model (see verify.py) is the one that is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType

from . import boosters
from .convert import convert
from .converters import register
from .framework import Model
from .outputs import arrange_outputs
from .table import Table

#: One input for all columns.
MATRIX = "X"

register()


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
    proto = convert(model, types)
    # skl2onnx writes other names where a column's has spaces or brackets.
    written = {given: value.name for (given, _), value in zip(types, proto.graph.input, strict=True)}
    places = [replace(place, input=written[place.input]) for place in places]
    boosters.declare_version(proto)
    answers = model.answer(table.take(np.array([0])))
    label, scores = arrange_outputs(proto, model, answers.scores.shape[1] if answers.scores is not None else 0)
    return Export(proto, places, label, scores)


def _picks_columns(estimator: Any) -> bool:
    if type(estimator).__name__ == "ColumnTransformer":
        return True
    parts = [step for _, step in getattr(estimator, "steps", [])]
    parts += [step for _, step in getattr(estimator, "transformer_list", [])]
    return any(_picks_columns(part) for part in parts)
