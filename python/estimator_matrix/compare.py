"""Holds the engine's predictions against scikit-learn's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .truth import Truth

ABSOLUTE, RELATIVE = 1e-6, 1e-5


@dataclass(frozen=True)
class Difference:
    """How far the answers are apart."""

    #: Rows with another label.
    labels: int
    #: The largest difference of two numbers, absolute and relative to the tolerance (1 is the limit).
    absolute: float
    excess: float

    @property
    def within(self) -> bool:
        """Whether that is what Setosa promises."""
        return self.labels == 0 and self.excess <= 1


def difference(expected: Truth, predictions: list[dict[str, Any]]) -> Difference:
    """Compares predictions of a saved model row by row."""
    labels = None if expected.labels is None else [_label(one["prediction"]) for one in predictions]
    numbers = None if expected.numbers is None else np.array([_numbers(one, expected) for one in predictions], dtype=np.float64)
    return difference_of(expected, Truth(labels, numbers))


def difference_of(expected: Truth, found: Truth) -> Difference:
    """Compares answers row by row."""
    wrong = 0
    if expected.labels is not None:
        wrong = sum(a != b for a, b in zip(expected.labels, found.labels or [], strict=True))
    if expected.numbers is None:
        return Difference(wrong, 0.0, 0.0)
    numbers = np.empty(0) if found.numbers is None else found.numbers
    if numbers.shape != expected.numbers.shape:
        raise ValueError(f"scikit-learn answers numbers of the shape {expected.numbers.shape}, the engine {numbers.shape}.")
    apart = np.where(np.isnan(expected.numbers) & np.isnan(numbers), 0.0, np.abs(numbers - expected.numbers))
    allowed = np.maximum(ABSOLUTE, RELATIVE * np.nan_to_num(np.abs(expected.numbers)))
    excess = np.where(np.isnan(apart), np.inf, apart / allowed)
    return Difference(wrong, float(np.nanmax(apart, initial=0.0)), float(excess.max(initial=0.0)))


def _label(prediction: Any) -> Any:
    return list(prediction.values()) if isinstance(prediction, dict) else prediction


def _numbers(one: dict[str, Any], expected: Truth) -> list[float]:
    if expected.labels is None:
        prediction = one["prediction"]
        return _flat(prediction if isinstance(prediction, dict) else {"": prediction})
    for key in ("probabilities", "scores", "distances"):
        if key in one:
            # JavaScript puts keys that look like whole numbers first.
            return _flat(one[key] if expected.classes is None else {str(name): one[key][_key(name)] for name in expected.classes})
    return []


def _key(name: Any) -> str:
    return str(name).lower() if isinstance(name, bool) else str(name)


def _flat(values: dict[str, Any]) -> list[float]:
    numbers: list[float] = []
    for value in values.values():
        numbers += _flat(value) if isinstance(value, dict) else [np.nan if value is None else value]
    return numbers
