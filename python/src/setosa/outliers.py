"""IsolationForest and EllipticEnvelope: labels that say on which side of a threshold a score in float64 lies."""

from __future__ import annotations

from typing import Any

import numpy as np
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType, Int64TensorType
from sklearn.covariance import EllipticEnvelope
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length

from .boosters.nodes import Nodes
from .classical_tree_models import tree_sums
from .classical_trees import Trees, fitted_trees

#: A training row may be the threshold itself: so much below it is a rounding of the same score.
_SAME = 1e-10
#: Path lengths are summed as multiples of this, exact in float32 up to 2^16, and a rest.
_STEP = 2.0**-8


def register() -> None:
    """Makes skl2onnx use these converters."""
    for model, convert in ((IsolationForest, _isolation_forest), (EllipticEnvelope, _elliptic_envelope)):
        register_outliers(model, _of_samples(convert))


def register_outliers(model: type, decide: Any) -> None:
    """Makes skl2onnx use a converter that gives decisions, of which those below zero are outliers."""
    update_registered_converter(model, f"Setosa{model.__name__}", _shape, _converter(decide), overwrite=True, parser=_parse(model))


def _of_samples(convert: Any) -> Any:
    """Decisions from scores whose offset is the threshold."""

    def decide(model: Any, nodes: Nodes) -> str:
        return nodes.add("Sub", [convert(model, nodes), nodes.constant([[float(model.offset_)]], np.float64)])

    return decide


def _parse(model: type) -> Any:
    def parse(scope: Any, estimator: Any, inputs: Any, custom_parsers: Any = None) -> Any:
        operator = scope.declare_local_operator(f"Setosa{model.__name__}", estimator)
        operator.inputs = inputs
        operator.outputs.append(scope.declare_local_variable("label", Int64TensorType()))
        operator.outputs.append(scope.declare_local_variable("decision", DoubleTensorType()))
        return operator.outputs

    return parse


def _shape(operator: Any) -> None:
    label, decision = operator.outputs
    label.type = Int64TensorType([None])
    decision.type = DoubleTensorType([None, 1])


def _converter(decide: Any) -> Any:
    def converter(scope: Any, operator: Any, container: Any) -> None:
        nodes = Nodes(scope, operator, container)
        model = operator.raw_operator
        decision = nodes.add("Identity", [decide(model, nodes)], nodes.outputs[1])
        is_outlier = nodes.add("Less", [decision, nodes.constant([[-_SAME]], np.float64)])
        label = nodes.add("Where", [is_outlier, nodes.constant([[-1]], np.int64), nodes.constant([[1]], np.int64)])
        nodes.add("Reshape", [label, nodes.constant([-1], np.int64)], nodes.outputs[0])

    return converter


def _isolation_forest(model: Any, nodes: Nodes) -> str:
    trees = Trees("target")
    for estimator, features in fitted_trees(model):
        tree = estimator.tree_
        lengths = tree.compute_node_depths() - 1.0 + _average_path_length(tree.n_node_samples)
        whole = np.round(lengths / _STEP) * _STEP
        trees.add(tree, np.column_stack([whole, lengths - whole]), np.arange(2), features)
    parts = nodes.cast(tree_sums(nodes, trees, 2), np.float64)
    total = nodes.add("ReduceSum", [parts, nodes.constant([1], np.int64)], keepdims=1)
    denominator = len(model.estimators_) * float(_average_path_length([model._max_samples])[0])
    # Trees of a single row have no length: scikit-learn's quotient is then 1.
    exponent = -np.log(2.0) / denominator if denominator != 0 else 0.0
    power = nodes.add("Exp", [nodes.add("Mul", [total, nodes.constant([[exponent]], np.float64)])])
    scale = -1.0 if denominator != 0 else -0.5
    return nodes.add("Mul", [power, nodes.constant([[scale]], np.float64)])


def _elliptic_envelope(model: Any, nodes: Nodes) -> str:
    rows = nodes.rows([], np.float64)
    centred = nodes.add("Sub", [rows, nodes.constant([model.location_], np.float64)])
    turned = nodes.add("MatMul", [centred, nodes.constant(model.get_precision(), np.float64)])
    distance = nodes.add("ReduceSum", [nodes.add("Mul", [turned, centred]), nodes.constant([1], np.int64)], keepdims=1)
    return nodes.add("Neg", [distance])
