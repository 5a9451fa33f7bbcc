"""LightGBM's models, from the text that a booster saves: float64 throughout."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import lightgbm
import numpy as np

from ..errors import SaveError
from .forest import LEQ, MEMBER, Forest
from .native import NativeBooster, NativeClassifier, NativeRegressor
from .nodes import Categories, Nodes, register_classifier, register_regressor

#: What a value near zero is below: float32's 1e-35.
_NEAR_ZERO = float(np.float32(1e-35))
_IDENTITY = {
    "regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank", "rank_xendcg", "custom",
}  # fmt: skip
#: Bits of a split's decision_type, and the missing types in its next two.
_CATEGORICAL, _DEFAULT_LEFT = 1, 2
_NO_MISSING, _ZERO_IS_MISSING = 0, 1

Section = dict[str, str]


def register() -> None:
    """Makes skl2onnx convert LightGBM's estimators."""
    register_classifier(lightgbm.LGBMClassifier, np.float64, _classifier)
    for regressor in (lightgbm.LGBMRegressor, lightgbm.LGBMRanker):
        register_regressor(regressor, np.float64, _regressor)
    register_classifier(LightGBMClassifier, np.float64, _classifier)
    register_regressor(LightGBMRegressor, np.float64, _regressor)


class LightGBMClassifier(NativeClassifier):
    """A `lightgbm.Booster` of a classifier's objective."""

    library = "lightgbm"


class LightGBMRegressor(NativeRegressor):
    """Any other `lightgbm.Booster`."""

    library = "lightgbm"


def adapt(model: Any) -> Any:
    """An estimator that answers as a booster does; any other model as it is."""
    if not isinstance(model, lightgbm.Booster):
        return model
    header, _ = _sections(model.model_to_string())
    objective, _ = _objective(header)
    # Columns without names are called Column_0, …
    names = None if all(re.fullmatch(r"Column_\d+", name) for name in model.feature_name()) else model.feature_name()
    if objective in ("binary", "multiclass", "multiclassova"):
        classes = 2 if objective == "binary" else int(header["num_tree_per_iteration"])
        return LightGBMClassifier(model, model.predict, model.num_feature(), names, classes)
    return LightGBMRegressor(model, model.predict, model.num_feature(), names)


def _classifier(model: Any, nodes: Nodes) -> None:
    header, sums = _sums(model, nodes)
    name, options = _objective(header)
    sigmoid = float(options.get("sigmoid", "1"))
    if name == "multiclass":
        scores = nodes.add("Softmax", [sums], nodes.outputs[1], axis=1)
    elif name in ("binary", "multiclassova"):
        scaled = sums if sigmoid == 1 else nodes.add("Mul", [sums, nodes.constant([[sigmoid]], np.float64)])
        scores = (
            nodes.two(nodes.add("Sigmoid", [scaled]), np.float64) if name == "binary" else nodes.add("Sigmoid", [scaled], nodes.outputs[1])
        )
    else:
        raise SaveError(f"LightGBM's objective {name!r} gives no probabilities of classes.")
    nodes.label(scores, model.classes_)


def _regressor(model: Any, nodes: Nodes) -> None:
    header, sums = _sums(model, nodes)
    name, options = _objective(header)
    output = nodes.outputs[0]
    if "sqrt" in options:
        nodes.add("Mul", [sums, nodes.add("Abs", [sums])], output)
    elif name in _IDENTITY:
        nodes.add("Identity", [sums], output)
    elif name in ("poisson", "gamma", "tweedie"):
        nodes.add("Exp", [sums], output)
    elif name == "cross_entropy":
        nodes.add("Sigmoid", [sums], output)
    elif name == "cross_entropy_lambda":
        nodes.add("Log", [nodes.add("Add", [nodes.add("Exp", [sums]), nodes.constant([[1]], np.float64)])], output)
    else:
        raise SaveError(f"LightGBM's objective {name!r} is not one that setosa knows.")


def _objective(header: Section) -> tuple[str, dict[str, str]]:
    """The name and its options, of which some are flags."""
    name, *options = header.get("objective", "custom").split()
    return name, dict(option.partition(":")[::2] for option in options)


def _sums(model: Any, nodes: Nodes) -> tuple[Section, str]:
    # Of a model that stopped early, up to its best iteration.
    booster = model.booster if isinstance(model, NativeBooster) else model.booster_
    header, trees = _sections(booster.model_to_string())
    width = int(header["num_tree_per_iteration"])
    categories = _categories(booster, header, nodes)
    rows = _rows(nodes.rows(categories, np.float64), len(categories), trees, nodes)
    forest = Forest(np.float64, width)
    for index, tree in enumerate(trees):
        _add_tree(forest, tree, index % width, lambda leaf: leaf.constant, lambda leaf: leaf.fallback)
    sums = nodes.trees(forest, rows)
    if any(leaf.coefficients for tree in trees for leaf in tree.leaves):
        sums = nodes.add("Add", [sums, _linear(trees, width, len(categories), rows, nodes)])
    if "average_output" in header:
        sums = nodes.add("Div", [sums, nodes.constant([[len(trees) // width]], np.float64)])
    return header, sums


def _sections(text: str) -> tuple[Section, list[_Tree]]:
    head, *trees = text.partition("end of trees")[0].split("\nTree=")
    return _section(head), [_Tree(_section(tree)) for tree in trees]


def _section(text: str) -> Section:
    # A flag is a line without a value.
    return {key: value for key, _, value in (line.partition("=") for line in text.splitlines())}


class _Leaf:
    def __init__(self, constant: float, fallback: float, coefficients: dict[int, float], cover: float | None = None) -> None:
        self.constant = constant
        #: Of a linear leaf, where one of its features is missing.
        self.fallback = fallback
        self.coefficients = coefficients
        #: How many training rows came to it.
        self.cover = cover


class _Tree:
    """Children are splits from 0 on, or leaves as -1 - leaf."""

    def __init__(self, section: Section) -> None:
        def numbers(key: str, convert: Any = int) -> list[Any]:
            return [convert(word) for word in section.get(key, "").split()]

        self.features = numbers("split_feature")
        self.thresholds = numbers("threshold", float)
        self.types = numbers("decision_type")
        self.left, self.right = numbers("left_child"), numbers("right_child")
        bounds, words = numbers("cat_boundaries"), numbers("cat_threshold")
        self.sets = [
            [32 * place + bit for place, word in enumerate(words[start:end]) for bit in range(32) if word >> bit & 1]
            for start, end in itertools.pairwise(bounds)
        ]
        values = numbers("leaf_value", float)
        if section.get("is_linear") != "1":
            counts = numbers("leaf_count", float) if self.features else [1.0]
            self.leaves = [_Leaf(value, value, {}, cover) for value, cover in zip(values, counts, strict=True)]
            return
        owned = iter(zip(numbers("leaf_features"), numbers("leaf_coeff", float), strict=True))
        self.leaves = [
            _Leaf(constant, fallback, dict(next(owned) for _ in range(count)))
            for constant, fallback, count in zip(numbers("leaf_const", float), values, numbers("num_features"), strict=True)
        ]

    def categorical(self) -> set[int]:
        return {feature for feature, kind in zip(self.features, self.types, strict=True) if kind & _CATEGORICAL}

    def missing_types(self) -> set[tuple[int, int]]:
        return {(feature, kind >> 2 & 3) for feature, kind in zip(self.features, self.types, strict=True) if not kind & _CATEGORICAL}


def _categories(booster: Any, header: Section, nodes: Nodes) -> Categories:
    """What pandas called the codes of its categorical columns, of which the model keeps the order only."""
    infos = header["feature_infos"].split()
    lists = booster.pandas_categorical or []
    strings = [i for i, value in enumerate(nodes.inputs) if type(value.type).__name__ == "StringTensorType"]
    coded = [i for i, info in enumerate(infos) if info != "none" and not info.startswith("[")]
    columns = coded if len(coded) == len(lists) else strings
    if lists and len(columns) != len(lists):
        raise SaveError("Which columns are categorical is not in LightGBM's model: drop columns with a single category before training.")
    found: list[Any] = [None] * len(infos)
    for column, values in zip(columns, lists, strict=False):
        found[column] = values
    return found


def _rows(rows: str, features: int, trees: list[_Tree], nodes: Nodes) -> str:
    """Codes cut towards zero, as C casts them, and NaN for a value near zero where training read zeros as missing."""
    categorical = set().union(*(tree.categorical() for tree in trees))
    if categorical:
        whole = nodes.add("Mul", [nodes.add("Sign", [rows]), nodes.add("Floor", [nodes.add("Abs", [rows])])])
        mask = [[feature in categorical for feature in range(features)]]
        rows = nodes.add("Where", [nodes.constant(mask, np.bool_), whole, rows])
    kinds = set().union(*(tree.missing_types() for tree in trees))
    zero = {feature for feature, kind in kinds if kind == _ZERO_IS_MISSING}
    if any(feature in zero and kind != _ZERO_IS_MISSING for feature, kind in kinds):
        raise SaveError("Splits of one feature differ in whether zeros are missing values.")
    if zero:
        limits = [[_NEAR_ZERO if feature in zero else -1.0 for feature in range(features)]]
        is_zero = nodes.add("LessOrEqual", [nodes.add("Abs", [rows]), nodes.constant(limits, np.float64)])
        rows = nodes.where(is_zero, np.nan, rows, np.float64)
    return rows


def _add_tree(forest: Forest, tree: _Tree, target: int, value: Callable[[_Leaf], float], fallback: Callable[[_Leaf], float]) -> None:
    def enter(child: int) -> int:
        if child < 0:
            return _add_leaf(forest, tree.leaves[-1 - child], target, value, fallback)
        feature, threshold, kind = tree.features[child], tree.thresholds[child], tree.types[child]
        if kind & _CATEGORICAL:
            return forest.split(feature, MEMBER, 0.0, members=map(float, tree.sets[int(threshold)]), missing_is_true=False)
        # A missing value is read as 0 where training had none.
        missing_is_true = threshold >= 0 if kind >> 2 & 3 == _NO_MISSING else bool(kind & _DEFAULT_LEFT)
        return forest.split(feature, LEQ, _outside_zero(threshold), missing_is_true=missing_is_true)

    root = enter(0 if tree.features else -1)
    forest.root(root)
    pending = [(0, root)] if tree.features else []
    while pending:
        index, split = pending.pop()
        children = [(tree.left[index], enter(tree.left[index])), (tree.right[index], enter(tree.right[index]))]
        forest.link(split, children[0][1], children[1][1])
        pending += [(child, added) for child, added in children if child >= 0]


def _outside_zero(threshold: float) -> float:
    """LightGBM reads a value near zero as 0: the threshold that does the same to the value itself."""
    if threshold < -_NEAR_ZERO or threshold >= _NEAR_ZERO:
        return threshold
    return float(np.nextafter(-_NEAR_ZERO, -np.inf)) if threshold < 0 else _NEAR_ZERO


def _add_leaf(forest: Forest, leaf: _Leaf, target: int, value: Callable[[_Leaf], float], fallback: Callable[[_Leaf], float]) -> int:
    child = forest.leaf(target, value(leaf), leaf.cover)
    if leaf.coefficients:
        otherwise = forest.leaf(target, fallback(leaf))
        # Every number is at most infinity; NaN is not.
        for feature in leaf.coefficients:
            split = forest.split(feature, LEQ, np.inf, missing_is_true=False)
            forest.link(split, child, otherwise)
            child = split
    return child


def _linear(trees: list[_Tree], width: int, features: int, rows: str, nodes: Nodes) -> str:
    """What linear leaves add: their coefficients are summed over the trees like any targets, and multiplied with the row once."""
    known = nodes.where(nodes.add("IsNaN", [rows]), 0, rows, np.float64)
    sums: list[str] = []
    for target in range(width):
        forest = Forest(np.float64, features)
        forest.constant(0, 0.0)
        for tree in trees[target::width]:
            for feature in sorted({feature for leaf in tree.leaves for feature in leaf.coefficients}):
                _add_tree(forest, tree, feature, lambda leaf, own=feature: leaf.coefficients.get(own, 0.0), lambda _: 0.0)  # type: ignore[misc]
        products = nodes.add("Mul", [nodes.trees(forest, rows), known])
        sums.append(nodes.add("ReduceSum", [products, nodes.constant([1], np.int64)], keepdims=1))
    return sums[0] if width == 1 else nodes.add("Concat", sums, axis=1)
