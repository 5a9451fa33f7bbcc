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
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator
from sklearn.base import is_classifier

from . import boosters, classical_tree_models, hist_gradient_boosting, outliers, simple_imputer
from .errors import SaveError
from .framework import Model
from .outputs import arrange_outputs
from .table import Table
from .texts import split_vocabularies, vectorizer_options

OPSETS = {"": 18, "ai.onnx.ml": 3}
#: One input for all columns.
MATRIX = "X"

classical_tree_models.register()
hist_gradient_boosting.register()
outliers.register()
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
    answers = model.answer(table.take(np.array([0])))
    label, scores = arrange_outputs(proto, model, answers.scores.shape[1] if answers.scores is not None else 0)
    return Export(proto, places, label, scores)


def _convert(model: Model, types: list[Any]) -> onnx.ModelProto:
    # No ZipMap; decision values where there are no probabilities. Some converters refuse the one or the other.
    raw = {id(model.final): {"raw_scores": True}} if model.score_kind == "decision" and is_classifier(model.estimator) else {}
    plain = {id(model.estimator): {"zipmap": False}} if is_classifier(model.estimator) else {}
    both = {key: plain.get(key, {}) | raw.get(key, {}) for key in plain | raw}
    texts = vectorizer_options(model.estimator)
    with split_vocabularies(model.estimator):
        with contextlib.suppress(NameError):
            return _convert_with(model, types, both | texts)
        return _convert_with(model, types, raw | texts)


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
