"""Converters for what skl2onnx does not convert, or converts to a graph that answers otherwise."""

from __future__ import annotations

from .. import classical_tree_models, hist_gradient_boosting, outliers, simple_imputer
from . import affine, chains, columns, constants, encoders, features, imputers, kernels, nearest, thresholds, votes


def register() -> None:
    """Makes skl2onnx use all of ours."""
    for module in (
        classical_tree_models,
        hist_gradient_boosting,
        outliers,
        simple_imputer,
        affine,
        chains,
        columns,
        constants,
        encoders,
        features,
        imputers,
        kernels,
        nearest,
        thresholds,
        votes,
    ):
        module.register()
