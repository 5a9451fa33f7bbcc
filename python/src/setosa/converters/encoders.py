"""Encoders of categories, with missing values as scikit-learn has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx.common._registration import get_converter, register_converter
from skl2onnx.common.data_types import guess_proto_type
from sklearn.preprocessing import TargetEncoder

from ..boosters.nodes import Nodes, register_transformer
from .numbers import f64


def register() -> None:
    """Makes skl2onnx use these converters."""
    register_transformer(TargetEncoder, _target)
    for alias, convert in (("SklearnOneHotEncoder", _one_hot), ("SklearnOrdinalEncoder", _ordinal)):
        _wrap(alias, convert)


#: A converter of ours: it may call the one of skl2onnx.
Convert = Callable[[Any, Any, Any, Callable[[Any, Any, Any], None]], None]


def _wrap(alias: str, convert: Convert) -> None:
    original = get_converter(alias)

    def converter(scope: Any, operator: Any, container: Any) -> None:
        if _know_missing_strings(operator.raw_operator):
            convert(scope, operator, container, original)
        else:
            original(scope, operator, container)

    register_converter(alias, converter, overwrite=True, options=original.get_allowed_options())


def _know_missing_strings(model: Any) -> bool:
    """Whether a missing string is one of the categories."""
    return any(any(map(_is_missing, known)) and any(isinstance(one, str) for one in known) for known in map(list, model.categories_))


def _one_hot(scope: Any, operator: Any, container: Any, original: Callable[[Any, Any, Any], None]) -> None:
    """As skl2onnx does it, which takes a category that is no string for a number: a missing one is empty in the graph."""
    model = operator.raw_operator
    known = model.categories_
    model.categories_ = [np.array(["" if _is_missing(one) else one for one in listed], dtype=object) for listed in known]
    try:
        original(scope, operator, container)
    finally:
        model.categories_ = known


def _ordinal(scope: Any, operator: Any, container: Any, _: Callable[[Any, Any, Any], None]) -> None:
    nodes, model = Nodes(scope, operator, container), operator.raw_operator
    default = float("nan") if model.unknown_value is None else float(model.unknown_value)
    found = []
    for (column, is_string), known in zip(nodes.single_columns(), model.categories_, strict=True):
        codes = [float(model.encoded_missing_value) if _is_missing(one) else float(code) for code, one in enumerate(known)]
        found.append(_mapped(nodes, column, is_string, known.tolist(), codes, default))
    coded = nodes.add("Concat", found, axis=1)
    nodes.add("Cast", [coded], nodes.outputs[0], to=guess_proto_type(operator.outputs[0].type))


def _target(model: Any, nodes: Nodes) -> None:
    classes = len(model.classes_) if model.target_type_ == "multiclass" else 1
    means = np.ravel(model.target_mean_)
    found = []
    for feature, (column, is_string) in enumerate(nodes.single_columns()):
        known = model.categories_[feature].tolist()
        for one in range(classes):
            found.append(_mapped(nodes, column, is_string, known, model.encodings_[feature * classes + one], float(means[one])))
    nodes.add("Concat", found, nodes.outputs[0], axis=1)


def _mapped(nodes: Nodes, column: str, is_string: bool, known: list[Any], values: Any, default: float) -> str:
    """A number for every category; a missing string is empty, and a missing number NaN."""
    pairs = [(key, value) for key, value in zip(known, values, strict=True) if not _is_missing(key)]
    missing = next((float(value) for key, value in zip(known, values, strict=True) if _is_missing(key)), default)
    if is_string:
        keys, numbers = [key for key, _ in pairs] + [""], [value for _, value in pairs] + [missing]
        return nodes.mapped(column, True, keys, numbers, default)
    mapped = nodes.mapped(column, False, [key for key, _ in pairs], [value for _, value in pairs], default)
    return nodes.add("Where", [nodes.add("IsNaN", [column]), f64(nodes, [[missing]]), mapped])


def _is_missing(value: Any) -> bool:
    return value is None or bool(value != value)
