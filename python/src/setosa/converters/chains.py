"""Estimators that predict one after the other, and one whose target was transformed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType, Int64TensorType
from sklearn.compose import TransformedTargetRegressor
from sklearn.multioutput import ClassifierChain, RegressorChain

from ..boosters.nodes import Nodes, register_regressor
from ..errors import SaveError
from .embed import Answer, embed
from .numbers import f64


def register() -> None:
    """Makes skl2onnx use these converters."""
    update_registered_converter(
        ClassifierChain,
        "SetosaClassifierChain",
        _shape,
        lambda scope, operator, container: _classifiers(operator.raw_operator, Nodes(scope, operator, container)),
        overwrite=True,
        parser=_parse,
        options={"zipmap": [True, False], "raw_scores": [True, False]},
    )
    register_regressor(RegressorChain, np.float64, _regressors)
    register_regressor(TransformedTargetRegressor, np.float64, _transformed)


def _parse(scope: Any, estimator: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    operator = scope.declare_local_operator("SetosaClassifierChain", estimator)
    operator.inputs = inputs
    operator.outputs.append(scope.declare_local_variable("label", Int64TensorType()))
    operator.outputs.append(scope.declare_local_variable("probabilities", DoubleTensorType()))
    return operator.outputs


def _shape(operator: Any) -> None:
    outputs = len(operator.raw_operator.estimators_)
    operator.outputs[0].type = Int64TensorType([None, outputs])
    operator.outputs[1].type = DoubleTensorType([None, 2 * outputs])


def _links(model: Any, nodes: Nodes, predicted: Callable[[Answer], str]) -> list[Answer]:
    """The answers of all links, in the order of the outputs; each has seen what those before it predicted."""
    dtype = nodes.dtype()
    rows, width = nodes.matrix(dtype), model.n_features_in_
    answers: list[Answer] = []
    for estimator in model.estimators_:
        answer = embed(nodes, estimator, rows=(rows, dtype, width))
        answers.append(answer)
        column = nodes.add("Reshape", [nodes.cast(predicted(answer), dtype), nodes.constant([-1, 1], np.int64)])
        rows, width = nodes.add("Concat", [rows, column], axis=1), width + 1
    return [answers[i] for i in np.argsort(model.order_)]


def _classifiers(model: Any, nodes: Nodes) -> None:
    if any(list(classes) != [0, 1] for classes in model.classes_):
        raise SaveError("A chain of classifiers is covered for labels that apply or not: 0 and 1.")
    if getattr(model, "chain_method_", "predict") != "predict":
        raise SaveError("A chain of classifiers is covered with chain_method='predict'.")
    answers = _links(model, nodes, lambda answer: str(answer.label))
    labels = [nodes.add("Reshape", [str(answer.label), nodes.constant([-1, 1], np.int64)]) for answer in answers]
    nodes.add("Concat", labels, nodes.outputs[0], axis=1)
    nodes.add("Concat", [str(answer.scores) for answer in answers], nodes.outputs[1], axis=1)


def _regressors(model: Any, nodes: Nodes) -> None:
    answers = _links(model, nodes, lambda answer: str(answer.scores))
    values = [nodes.add("Reshape", [str(answer.scores), nodes.constant([-1, 1], np.int64)]) for answer in answers]
    nodes.add("Concat", values, nodes.outputs[0], axis=1)


def _transformed(model: Any, nodes: Nodes) -> None:
    targets = 1 if model._training_dim == 1 else None
    values = str(embed(nodes, model.regressor_).scores)
    if targets == 1:
        values = nodes.add("Reshape", [values, nodes.constant([-1, 1], np.int64)])
    nodes.add("Identity", [_undo(model.transformer_, values, nodes)], nodes.outputs[0])


_FUNCTIONS: dict[Any, Callable[[Nodes, str], str]] = {
    None: lambda _, value: value,
    np.exp: lambda nodes, value: nodes.add("Exp", [value]),
    np.expm1: lambda nodes, value: nodes.add("Sub", [nodes.add("Exp", [value]), f64(nodes, [[1]])]),
    np.log: lambda nodes, value: nodes.add("Log", [value]),
    np.log1p: lambda nodes, value: nodes.add("Log", [nodes.add("Add", [value, f64(nodes, [[1]])])]),
    np.sqrt: lambda nodes, value: nodes.add("Sqrt", [value]),
    np.square: lambda nodes, value: nodes.add("Mul", [value, value]),
}


def _undo(transformer: Any, values: str, nodes: Nodes) -> str:
    if hasattr(transformer, "inverse_func"):
        if transformer.inverse_func not in _FUNCTIONS:
            raise SaveError(
                "The target's inverse function is one of one's own, which ONNX cannot hold; numpy's exp, expm1, log … are covered."
            )
        return _FUNCTIONS[transformer.inverse_func](nodes, values)
    width = transformer.n_features_in_
    zero, one, two = (transformer.inverse_transform(np.full((1, width), number)) for number in (0.0, 1.0, 2.0))
    if not np.allclose(two, 2 * one - zero, rtol=1e-9):
        raise SaveError(f"The target's {type(transformer).__name__} is not undone by a factor and an offset.")
    return nodes.add("Add", [nodes.add("Mul", [values, f64(nodes, one - zero)]), f64(nodes, zero)])
