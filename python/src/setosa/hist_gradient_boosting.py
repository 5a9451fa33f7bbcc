"""HistGradientBoosting as float64 trees.

skl2onnx writes these trees with float32 thresholds, but scikit-learn compares float64 features with
float64 thresholds, so a row between a threshold and its rounding would take the other branch. Here
they are written with the float64 attributes of ai.onnx.ml 3 (``nodes_values_as_tensor``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from .errors import SaveError

_IDENTITY_LINKS = {"HalfSquaredError", "AbsoluteError", "PinballLoss"}


def register() -> None:
    """Makes skl2onnx use these converters."""
    update_registered_converter(
        HistGradientBoostingClassifier,
        "SetosaHistGradientBoostingClassifier",
        calculate_linear_classifier_output_shapes,
        _convert_classifier,
        options={"zipmap": [True, False, "columns"], "nocl": [True, False], "output_class_labels": [False, True]},
        overwrite=True,
    )
    update_registered_converter(
        HistGradientBoostingRegressor,
        "SetosaHistGradientBoostingRegressor",
        calculate_linear_regressor_output_shapes,
        _convert_regressor,
        overwrite=True,
    )


def _convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    model = operator.raw_operator
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
    if loss not in _IDENTITY_LINKS:
        raise SaveError(f"HistGradientBoostingRegressor with the loss {model.loss!r} is not covered: its predictions are exponentials.")
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
                if node["is_categorical"]:
                    raise SaveError(
                        "HistGradientBoosting with categorical_features is not covered: encode the categories in a step before it."
                    )
                is_leaf = bool(node["is_leaf"])
                columns["nodes_treeids"].append(tree_id)
                columns["nodes_nodeids"].append(node_id)
                columns["nodes_featureids"].append(0 if is_leaf else int(node["feature_idx"]))
                columns["nodes_modes"].append("LEAF" if is_leaf else "BRANCH_LEQ")
                columns["nodes_truenodeids"].append(0 if is_leaf else int(node["left"]))
                columns["nodes_falsenodeids"].append(0 if is_leaf else int(node["right"]))
                columns["nodes_missing_value_tracks_true"].append(0 if is_leaf else int(node["missing_go_to_left"]))
                thresholds.append(0.0 if is_leaf else float(node["num_threshold"]))
                for column, factor in (factors or [(target, 1.0)]) if is_leaf else []:
                    columns[f"{leaf}_treeids"].append(tree_id)
                    columns[f"{leaf}_nodeids"].append(node_id)
                    columns[f"{leaf}_ids"].append(column)
                    weights.append(factor * (start + float(node["value"])))
            tree_id += 1
    return {
        **columns,
        "nodes_values_as_tensor": _double_tensor("nodes_values", thresholds),
        f"{leaf}_weights_as_tensor": _double_tensor(f"{leaf}_weights", weights),
    }


def _double_tensor(name: str, values: list[float]) -> Any:
    return helper.make_tensor(name, TensorProto.DOUBLE, [len(values)], values)
