"""Classifiers that several others vote for: by classes, by pairs of classes, by codes; and calibrated ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.multiclass import OneVsOneClassifier, OutputCodeClassifier

from ..boosters.nodes import Nodes, register_classifier
from ..errors import SaveError
from .embed import embed
from .numbers import affine, columns, constant_rows, f64, interpolated, one_hot, row_sums


def register() -> None:
    """Makes skl2onnx use these converters."""
    register_classifier(CalibratedClassifierCV, np.float64, _calibrated)
    register_classifier(OneVsOneClassifier, np.float64, _pairs)
    register_classifier(OutputCodeClassifier, np.float64, _codes)
    register_classifier(VotingClassifier, np.float64, _voting)


def _voting(model: Any, nodes: Nodes) -> None:
    weights = np.ones(len(model.estimators_)) if model._weights_not_none is None else np.asarray(model._weights_not_none, dtype=np.float64)
    total = None
    for estimator, weight in zip(model.estimators_, weights, strict=True):
        if model.voting == "hard":
            # They were fitted on the classes' positions.
            vote = one_hot(nodes, str(embed(nodes, estimator).label), len(model.classes_))
        else:
            vote = str(embed(nodes, estimator, ["probability"]).scores)
        weighted = nodes.add("Mul", [vote, f64(nodes, [[weight / weights.sum()]])])
        total = weighted if total is None else nodes.add("Add", [total, weighted])
    scores = nodes.add("Identity", [str(total)], nodes.outputs[1])
    nodes.label(scores, model.classes_)


def _calibrated(model: Any, nodes: Nodes) -> None:
    total = None
    for one in model.calibrated_classifiers_:
        scores = _calibrate(one, nodes)
        total = scores if total is None else nodes.add("Add", [total, scores])
    mean = nodes.add("Mul", [str(total), f64(nodes, [[1 / len(model.calibrated_classifiers_)]])], nodes.outputs[1])
    nodes.label(mean, model.classes_)


def _calibrate(one: Any, nodes: Nodes) -> str:
    asked = embed(nodes, one.estimator, ["decision", "probability"])
    if one.method not in ("sigmoid", "isotonic"):
        raise SaveError(f"CalibratedClassifierCV is covered with the methods sigmoid and isotonic, not {one.method}.")
    classes = list(one.classes)
    if list(one.estimator.classes_) != classes:
        raise SaveError("One of the calibrated classifiers has not seen all classes.")
    places = [1] if len(classes) == 2 else range(len(classes))
    given = [columns(nodes, str(asked.scores), [place]) for place in places]
    found = [_curve(calibrator, column, nodes) for calibrator, column in zip(one.calibrators, given, strict=True)]
    if len(classes) == 2:
        return nodes.add("Concat", [nodes.add("Sub", [f64(nodes, [[1]]), found[0]]), found[0]], axis=1)
    scores = nodes.add("Concat", found, axis=1)
    total = row_sums(nodes, scores)
    is_zero = nodes.add("Equal", [total, f64(nodes, [[0]])])
    return nodes.add("Where", [is_zero, f64(nodes, [[1 / len(classes)]]), nodes.add("Div", [scores, total])])


def _curve(calibrator: Any, column: str, nodes: Nodes) -> str:
    if hasattr(calibrator, "a_"):
        return nodes.add("Sigmoid", [affine(nodes, column, [[-calibrator.a_]], -calibrator.b_)])
    return interpolated(nodes, column, calibrator.X_thresholds_, calibrator.y_thresholds_)


def _binary(estimator: Any, nodes: Nodes) -> tuple[str, str]:
    """The label and the score for the second of two classes."""
    if type(estimator).__name__ == "_ConstantPredictor":
        # What has one class in training is that class's number.
        constant = float(np.ravel(estimator.y_)[0])
        rows = nodes.matrix(np.float64)
        return constant_rows(nodes, rows, [[int(constant)]], np.int64), constant_rows(nodes, rows, [[constant]], np.float64)
    asked = embed(nodes, estimator, ["decision", "probability"])
    return str(asked.label), columns(nodes, str(asked.scores), [1])


def _pairs(model: Any, nodes: Nodes) -> None:
    if model.pairwise_indices_ is not None:
        raise SaveError("OneVsOneClassifier is not covered with a kernel's matrix for rows.")
    count = len(model.classes_)
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    found = [_binary(estimator, nodes) for estimator in model.estimators_]
    if count == 2 and not hasattr(model.estimators_[0], "decision_function"):
        raise SaveError("OneVsOneClassifier of two classes is covered over classifiers with a decision function.")
    second = nodes.add("Concat", [nodes.add("Reshape", [label, nodes.constant([-1, 1], np.int64)]) for label, _ in found], axis=1)
    confidences = nodes.add("Concat", [score for _, score in found], axis=1)
    first_of, second_of = (np.array([[pair[side] == k for k in range(count)] for pair in pairs], dtype=float) for side in (0, 1))
    votes = affine(nodes, nodes.cast(second, np.float64), second_of - first_of, first_of.sum(axis=0))
    sums = nodes.add("MatMul", [confidences, f64(nodes, second_of - first_of)])
    bounded = nodes.add("Mul", [nodes.add("Add", [nodes.add("Abs", [sums]), f64(nodes, [[1]])]), f64(nodes, [[3]])])
    decision = nodes.add("Add", [votes, nodes.add("Div", [sums, bounded])])
    if count == 2:
        decision = columns(nodes, decision, [1])
        nodes.add("Concat", [nodes.add("Neg", [decision]), decision], nodes.outputs[1], axis=1)
        above = nodes.cast(nodes.add("Greater", [decision, f64(nodes, [[0]])]), np.int64)
        nodes.label_at(nodes.add("Reshape", [above, nodes.constant([-1], np.int64)]), model.classes_)
        return
    nodes.label(nodes.add("Identity", [decision], nodes.outputs[1]), model.classes_)


def _codes(model: Any, nodes: Nodes) -> None:
    scores = nodes.add("Concat", [_binary(estimator, nodes)[1] for estimator in model.estimators_], axis=1)
    codes = np.asarray(model.code_book_, dtype=np.float64)
    # The nearest code: the squares of the scores are the same for all.
    apart = affine(nodes, scores, -2 * codes.T, (codes**2).sum(axis=1))
    nodes.add("Neg", [apart], nodes.outputs[1])
    nodes.label_at(nodes.add("ArgMin", [apart], axis=1, keepdims=0), model.classes_)
