"""SimpleImputer in float64.

ONNX Runtime has the operator Imputer for float32 only, and its values are float32 numbers. Steps after an imputer
that need float64 get it with IsNaN and Where.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType
from skl2onnx.operator_converters.imputer_op import convert_sklearn_imputer
from skl2onnx.shape_calculators.imputer import calculate_sklearn_imputer_output_shapes
from sklearn.impute import SimpleImputer


def register() -> None:
    """Makes skl2onnx use this converter."""
    update_registered_converter(SimpleImputer, "SetosaSimpleImputer", calculate_sklearn_imputer_output_shapes, _convert, overwrite=True)


def _convert(scope: Any, operator: Any, container: Any) -> None:
    imputer = operator.raw_operator
    statistics = np.asarray(imputer.statistics_)
    is_plain = statistics.dtype.kind == "f" and not np.isnan(statistics).any() and imputer.indicator_ is None
    if not is_plain or not all(isinstance(value.type, DoubleTensorType) for value in operator.inputs):
        convert_sklearn_imputer(scope, operator, container)
        return

    def add(op_type: str, inputs: list[str], output: str | None = None, **attributes: Any) -> str:
        name = output or scope.get_unique_variable_name(op_type.lower())
        container.add_node(op_type, inputs, [name], name=scope.get_unique_operator_name(op_type), **attributes)
        return name

    def constant(values: list[float]) -> str:
        name: str = scope.get_unique_variable_name("imputed")
        container.add_initializer(name, TensorProto.DOUBLE, [1, len(values)], values)
        return name

    names = [value.full_name for value in operator.inputs]
    rows = names[0] if len(names) == 1 else add("Concat", names, axis=1, op_version=13)
    gone = float(imputer.missing_values)
    is_missing = add("IsNaN", [rows], op_version=13) if np.isnan(gone) else add("Equal", [rows, constant([gone])], op_version=13)
    add("Where", [is_missing, constant(statistics.tolist()), rows], operator.outputs[0].full_name, op_version=16)
