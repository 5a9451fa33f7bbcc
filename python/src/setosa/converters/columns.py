"""Column transformers that pass strings on beside numbers, as pandas' categories go into a booster.

skl2onnx joins whatever leaves a ColumnTransformer in one matrix of one type. Here strings and numbers leave it side by
side: the models that know categories take them so, each column with its own type.
"""

from __future__ import annotations

import copy
from typing import Any

from skl2onnx import update_registered_parser
from skl2onnx._parse import _fetch_input_slice, _parse_sklearn_column_transformer
from skl2onnx.common.data_types import StringTensorType
from skl2onnx.common.utils import get_column_indices
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import FunctionTransformer


def register() -> None:
    """Makes skl2onnx read column transformers so."""
    update_registered_parser(ColumnTransformer, _parse)


def _parse(scope: Any, model: Any, inputs: list[Any], custom_parsers: Any = None) -> list[Any]:
    parts = [part for part in model.transformers_ if not (isinstance(part[1], str) and part[1] == "drop")]
    passed = [_inputs_of(columns, inputs) for _, op, columns in parts if _passes(op)]
    strings = [isinstance(value.type, StringTensorType) for part in passed for value, _ in part]
    others = len(passed) < len(parts) or not all(strings)
    if not any(strings) or not others or model.transformer_weights is not None:
        joined: list[Any] = _parse_sklearn_column_transformer(scope, model, inputs, custom_parsers)
        return joined
    results: list[Any] = []
    for part in parts:
        if _passes(part[1]):
            for value, columns in _inputs_of(part[2], inputs):
                results += _fetch_input_slice(scope, [value], columns)
        else:
            # By itself it is not joined to anything.
            alone = copy.copy(model)
            alone.transformers_ = [part]
            results += _parse_sklearn_column_transformer(scope, alone, inputs, custom_parsers)
    return results


def _passes(op: Any) -> bool:
    return op == "passthrough" if isinstance(op, str) else isinstance(op, FunctionTransformer) and op.func is None


def _inputs_of(columns: Any, inputs: list[Any]) -> list[tuple[Any, list[int]]]:
    """The values that hold these columns, and the columns of each."""
    if isinstance(columns, slice):
        columns = list(range(columns.start or 0, columns.stop, columns.step or 1))
    elif isinstance(columns, (int, str)):
        columns = [columns]
    found = get_column_indices(columns, inputs, multiple=True)
    return [(inputs[index], own) for index, own in found.items()]
