"""Decision trees, forests, bagged trees and gradient boosting of scikit-learn: one tree ensemble each.

skl2onnx's own converters do not end for a split between missing and present values, lose where missing values
go in all but the simplest models, and write a bagged ensemble as hundreds of nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx.common._registration import get_converter, get_shape_calculator, register_converter, register_shape_calculator
from skl2onnx.common.data_types import DoubleTensorType, Int64TensorType, StringTensorType
from sklearn.tree import BaseDecisionTree

from .boosters.nodes import Nodes
from .classical_trees import Array, Trees, fitted_trees, float32_below

#: A converter of ours: False where the model is none that it covers.
Convert = Callable[[Any, Any, Nodes], bool]


def register() -> None:
    """Makes skl2onnx use these converters, and its own for what they do not cover."""
    for kind in ("DecisionTree", "ExtraTree", "RandomForest", "ExtraTrees", "Bagging"):
        _register(f"Sklearn{kind}Classifier", _classifier)
        _register(f"Sklearn{kind}Regressor", _regressor)
    _register("SklearnGradientBoostingClassifier", _boosting_classifier)
    _register("SklearnGradientBoostingRegressor", _boosting_regressor)


def _register(alias: str, convert: Convert) -> None:
    original = get_converter(alias)

    def converter(scope: Any, operator: Any, container: Any) -> None:
        options = container.get_options(operator.raw_operator, {}, fail=False) or {}
        special = any(options.get(name) for name in ("decision_path", "decision_leaf", "raw_scores"))
        if special or not convert(operator.raw_operator, operator, Nodes(scope, operator, container)):
            original(scope, operator, container)

    register_converter(alias, converter, overwrite=True, options=original.get_allowed_options())
    original_shapes = get_shape_calculator(alias)

    def shapes(operator: Any) -> None:
        classes = getattr(operator.raw_operator, "classes_", None)
        if not isinstance(classes, list):
            original_shapes(operator)
            return
        # skl2onnx stacks the classes of all labels, which cannot be where these are not equally many.
        strings = any(one.dtype.kind in "OUS" for one in classes)
        operator.outputs[0].set_type((StringTensorType if strings else Int64TensorType)([None, len(classes)]))
        operator.outputs[1].type.shape = [None, sum(map(len, classes))]

    register_shape_calculator(alias, shapes, overwrite=True)


def _is_covered(model: Any) -> bool:
    return all(isinstance(estimator, BaseDecisionTree) for estimator, _ in fitted_trees(model))


def _classifier(model: Any, operator: Any, nodes: Nodes) -> bool:
    if not _is_covered(model):
        return False
    if isinstance(model.classes_, list):
        return _several_labels(model, operator, nodes)
    if len(model.classes_) < 2:
        return False
    trees = Trees("class")
    found = list(fitted_trees(model))
    for estimator, features in found:
        # A bagged tree may have seen some of the classes only, and has their positions for classes.
        seen = len(estimator.classes_) < len(model.classes_)
        ids = np.asarray(estimator.classes_, dtype=np.int64) if seen else np.arange(len(model.classes_))
        shares = estimator.tree_.value[:, 0, :] / len(found)
        if len(model.classes_) == 2:
            # Of two classes with a score each ONNX Runtime asks for the sign of the second, so they get one: the
            # second's. Above 0.5 it wins; rounded down, equal shares stay the first's as they are in scikit-learn.
            second = float32_below(shares @ (ids == 1))
            trees.add(estimator.tree_, second[:, np.newaxis], np.array([0]), features)
        else:
            trees.add(estimator.tree_, shares, ids, features)
    _add_classifier(model, operator, nodes, trees, "NONE")
    return True


def _add_classifier(model: Any, operator: Any, nodes: Nodes, trees: Trees, post_transform: str) -> None:
    classes = model.classes_.tolist()
    strings = all(isinstance(label, str) for label in classes)
    labels = {"classlabels_strings": classes} if strings else {"classlabels_int64s": [int(label) for label in classes]}
    label, scores = nodes.outputs
    is_wide = isinstance(operator.outputs[1].type, DoubleTensorType)
    given = f"{scores}_float32" if is_wide else scores
    attributes = trees.attributes() | labels | {"post_transform": post_transform}
    nodes.add_several("TreeEnsembleClassifier", [_rows(nodes)], [label, given], is_ml=True, **attributes)
    if is_wide:
        nodes.add("Cast", [given], scores, to=_DOUBLE)


def _regressor(model: Any, operator: Any, nodes: Nodes) -> bool:
    if not _is_covered(model):
        return False
    trees = Trees("target")
    found = list(fitted_trees(model))
    targets = np.arange(found[0][0].n_outputs_)
    for estimator, features in found:
        trees.add(estimator.tree_, estimator.tree_.value[:, :, 0] / len(found), targets, features)
    _add_regressor(operator, nodes, trees, len(targets))
    return True


def _add_regressor(operator: Any, nodes: Nodes, trees: Trees, targets: int) -> None:
    is_wide = isinstance(operator.outputs[0].type, DoubleTensorType)
    sums = tree_sums(nodes, trees, targets, None if is_wide else nodes.outputs[0])
    if is_wide:
        nodes.add("Cast", [sums], nodes.outputs[0], to=_DOUBLE)


def tree_sums(nodes: Nodes, trees: Trees, targets: int, output: str | None = None) -> str:
    """The trees' sums `[rows, targets]`."""
    return nodes.add("TreeEnsembleRegressor", [_rows(nodes)], output, is_ml=True, **trees.attributes(), n_targets=targets)


def _rows(nodes: Nodes) -> str:
    return nodes.rows([], np.float32)


_DOUBLE = 11


def _several_labels(model: Any, operator: Any, nodes: Nodes) -> bool:
    """A target for every class of every label; each label is the largest of its own."""
    found = list(fitted_trees(model))
    counts = [len(classes) for classes in model.classes_]
    if any([len(classes) for classes in estimator.classes_] != counts for estimator, _ in found):
        return False
    trees = Trees("target")
    for estimator, features in found:
        values = np.concatenate([estimator.tree_.value[:, i, :count] for i, count in enumerate(counts)], axis=1)
        trees.add(estimator.tree_, values / len(found), np.arange(sum(counts)), features)
    scores = tree_sums(nodes, trees, sum(counts))
    labels = []
    start = 0
    for classes in model.classes_:
        bounds = [nodes.constant([value], np.int64) for value in (start, start + len(classes), 1)]
        own = nodes.add("Slice", [scores, *bounds])
        position = nodes.add("ArgMax", [own], axis=1, keepdims=1)
        labels.append(nodes.add("Gather", [nodes.constant(classes.tolist(), _label_dtype(classes)), position]))
        start += len(classes)
    nodes.add("Concat", labels, nodes.outputs[0], axis=1)
    wide = isinstance(operator.outputs[1].type, DoubleTensorType)
    nodes.add("Cast", [scores], nodes.outputs[1], to=_DOUBLE if wide else 1)
    return True


def _label_dtype(classes: Array) -> Any:
    return object if classes.dtype.kind in "OUS" else np.int64


def _boosting_regressor(model: Any, operator: Any, nodes: Nodes) -> bool:
    start = _start(model)
    if start is None:
        return False
    _add_regressor(operator, nodes, _boosted(model, "target", start, [(1.0, 0)]), 1)
    return True


def _boosting_classifier(model: Any, operator: Any, nodes: Nodes) -> bool:
    start = _start(model)
    if start is None:
        return False
    pairs: list[tuple[float, int]] | None = None
    if len(model.classes_) == 2:
        # Two classes have one score s. As two scores, -s/2 and s/2, their softmax is σ(s) exactly; the exponential
        # loss has σ(2s).
        half = 0.5 if type(model._loss).__name__ == "HalfBinomialLoss" else 1.0
        pairs = [(-half, 0), (half, 1)]
    _add_classifier(model, operator, nodes, _boosted(model, "class", start, pairs), "SOFTMAX")
    return True


def _start(model: Any) -> Array | None:
    """What the trees are added to, where it is the same for every row."""
    name = type(model.init_).__name__
    if name not in ("DummyClassifier", "DummyRegressor", "str"):
        return None
    rows = np.zeros((1, model.n_features_in_), dtype=np.float32)
    return np.asarray(model._raw_predict_init(rows), dtype=np.float64).ravel()


def _boosted(model: Any, prefix: str, start: Array, pairs: list[tuple[float, int]] | None) -> Trees:
    trees = Trees(prefix)
    for round_, row in enumerate(model.estimators_):
        for column, estimator in enumerate(row):
            values = model.learning_rate * estimator.tree_.value[:, 0, :1]
            if round_ == 0:
                # In the leaves of the first trees: ONNX Runtime reads base values differently for two classes.
                values = values + start[column]
            own = pairs or [(1.0, column)]
            factors, ids = np.array([factor for factor, _ in own]), np.array([target for _, target in own])
            trees.add(estimator.tree_, values * factors, ids)
    return trees
