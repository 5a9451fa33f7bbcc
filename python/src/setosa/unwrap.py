"""Estimators that stand for the one inside: searches over parameters, what is frozen, what was trained on its own labels."""

from __future__ import annotations

from typing import Any

from sklearn.feature_selection import RFE
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline
from sklearn.semi_supervised import SelfTrainingClassifier


def unwrap(estimator: Any) -> Any:
    """An estimator that answers the same, without what only fitted it."""
    if isinstance(estimator, BaseSearchCV) and hasattr(estimator, "best_estimator_"):
        return unwrap(estimator.best_estimator_)
    if isinstance(estimator, FrozenEstimator):
        return unwrap(estimator.estimator)
    if isinstance(estimator, SelfTrainingClassifier):
        return unwrap(estimator.estimator_)
    if isinstance(estimator, RFE) and hasattr(estimator, "predict"):
        return _appended([("selection", estimator)], unwrap(estimator.estimator_))
    if isinstance(estimator, Pipeline) and estimator.steps:
        final = unwrap(estimator.steps[-1][1])
        return estimator if final is estimator.steps[-1][1] else _appended(estimator.steps[:-1], final)
    return estimator


def _appended(steps: list[tuple[str, Any]], final: Any) -> Any:
    """One pipeline, as a pipeline within another may not know the features' names."""
    inner = final.steps if isinstance(final, Pipeline) else [("model", final)]
    taken = {name for name, _ in steps}
    return Pipeline([*steps, *((f"{name}_" if name in taken else name, step) for name, step in inner)])
