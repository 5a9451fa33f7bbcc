"""Boosters of the libraries' own interfaces (`xgb.train`, `lgb.train`) as estimators of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin


class NativeBooster(BaseEstimator):  # type: ignore[misc]
    """A booster, and how it scores rows."""

    booster_name = "Booster"

    def __init__(self, booster: Any, score: Callable[[Any], Any], n_features: int, names: list[str] | None) -> None:
        self.booster = booster
        self.score_rows = score
        self.n_features_in_ = n_features
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, x: Any, y: Any = None) -> NativeBooster:
        """Nothing: a booster is trained already."""
        return self

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """None: what a booster was trained with is its own."""
        return {}


class NativeRegressor(RegressorMixin, NativeBooster):  # type: ignore[misc]
    """Predicts what the booster predicts."""

    def predict(self, x: Any) -> Any:
        """The booster's values."""
        return self.score_rows(x)


class NativeClassifier(ClassifierMixin, NativeBooster):  # type: ignore[misc]
    """Predicts the class that the booster finds most probable; a booster knows classes by their numbers."""

    def __init__(self, booster: Any, score: Callable[[Any], Any], n_features: int, names: list[str] | None, classes: int) -> None:
        super().__init__(booster, score, n_features, names)
        self.classes_ = np.arange(classes)

    def predict_proba(self, x: Any) -> Any:
        """The probabilities of all classes."""
        scores = np.asarray(self.score_rows(x))
        return np.column_stack([1 - scores, scores]) if scores.ndim == 1 else scores

    def predict(self, x: Any) -> Any:
        """The most probable class."""
        return np.argmax(self.predict_proba(x), axis=1)
