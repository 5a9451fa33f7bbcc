"""Transformers and models that are a matrix and an offset."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import FeatureAgglomeration
from sklearn.cross_decomposition import CCA, PLSSVD, PLSCanonical
from sklearn.decomposition import FactorAnalysis, FastICA, MiniBatchSparsePCA, SparsePCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import RidgeClassifier, RidgeClassifierCV
from sklearn.random_projection import SparseRandomProjection

from ..boosters.nodes import Nodes, register_classifier, register_regressor, register_transformer
from ..errors import SaveError
from .numbers import affine, f64

TRANSFORMERS = (FactorAnalysis, FastICA, FeatureAgglomeration, MiniBatchSparsePCA, PLSSVD, SparsePCA, SparseRandomProjection)


def register() -> None:
    """Makes skl2onnx use these converters."""
    for transformer in TRANSFORMERS:
        register_transformer(transformer, _transformer)
    for regressor in (CCA, PLSCanonical):
        register_regressor(regressor, np.float64, _regressor)
    register_classifier(LinearDiscriminantAnalysis, np.float64, _discriminant)
    for classifier in (RidgeClassifier, RidgeClassifierCV):
        register_classifier(classifier, np.float64, _ridge)


def _transformer(model: Any, nodes: Nodes) -> None:
    matrix, offset = _found(model.transform, model.n_features_in_)
    affine(nodes, nodes.matrix(np.float64), matrix, offset, nodes.outputs[0])


def _regressor(model: Any, nodes: Nodes) -> None:
    matrix, offset = _found(model.predict, model.n_features_in_)
    affine(nodes, nodes.matrix(np.float64), matrix, offset, nodes.outputs[0])


def _found(function: Any, width: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The matrix and the offset of an affine function, by asking it; checked, as it may be none (such as a pooling of medians)."""

    def ask(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        answer = function(rows)
        return np.asarray(answer.toarray() if hasattr(answer, "toarray") else answer, dtype=np.float64).reshape(len(rows), -1)

    offset = ask(np.zeros((1, width)))
    matrix = ask(np.eye(width)) - offset
    probes = np.random.default_rng(0).normal(size=(8, width)) * 10
    if not np.allclose(ask(probes), probes @ matrix + offset, rtol=1e-8, atol=1e-8):
        raise SaveError("The model is not a matrix and an offset.")
    return matrix, offset


def _discriminant(model: Any, nodes: Nodes) -> None:
    decision = affine(nodes, nodes.matrix(np.float64), model.coef_.T, model.intercept_)
    if len(model.classes_) == 2:
        scores = nodes.two(nodes.add("Sigmoid", [decision]), np.float64)
    else:
        scores = nodes.add("Softmax", [decision], nodes.outputs[1], axis=1)
    nodes.label(scores, model.classes_)


def _ridge(model: Any, nodes: Nodes) -> None:
    decision = affine(nodes, nodes.matrix(np.float64), np.atleast_2d(model.coef_).T, model.intercept_)
    is_above = nodes.cast(nodes.add("Greater", [decision, f64(nodes, [[0]])]), np.int64)
    if model._label_binarizer.y_type_.startswith("multilabel"):
        nodes.add("Identity", [is_above], nodes.outputs[0])
        nodes.add("Identity", [decision], nodes.outputs[1])
    elif len(model.classes_) == 2:
        nodes.label_at(nodes.add("Reshape", [is_above, nodes.constant([-1], np.int64)]), model.classes_)
        nodes.add("Concat", [nodes.add("Neg", [decision]), decision], nodes.outputs[1], axis=1)
    else:
        nodes.label(nodes.add("Identity", [decision], nodes.outputs[1]), model.classes_)
