"""CatBoost's models, from the JSON that a model saves: features are compared in float32, leaves are summed in float64."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import catboost
import numpy as np

from ..errors import SaveError
from .forest import GT, Forest
from .nodes import Nodes, register_classifier, register_regressor

#: Losses of which `predict` gives the exponential.
_EXPONENTIAL = {"Poisson", "Tweedie"}
_UNSUPPORTED = {"RMSEWithUncertainty", "MultiLogloss", "MultiCrossEntropy"}


def register() -> None:
    """Makes skl2onnx convert CatBoost's estimators."""
    register_classifier(catboost.CatBoostClassifier, np.float64, _classifier)
    for regressor in (catboost.CatBoostRegressor, catboost.CatBoostRanker):
        register_regressor(regressor, np.float64, _regressor)


def adapt(model: Any) -> Any:
    """A `catboost.CatBoost` as the estimator of its loss; any other model as it is."""
    if type(model) is not catboost.CatBoost or not model.is_fitted():
        return model
    if _loss(model) in ("Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll"):
        return catboost.to_classifier(model)
    try:
        return catboost.to_regressor(model)
    except catboost.CatBoostError:
        return catboost.to_ranker(model)


def _loss(model: Any) -> str:
    return str(model.get_all_params().get("loss_function", "")).split(":")[0]


def _classifier(model: Any, nodes: Nodes) -> None:
    loss, sums, width = _sums(model, nodes)
    if width == 1:
        nodes.two(nodes.add("Sigmoid", [sums]), np.float64)
        above = nodes.cast(nodes.add("Greater", [sums, nodes.constant([[0]], np.float64)]), np.int64)
        nodes.label_at(nodes.add("Reshape", [above, nodes.constant([-1], np.int64)]), model.classes_)
        return
    if loss == "MultiClassOneVsAll":
        nodes.add("Sigmoid", [sums], nodes.outputs[1])
    else:
        nodes.add("Softmax", [sums], nodes.outputs[1], axis=1)
    nodes.label(sums, model.classes_)


def _regressor(model: Any, nodes: Nodes) -> None:
    loss, sums, _ = _sums(model, nodes)
    nodes.add("Exp" if loss in _EXPONENTIAL else "Identity", [sums], nodes.outputs[0])


def _sums(model: Any, nodes: Nodes) -> tuple[str, str, int]:
    loss = _loss(model)
    if loss in _UNSUPPORTED:
        raise SaveError(f"CatBoost's loss {loss} is not covered.")
    if model.get_cat_feature_indices() or model.get_text_feature_indices() or model.get_embedding_feature_indices():
        raise SaveError(
            "CatBoost's categorical features, texts and embeddings are not covered: what it computes of them (CTRs) cannot be "
            "written in ONNX. Encode them in a step before the model, for example with OrdinalEncoder or OneHotEncoder."
        )
    saved = _json(model)
    scale, bias = saved["scale_and_bias"]
    bias = [bias] if isinstance(bias, (int, float)) else bias
    features = {feature["feature_index"]: feature for feature in saved["features_info"]["float_features"]}
    forest = Forest(np.float64, len(bias))
    for target, value in enumerate(bias):
        forest.constant(target, value)
    for tree in saved.get("oblivious_trees", ()):
        _add_oblivious(forest, tree, features, scale)
    for tree in saved.get("trees", ()):
        _add_tree(forest, tree, features, scale)
    narrow = nodes.rows([None] * len(features), np.float32)
    return loss, nodes.trees(forest, nodes.cast(narrow, np.float64)), len(bias)


def _json(model: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        saved: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return saved


def _split(forest: Forest, split: dict[str, Any], features: dict[int, dict[str, Any]]) -> int:
    """A row goes right where its value is above the border."""
    if split["split_type"] != "FloatFeature":
        raise SaveError(f"A split is of the type {split['split_type']}; setosa writes splits of numbers.")
    feature = features[split["float_feature_index"]]
    above = feature.get("nan_value_treatment") == "AsTrue"
    # A border is a float32 number.
    return forest.split(feature["flat_feature_index"], GT, float(np.float32(split["border"])), missing_is_true=above)


def _add_oblivious(forest: Forest, tree: dict[str, Any], features: dict[int, dict[str, Any]], scale: float) -> None:
    """One split for every level; bit i of a leaf's number is the answer of split i, so that the last split is the root."""
    splits = tree.get("splits") or []
    values = np.array(tree["leaf_values"], np.float64).reshape(2 ** len(splits), forest.targets) * scale
    covers = tree.get("leaf_weights") or [None] * len(values)
    for target in range(forest.targets):
        level = [forest.leaf(target, float(value), cover) for value, cover in zip(values[:, target], covers, strict=True)]
        for split in splits:
            nodes = [_split(forest, split, features) for _ in level[::2]]
            for node, (left, right) in zip(nodes, zip(level[::2], level[1::2], strict=True), strict=True):
                forest.link(node, right, left)
            level = nodes
        forest.root(level[0])


def _add_tree(forest: Forest, tree: dict[str, Any], features: dict[int, dict[str, Any]], scale: float) -> None:
    """A tree of its own shape: `{split, left, right}`, or `{value}`."""
    for target in range(forest.targets):

        def enter(node: dict[str, Any], target: int = target) -> int:
            if "split" in node:
                return _split(forest, node["split"], features)
            values = node["value"]
            return forest.leaf(target, scale * (values[target] if isinstance(values, list) else values))

        root = enter(tree)
        forest.root(root)
        pending = [(tree, root)] if root >= 0 else []
        while pending:
            node, split = pending.pop()
            left, right = enter(node["left"]), enter(node["right"])
            forest.link(split, right, left)
            pending += [(child, added) for child, added in ((node["left"], left), (node["right"], right)) if added >= 0]
