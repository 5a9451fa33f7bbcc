"""Models that answer the same to every row."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor

from ..boosters.nodes import Nodes, register_classifier, register_regressor
from ..errors import SaveError
from .numbers import constant_rows


def register() -> None:
    """Makes skl2onnx use these converters."""
    register_classifier(DummyClassifier, np.float64, _classifier)
    register_regressor(DummyRegressor, np.float64, _regressor)


def _classifier(model: Any, nodes: Nodes) -> None:
    if model.strategy in ("stratified", "uniform") or isinstance(model.classes_, list):
        raise SaveError("A DummyClassifier is covered that answers the same to every row, with one label.")
    row = np.zeros((1, model.n_features_in_ if hasattr(model, "n_features_in_") else 1))
    scores = constant_rows(nodes, nodes.matrix(np.float64), model.predict_proba(row), np.float64)
    nodes.add("Identity", [scores], nodes.outputs[1])
    nodes.label(scores, model.classes_)


def _regressor(model: Any, nodes: Nodes) -> None:
    values = constant_rows(nodes, nodes.matrix(np.float64), np.ravel(model.constant_), np.float64)
    nodes.add("Identity", [values], nodes.outputs[0])
