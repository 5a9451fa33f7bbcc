"""Models of kernels: of similarities to the rows that they were fitted on, or of random features that stand for these."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.kernel_approximation import Nystroem, RBFSampler, SkewedChi2Sampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.neural_network import BernoulliRBM
from sklearn.semi_supervised import LabelPropagation, LabelSpreading
from sklearn.svm import OneClassSVM

from ..boosters.nodes import Nodes, register_classifier, register_regressor, register_transformer
from ..errors import SaveError
from ..outliers import register_outliers
from .numbers import affine, f64, row_sums, squared_distances


def register() -> None:
    """Makes skl2onnx use these converters."""
    register_regressor(KernelRidge, np.float64, _ridge)
    for classifier in (LabelPropagation, LabelSpreading):
        register_classifier(classifier, np.float64, _propagation)
    register_transformer(Nystroem, _nystroem)
    register_transformer(RBFSampler, _rbf_sampler)
    register_transformer(SkewedChi2Sampler, _skewed_sampler)
    register_transformer(BernoulliRBM, _boltzmann)
    register_outliers(OneClassSVM, _one_class)


def _kernel(nodes: Nodes, points: Any, kernel: Any, gamma: float | None, degree: float | None, coef0: float | None) -> str:
    """The similarities of rows to points: scikit-learn's pairwise kernels."""
    rows = nodes.matrix(np.float64)
    points = np.asarray(points, dtype=np.float64)
    gamma = 1.0 / points.shape[1] if gamma is None else gamma
    if kernel == "rbf":
        return nodes.add("Exp", [nodes.add("Mul", [squared_distances(nodes, rows, points), f64(nodes, [[-gamma]])])])
    products = nodes.add("MatMul", [rows, f64(nodes, points.T)])
    if kernel == "linear":
        return products
    scaled = nodes.add("Add", [nodes.add("Mul", [products, f64(nodes, [[gamma]])]), f64(nodes, [[1.0 if coef0 is None else coef0]])])
    if kernel in ("poly", "polynomial"):
        return nodes.add("Pow", [scaled, f64(nodes, [[3.0 if degree is None else degree]])])
    if kernel == "sigmoid":
        return nodes.add("Tanh", [scaled])
    raise SaveError(f"The kernel {kernel!r} is not covered; linear, poly, rbf and sigmoid are.")


def _ridge(model: Any, nodes: Nodes) -> None:
    similar = _kernel(nodes, model.X_fit_, model.kernel, model.gamma, model.degree, model.coef0)
    dual = np.asarray(model.dual_coef_).reshape(len(model.X_fit_), -1)
    nodes.add("MatMul", [similar, f64(nodes, dual)], nodes.outputs[0])


def _nystroem(model: Any, nodes: Nodes) -> None:
    similar = _kernel(nodes, model.components_, model.kernel, model.gamma, model.degree, model.coef0)
    nodes.add("MatMul", [similar, f64(nodes, model.normalization_.T)], nodes.outputs[0])


def _one_class(model: Any, nodes: Nodes) -> str:
    similar = _kernel(nodes, model.support_vectors_, model.kernel, model._gamma, model.degree, model.coef0)
    return affine(nodes, similar, np.asarray(model.dual_coef_).T, model.intercept_)


def _propagation(model: Any, nodes: Nodes) -> None:
    if model.kernel != "rbf":
        raise SaveError(f"{type(model).__name__} is covered with kernel='rbf'.")
    votes = nodes.add("MatMul", [_kernel(nodes, model.X_, "rbf", model.gamma, None, None), f64(nodes, model.label_distributions_)])
    scores = nodes.add("Div", [votes, row_sums(nodes, votes)], nodes.outputs[1])
    nodes.label(scores, model.classes_)


def _rbf_sampler(model: Any, nodes: Nodes) -> None:
    waves = nodes.add("Cos", [affine(nodes, nodes.matrix(np.float64), model.random_weights_, model.random_offset_)])
    nodes.add("Mul", [waves, f64(nodes, [[np.sqrt(2.0 / model.n_components)]])], nodes.outputs[0])


def _skewed_sampler(model: Any, nodes: Nodes) -> None:
    logarithms = nodes.add("Log", [nodes.add("Add", [nodes.matrix(np.float64), f64(nodes, [[model.skewedness]])])])
    waves = nodes.add("Cos", [affine(nodes, logarithms, model.random_weights_, model.random_offset_)])
    nodes.add("Mul", [waves, f64(nodes, [[np.sqrt(2.0) / np.sqrt(model.n_components)]])], nodes.outputs[0])


def _boltzmann(model: Any, nodes: Nodes) -> None:
    hidden = affine(nodes, nodes.matrix(np.float64), model.components_.T, model.intercept_hidden_)
    nodes.add("Sigmoid", [hidden], nodes.outputs[0])
