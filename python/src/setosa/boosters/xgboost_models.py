"""XGBoost's models, from the JSON that a booster saves: float32 throughout, sums and all."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import xgboost

from ..errors import SaveError
from .forest import LT, MEMBER, Forest
from .native import NativeBooster, NativeClassifier, NativeRegressor
from .nodes import Categories, Nodes, register_classifier, register_regressor

#: What each objective makes of the sums.
_OUTPUTS = {
    "reg:squarederror": "Identity",
    "reg:linear": "Identity",
    "reg:squaredlogerror": "Identity",
    "reg:pseudohubererror": "Identity",
    "reg:absoluteerror": "Identity",
    "reg:quantileerror": "Identity",
    "reg:expectileerror": "Identity",
    "reg:logistic": "Sigmoid",
    "reg:gamma": "Exp",
    "reg:tweedie": "Exp",
    "count:poisson": "Exp",
    "survival:cox": "Exp",
    "survival:aft": "Exp",
    "binary:logistic": "Sigmoid",
    "binary:logitraw": "Identity",
    "binary:hinge": "Step",
    "multi:softprob": "Softmax",
    "multi:softmax": "Softmax",
    "rank:pairwise": "Identity",
    "rank:ndcg": "Identity",
    "rank:map": "Identity",
}
#: Objectives whose base score is a probability, or a positive number, by what it is before the link function.
_LOGIT = {"binary:logistic", "reg:logistic"}
_LOG = {"reg:gamma", "reg:tweedie", "count:poisson", "survival:cox", "survival:aft"}
#: Categories from here on are none: float32 has no integers of its own there.
_MAX_CATEGORY = 2**24


def register() -> None:
    """Makes skl2onnx convert XGBoost's estimators."""
    for classifier in (xgboost.XGBClassifier, xgboost.XGBRFClassifier):
        register_classifier(classifier, np.float32, _classifier, labels_of)
    for regressor in (xgboost.XGBRegressor, xgboost.XGBRFRegressor, xgboost.XGBRanker):
        register_regressor(regressor, np.float32, _regressor)
    register_classifier(XGBoostClassifier, np.float32, _classifier)
    register_regressor(XGBoostRegressor, np.float32, _regressor)


class XGBoostClassifier(NativeClassifier):
    """An `xgboost.Booster` of a classifier's objective."""

    library = "xgboost"


class XGBoostRegressor(NativeRegressor):
    """Any other `xgboost.Booster`."""

    library = "xgboost"


def adapt(model: Any) -> Any:
    """An estimator that answers as a booster does; any other model as it is."""
    if not isinstance(model, xgboost.Booster):
        return model
    learner = json.loads(model.save_config())["learner"]
    objective = learner["objective"]["name"]

    def score(x: Any) -> Any:
        names = None if hasattr(x, "columns") else model.feature_names
        rows = xgboost.DMatrix(x, feature_names=names, enable_categorical=True)
        if objective != "multi:softmax":
            return model.predict(rows)
        powers = np.exp((margins := model.predict(rows, output_margin=True)) - margins.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    features, names = model.num_features(), model.feature_names
    targets = int(learner["learner_model_param"].get("num_target", "1"))
    if objective in ("multi:softprob", "multi:softmax"):
        return XGBoostClassifier(model, score, features, names, int(learner["learner_model_param"]["num_class"]))
    if objective in ("binary:logistic", "binary:hinge") and targets == 1:
        return XGBoostClassifier(model, score, features, names, 2)
    return XGBoostRegressor(model, score, features, names)


def labels_of(model: Any) -> int:
    """How many labels a fitted model gives to a row."""
    if not isinstance(model, xgboost.XGBClassifier) or not model.__sklearn_is_fitted__():
        return 1
    return int(_learner(model)["learner_model_param"].get("num_target", "1"))


def _classifier(model: Any, nodes: Nodes) -> None:
    learner = _learner(model)
    margins = _margins(model, learner, nodes)
    output = _output(learner)
    if labels_of(model) > 1:
        # Each applies or not, by itself; as XGBoost's own `predict`, above a half whatever the objective.
        scores = _values(output, margins, nodes, nodes.outputs[1])
        nodes.add("Cast", [nodes.add("Greater", [scores, nodes.constant([[0.5]], np.float32)])], nodes.outputs[0], to=7)
        return
    if output == "Softmax":
        scores = nodes.add("Softmax", [margins], nodes.outputs[1], axis=1)
    else:
        scores = nodes.two(_values(output, margins, nodes), np.float32)
    nodes.label(scores, model.classes_)


def _regressor(model: Any, nodes: Nodes) -> None:
    learner = _learner(model)
    output = _output(learner)
    if output == "Softmax":
        raise SaveError("A regressor with an objective of several classes is not covered: use XGBClassifier.")
    _values(output, _margins(model, learner, nodes), nodes, nodes.outputs[0])


def _booster(model: Any) -> Any:
    return model.booster if isinstance(model, NativeBooster) else model.get_booster()


def _learner(model: Any) -> dict[str, Any]:
    # Bare NaN and Infinity are what Python's reader takes.
    learner: dict[str, Any] = json.loads(bytes(_booster(model).save_raw("json")))["learner"]
    return learner


def _output(learner: dict[str, Any]) -> str:
    name = learner["objective"]["name"]
    if name not in _OUTPUTS:
        raise SaveError(f"XGBoost's objective {name!r} is not one that setosa knows.")
    return _OUTPUTS[name]


def _values(output: str, margins: str, nodes: Nodes, name: str | None = None) -> str:
    if output == "Step":
        return nodes.add("Cast", [nodes.add("Greater", [margins, nodes.constant([[0]], np.float32)])], name, to=1)
    return nodes.add(output, [margins], name)


def _margins(model: Any, learner: dict[str, Any], nodes: Nodes) -> str:
    parameters = learner["learner_model_param"]
    width = max(int(parameters.get("num_class", "0")), int(parameters.get("num_target", "1")), 1)
    features = int(parameters["num_feature"])
    base = _base_margins(learner, width)
    booster = learner["gradient_booster"]
    is_dart = booster["name"] == "dart"
    trees = (booster["gbtree"] if is_dart else booster)["model"]
    rows = nodes.rows(_categories(trees, features), np.float32)
    missing = getattr(model, "missing", None)
    if missing is not None and not np.isnan(missing):
        is_missing = nodes.add("Equal", [rows, nodes.constant([[missing]], np.float32)])
        rows = nodes.where(is_missing, np.nan, rows, np.float32)
    if booster["name"] == "gblinear":
        return _linear(booster, features, width, base, rows, nodes)
    forest = Forest(np.float32, width)
    for target in range(width):
        forest.constant(target, base[target])
    categorical: set[int] = set()
    for index in range(_trees_used(model, trees)):
        tree = trees["trees"][index]
        weight = np.float32(booster["weight_drop"][index] if is_dart else 1)
        _add_tree(forest, tree, int(trees["tree_info"][index]), weight, categorical)
    return nodes.trees(forest, _whole_codes(rows, features, categorical, nodes))


def _base_margins(learner: dict[str, Any], width: int) -> list[float]:
    """The base score before the link function, in float32 as XGBoost computes it."""
    text = learner["learner_model_param"]["base_score"].strip("[]")
    scores = np.array([float(one) for one in text.split(",")], np.float32)
    name = learner["objective"]["name"]
    if name in _LOGIT:
        scores = -np.log(np.float32(1) / scores - np.float32(1))
    elif name in _LOG:
        scores = np.log(scores)
    return list(map(float, np.broadcast_to(scores, width)))


def _categories(trees: dict[str, Any], features: int) -> Categories:
    """What pandas called the codes of its categorical columns (since XGBoost 3.1): numbers, or names one after the other."""
    encodings = trees.get("cats", {}).get("enc") or [{"values": []}] * features
    return [_names(one) for one in encodings]


def _names(encoding: dict[str, Any]) -> list[Any] | None:
    values = encoding["values"]
    if not values or "offsets" not in encoding:
        return values or None
    # XGBoost 3.2 counts characters where it should count bytes: of such names its model does not hold all.
    if any(not 0 <= value < 128 for value in values):
        raise SaveError("XGBoost does not keep names of categories that are not ASCII: rename the categories and train again.")
    bounds = encoding["offsets"]
    return [bytes(values[start:end]).decode() for start, end in itertools.pairwise(bounds)]


def _trees_used(model: Any, trees: dict[str, Any]) -> int:
    """`predict` of an estimator ends at the best iteration, that of a booster does not."""
    best = None if isinstance(model, NativeBooster) else _booster(model).attr("best_iteration")
    return len(trees["trees"]) if best is None else int(trees["iteration_indptr"][int(best) + 1])


def _linear(booster: dict[str, Any], features: int, width: int, base: list[float], rows: str, nodes: Nodes) -> str:
    """Weights `[features + 1, groups]`, the biases last. A missing value adds nothing."""
    weights = np.array(booster["model"]["weights"], np.float32).reshape(features + 1, width)
    known = nodes.where(nodes.add("IsNaN", [rows]), 0, rows, np.float32)
    products = nodes.add("MatMul", [known, nodes.constant(weights[:features], np.float32)])
    return nodes.add("Add", [products, nodes.constant([weights[features] + np.array(base, np.float32)], np.float32)])


def _add_tree(forest: Forest, tree: dict[str, Any], group: int, weight: np.float32, categorical: set[int]) -> None:
    """A tree whose leaves have one value, or one for each target: then it is a tree for each."""
    width = int(tree["tree_param"].get("size_leaf_vector", "1"))
    conditions = np.array(tree["split_conditions"], np.float32)
    if width <= 1:
        _add_one(forest, tree, group, conditions * weight, categorical)
        return
    if "leaf_weights" not in tree:
        raise SaveError("The leaves of several targets are in the form of XGBoost before 3.1: train with a newer version.")
    vectors = np.array(tree["leaf_weights"], np.float32).reshape(-1, width)
    places = np.maximum(np.array(tree["right_children"]), 0)
    is_leaf = np.array(tree["left_children"]) == -1
    for target in range(width):
        values = np.where(is_leaf, vectors[np.where(is_leaf, places, 0), target], np.float32(0))
        _add_one(forest, tree, target, values * weight, categorical)


def _add_one(forest: Forest, tree: dict[str, Any], target: int, values: Any, categorical: set[int]) -> None:
    left, right = tree["left_children"], tree["right_children"]
    sets = {
        node: tree["categories"][start : start + size]
        for node, start, size in zip(tree["categories_nodes"], tree["categories_segments"], tree["categories_sizes"], strict=True)
    }

    def enter(node: int) -> int:
        if left[node] == -1:
            return forest.leaf(target, float(values[node]), float(tree["sum_hessian"][node]))
        feature, goes_left = tree["split_indices"][node], bool(tree["default_left"][node])
        if node in sets:
            # Categories of the set go right, and so does a missing value that does not go left.
            categorical.add(feature)
            members = [float(code) for code in sets[node] if code < _MAX_CATEGORY]
            return forest.split(feature, MEMBER, 0.0, members=members, missing_is_true=not goes_left)
        return forest.split(feature, LT, tree["split_conditions"][node], missing_is_true=goes_left)

    root = enter(0)
    forest.root(root)
    pending = [(0, root)] if root >= 0 else []
    while pending:
        node, split = pending.pop()
        children = [(left[node], enter(left[node])), (right[node], enter(right[node]))]
        (_, when_left), (_, when_right) = children
        forest.link(split, *((when_right, when_left) if node in sets else (when_left, when_right)))
        pending += [(child, added) for child, added in children if added >= 0]


def _whole_codes(rows: str, features: int, categorical: set[int], nodes: Nodes) -> str:
    """A category's code is the number cut to an integer; a negative number is none, so that it may not become 0."""
    if not categorical:
        return rows
    mask = [[feature in categorical for feature in range(features)]]
    return nodes.add("Where", [nodes.constant(mask, np.bool_), nodes.add("Floor", [rows]), rows])
