"""Classifiers of two classes that decide at a threshold of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV

from ..boosters.nodes import Nodes, register_classifier
from .embed import embed
from .numbers import columns, f64


def register() -> None:
    """Makes skl2onnx use these converters."""
    register_classifier(FixedThresholdClassifier, np.float64, _fixed)
    register_classifier(TunedThresholdClassifierCV, np.float64, _tuned)


def _fixed(model: Any, nodes: Nodes) -> None:
    threshold = None if model.threshold == "auto" else model.threshold
    _decide(model, getattr(model, "estimator_", model.estimator), model.pos_label, threshold, nodes)


def _tuned(model: Any, nodes: Nodes) -> None:
    _decide(model, model.estimator_, model._curve_scorer._get_pos_label(), model.best_threshold_, nodes)


def _decide(model: Any, estimator: Any, positive: Any, threshold: float | None, nodes: Nodes) -> None:
    methods = model._get_response_method()
    methods = [methods] if isinstance(methods, str) else list(methods)
    kinds = {"predict_proba": "probability", "decision_function": "decision"}
    asked = embed(nodes, estimator, [kinds[method] for method in methods])  # type: ignore[misc]
    classes = list(model.classes_)
    place = 1 if positive is None else classes.index(positive)
    limit = threshold if threshold is not None else 0.5 if asked.kind == "probability" else 0.0
    score = columns(nodes, str(asked.scores), [place])
    reaches = nodes.add("GreaterOrEqual", [score, f64(nodes, [[limit]])])
    position = nodes.add("Where", [reaches, nodes.constant([[place]], np.int64), nodes.constant([[1 - place]], np.int64)])
    nodes.label_at(nodes.add("Reshape", [position, nodes.constant([-1], np.int64)]), classes)
    shown = asked if asked.kind == "probability" or not hasattr(estimator, "predict_proba") else embed(nodes, estimator, ["probability"])
    nodes.add("Identity", [str(shown.scores)], nodes.outputs[1])
