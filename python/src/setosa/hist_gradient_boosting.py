"""HistGradientBoosting as float64 trees.

skl2onnx writes these trees with float32 thresholds, but scikit-learn compares float64 features with
float64 thresholds, so a row between a threshold and its rounding would take the other branch. Here
they are written with the float64 attributes of ai.onnx.ml 3 (``nodes_values_as_tensor``); categories, and
predictions that are exponentials, take the TreeEnsemble of ai.onnx.ml 5.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType, Int64TensorType, StringTensorType
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from .boosters.forest import LEQ, MEMBER, Forest
from .boosters.nodes import Nodes
from .errors import SaveError

_IDENTITY_LINKS = {"HalfSquaredError", "AbsoluteError", "PinballLoss"}
_LOG_LINKS = {"HalfPoissonLoss", "HalfGammaLoss"}


def register() -> None:
    """Makes skl2onnx use these converters."""
    update_registered_converter(
        HistGradientBoostingClassifier,
        "SetosaHistGradientBoostingClassifier",
        _classifier_shapes,
        _convert_classifier,
        options={"zipmap": [True, False, "columns"], "nocl": [True, False], "output_class_labels": [False, True]},
        overwrite=True,
    )
    update_registered_converter(
        HistGradientBoostingRegressor,
        "SetosaHistGradientBoostingRegressor",
        _regressor_shapes,
        _convert_regressor,
        overwrite=True,
    )


def _classifier_shapes(operator: Any) -> None:
    model = operator.raw_operator
    if model.is_categorical_ is None:
        calculate_linear_classifier_output_shapes(operator)
        return
    strings = all(isinstance(label, str) for label in model.classes_.tolist())
    operator.outputs[0].set_type((StringTensorType if strings else Int64TensorType)([None]))
    operator.outputs[1].set_type(DoubleTensorType([None, len(model.classes_)]))


def _regressor_shapes(operator: Any) -> None:
    if operator.raw_operator.is_categorical_ is None:
        calculate_linear_regressor_output_shapes(operator)
    else:
        operator.outputs[0].set_type(DoubleTensorType([None, 1]))


def _convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    model = operator.raw_operator
    if model.is_categorical_ is not None:
        nodes = Nodes(scope, operator, container)
        sums = _sums(model, nodes)
        if len(model.classes_) == 2:
            scores = nodes.two(nodes.add("Sigmoid", [sums]), np.float64)
        else:
            scores = nodes.add("Softmax", [sums], nodes.outputs[1], axis=1)
        nodes.label(scores, model.classes_)
        return
    attributes = _trees(model, "class")
    classes = model.classes_.tolist()
    if all(isinstance(label, str) for label in classes):
        attributes["classlabels_strings"] = classes
    else:
        attributes["classlabels_int64s"] = [int(label) for label in classes]
    attributes["post_transform"] = "SOFTMAX"
    _add(scope, operator, container, "TreeEnsembleClassifier", attributes)


def _convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    model = operator.raw_operator
    loss = type(model._loss).__name__
    if loss not in _IDENTITY_LINKS | _LOG_LINKS:
        raise SaveError(f"HistGradientBoostingRegressor with the loss {model.loss!r} is not covered.")
    if model.is_categorical_ is not None or loss in _LOG_LINKS:
        nodes = Nodes(scope, operator, container)
        nodes.add("Exp" if loss in _LOG_LINKS else "Identity", [_sums(model, nodes)], nodes.outputs[0])
        return
    attributes = _trees(model, "target")
    attributes["n_targets"] = 1
    attributes["post_transform"] = "NONE"
    _add(scope, operator, container, "TreeEnsembleRegressor", attributes)


def _add(scope: Any, operator: Any, container: Any, op_type: str, attributes: dict[str, Any]) -> None:
    if not isinstance(operator.inputs[0].type, DoubleTensorType):
        raise SaveError("HistGradientBoosting compares float64 features, and this export has float32 ones.")
    container.add_node(
        op_type,
        operator.input_full_names,
        [output.full_name for output in operator.outputs],
        op_domain="ai.onnx.ml",
        op_version=3,
        name=scope.get_unique_operator_name(op_type),
        **attributes,
    )


def _trees(model: Any, leaf: str) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {
        key: []
        for key in (
            "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_modes", "nodes_truenodeids",
            "nodes_falsenodeids", "nodes_missing_value_tracks_true",
            f"{leaf}_treeids", f"{leaf}_nodeids", f"{leaf}_ids",
        )
    }  # fmt: skip
    thresholds: list[float] = []
    weights: list[float] = []
    hitrates: list[float] = []
    tree_id = 0
    # Two classes have one score s. As two scores, -s/2 and s/2, their softmax is σ(s) exactly, and neither
    # the signs of the weights nor the base value fall under ONNX's special cases for a single score.
    factors = [(0, -0.5), (1, 0.5)] if leaf == "class" and len(model.classes_) == 2 else None
    base = np.asarray(model._baseline_prediction, dtype=np.float64).ravel()
    for round_, iteration in enumerate(model._predictors):
        for target, tree in enumerate(iteration):
            # In the leaves of the first trees: ONNX Runtime reads base values differently for two classes.
            start = float(base[target]) if round_ == 0 else 0.0
            for node_id, node in enumerate(tree.nodes):
                is_leaf = bool(node["is_leaf"])
                columns["nodes_treeids"].append(tree_id)
                columns["nodes_nodeids"].append(node_id)
                columns["nodes_featureids"].append(0 if is_leaf else int(node["feature_idx"]))
                columns["nodes_modes"].append("LEAF" if is_leaf else "BRANCH_LEQ")
                columns["nodes_truenodeids"].append(0 if is_leaf else int(node["left"]))
                columns["nodes_falsenodeids"].append(0 if is_leaf else int(node["right"]))
                columns["nodes_missing_value_tracks_true"].append(0 if is_leaf else int(node["missing_go_to_left"]))
                hitrates.append(float(node["count"]))
                thresholds.append(0.0 if is_leaf else float(node["num_threshold"]))
                for column, factor in (factors or [(target, 1.0)]) if is_leaf else []:
                    columns[f"{leaf}_treeids"].append(tree_id)
                    columns[f"{leaf}_nodeids"].append(node_id)
                    columns[f"{leaf}_ids"].append(column)
                    weights.append(factor * (start + float(node["value"])))
            tree_id += 1
    return {
        **columns,
        "nodes_hitrates": hitrates,
        "nodes_values_as_tensor": _double_tensor("nodes_values", thresholds),
        f"{leaf}_weights_as_tensor": _double_tensor(f"{leaf}_weights", weights),
    }


def _sums(model: Any, nodes: Nodes) -> str:
    """The sums of a model whose features are categories or numbers, in float64."""
    columns, categories = _features(model)
    base = np.asarray(model._baseline_prediction, dtype=np.float64).ravel()
    forest = Forest(np.float64, len(base))
    for target, value in enumerate(base):
        forest.constant(target, float(value))
    known, places = model._bin_mapper.make_known_categories_bitsets()
    for iteration in model._predictors:
        for target, tree in enumerate(iteration):
            added: list[int] = []
            for node in tree.nodes:
                if node["is_leaf"]:
                    added.append(forest.leaf(target, float(node["value"]), float(node["count"])))
                    continue
                feature, missing = int(node["feature_idx"]), bool(node["missing_go_to_left"])
                if not node["is_categorical"]:
                    added.append(forest.split(columns[feature], LEQ, float(node["num_threshold"]), missing_is_true=missing))
                    continue
                left = _members(tree.raw_left_cat_bitsets[node["bitset_idx"]])
                if missing:
                    # A category that training left out goes where missing values go.
                    left |= set(range(len(categories[columns[feature]] or ()))) - _members(known[places[feature]])
                # ONNX Runtime takes no empty set: nothing but missing values goes left.
                mode, limit = (MEMBER, 0.0) if left else (LEQ, -np.inf)
                added.append(forest.split(columns[feature], mode, limit, missing_is_true=missing, members=sorted(left)))
            for child, node in zip(added, tree.nodes, strict=True):
                if child >= 0:
                    forest.link(child, added[node["left"]], added[node["right"]])
            forest.root(added[0])
    return nodes.trees(forest, nodes.rows(categories, np.float64))


def _features(model: Any) -> tuple[list[int], list[list[Any] | None]]:
    """For each of the trees' features its column, and for each column its categories, or None for a number."""
    categories: list[list[Any] | None] = [None] * model.n_features_in_
    if model.is_categorical_ is None:
        return list(range(model.n_features_in_)), categories
    coded, plain = np.flatnonzero(model.is_categorical_), np.flatnonzero(~model.is_categorical_)
    for column, listed in zip(coded, model._preprocessor.named_transformers_["encoder"].categories_, strict=True):
        # Missing is the last, where it is one.
        categories[column] = [value for value in listed.tolist() if value is not None and value == value]
    return [*map(int, coded), *map(int, plain)], categories


def _members(bitset: Any) -> set[int]:
    return {32 * word + bit for word, bits in enumerate(np.asarray(bitset).tolist()) for bit in range(32) if bits >> bit & 1}


def _double_tensor(name: str, values: list[float]) -> Any:
    return helper.make_tensor(name, TensorProto.DOUBLE, [len(values)], values)
