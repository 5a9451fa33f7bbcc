"""What scikit-learn itself answers to rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Truth:
    """Labels as the model names them, and numbers by row; either may be absent."""

    labels: list[Any] | None
    numbers: np.ndarray[Any, Any] | None
    #: The classes that the columns of numbers are for, where there is one label to a row.
    classes: list[Any] | None = None


def truth(estimator: Any, x: Any) -> Truth:
    """Asks the methods that a user would: predict with its probabilities, decisions or distances, else transform."""
    if not hasattr(estimator, "predict"):
        return Truth(None, _dense(estimator.transform(x)))
    predicted = np.asarray(estimator.predict(x))
    if predicted.dtype.kind == "f" and not hasattr(estimator, "classes_"):
        return Truth(None, predicted.reshape(len(predicted), -1))
    labels = predicted.tolist()
    for method in ("predict_proba", "decision_function", "transform"):
        # Distances of a clustering are to its centres; Birch's are to other points.
        if hasattr(estimator, method) and (method != "transform" or hasattr(estimator, "cluster_centers_")):
            scores = getattr(estimator, method)(x)
            if predicted.ndim == 2:
                return Truth(labels, _of_labels(scores, method == "predict_proba"))
            return Truth(labels, _scores(scores), _classes(estimator, predicted))
    return Truth(labels, None)


def _of_labels(scores: Any, is_probability: bool) -> np.ndarray[Any, Any]:
    """The classes of each label side by side; a column for each label is about the second of its two classes."""
    if isinstance(scores, list):
        return np.column_stack([_dense(one) for one in scores])
    absent = 1 - scores if is_probability else -scores
    return np.stack([absent, scores], axis=2).reshape(len(scores), -1)


def _classes(estimator: Any, predicted: np.ndarray[Any, Any]) -> list[Any] | None:
    if hasattr(estimator, "classes_"):
        return list(np.asarray(estimator.classes_).tolist())
    return [-1, 1] if set(predicted.tolist()) <= {-1, 1} else None


def _scores(values: Any) -> np.ndarray[Any, Any]:
    values = _dense(values)
    return np.column_stack([-values, values]) if values.ndim == 1 else values


def _dense(values: Any) -> np.ndarray[Any, Any]:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=np.float64)
