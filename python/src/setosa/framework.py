"""What a fitted scikit-learn model answers: the truth that a saved file is held against."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from .boosters import LIBRARIES, adapt, library_of
from .errors import SaveError
from .table import Table

ScoreKind = Literal["probability", "decision"]


@dataclass(frozen=True)
class Answers:
    """A model's answers to some rows: labels as positions in the classes, scores in float64."""

    labels: np.ndarray[Any, Any] | None
    scores: np.ndarray[Any, Any] | None


@dataclass(frozen=True)
class Model:
    """A fitted classifier or regressor, checked to be one that can be saved."""

    estimator: Any
    #: `classes_`, for a classifier.
    classes: list[Any] | None
    #: What clients see instead of `classes_`.
    class_names: list[Any] | None
    score_kind: ScoreKind | None

    @property
    def final(self) -> Any:
        """The last step of a pipeline, or the estimator itself."""
        return self.estimator.steps[-1][1] if hasattr(self.estimator, "steps") else self.estimator

    def framework(self) -> dict[str, str]:
        """Who trained it."""
        library = library_of(self.final)
        if library is not None:
            version = str(sys.modules[library].__version__)
            return {
                "name": LIBRARIES[library],
                "version": version,
                "estimator": getattr(self.final, "booster_name", type(self.final).__name__),
            }
        return {"name": "scikit-learn", "version": sklearn.__version__, "estimator": type(self.final).__name__}

    def answer(self, table: Table) -> Answers:
        """Runs the model on rows."""
        x = table.to_model()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            predicted = np.asarray(self.estimator.predict(x))
            if self.classes is None:
                return Answers(None, predicted.reshape(table.rows, -1).astype(np.float64))
            positions = {_plain(label): i for i, label in enumerate(self.classes)}
            labels = np.array([positions[_plain(label)] for label in predicted.ravel()], dtype=np.int64)
            return Answers(labels, self._scores(x))

    def _scores(self, x: Any) -> np.ndarray[Any, Any] | None:
        if self.score_kind is None:
            return None
        if self.score_kind == "probability":
            return np.asarray(self.estimator.predict_proba(x), dtype=np.float64)
        decision = np.asarray(self.estimator.decision_function(x), dtype=np.float64)
        # Two classes have one decision value, that of the second.
        return np.column_stack([-decision, decision]) if decision.ndim == 1 else decision


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def read_model(estimator: Any, class_names: Sequence[Any] | Mapping[Any, Any] | None) -> Model:
    """Checks that the estimator is a fitted classifier or regressor."""
    estimator = adapt(estimator)
    if not isinstance(estimator, BaseEstimator) and library_of(estimator) is None:
        kind = f"{type(estimator).__module__}.{type(estimator).__name__}"
        raise SaveError(f"setosa.save takes a fitted scikit-learn classifier, regressor or pipeline, not a {kind}.")
    try:
        check_is_fitted(estimator)
    except NotFittedError as error:
        raise SaveError(f"The {type(estimator).__name__} is not fitted: call fit first.") from error
    except TypeError as error:
        raise SaveError(str(error)) from error
    # A ranker's scores are numbers as a regressor's values are.
    if is_regressor(estimator) or (library_of(estimator) is not None and type(estimator).__name__.endswith("Ranker")):
        if class_names is not None:
            raise SaveError("class_names is for classifiers, and this model is a regressor.")
        return Model(estimator, None, None, None)
    if not is_classifier(estimator):
        raise SaveError(f"{type(estimator).__name__} is neither a classifier nor a regressor; only these have a predict to serve.")
    classes = estimator.classes_
    if isinstance(classes, list) or np.ndim(classes) != 1:
        raise SaveError("A classifier with several outputs cannot be saved; save one model per output.")
    plain = [_plain_class(label) for label in classes]
    score_kind: ScoreKind | None = None
    if hasattr(estimator, "predict_proba"):
        score_kind = "probability"
    elif hasattr(estimator, "decision_function"):
        score_kind = "decision"
    return Model(estimator, plain, check_class_names(class_names, plain), score_kind)


def _plain_class(label: Any) -> Any:
    value = _plain(label)
    if isinstance(value, float):
        if not value.is_integer():
            raise SaveError(f"The class {value!r} is a fraction; classes are strings, whole numbers or booleans.")
        return int(value)
    if isinstance(value, (str, bool, int)):
        return value
    raise SaveError(f"The class {value!r} is a {type(value).__name__}; classes are strings, whole numbers or booleans.")


def check_class_names(names: Sequence[Any] | Mapping[Any, Any] | None, classes: list[Any]) -> list[Any] | None:
    """The names of the classes, in their order."""
    if names is None:
        return None
    if isinstance(names, Mapping):
        absent = [label for label in classes if label not in names]
        if absent:
            raise SaveError(f"class_names has no name for {', '.join(map(repr, absent))}.")
        listed = [names[label] for label in classes]
    else:
        listed = list(names)
        if len(listed) != len(classes):
            raise SaveError(f"class_names has {len(listed)} names for {len(classes)} classes: {classes!r}.")
    listed = [_plain(name) for name in listed]
    if any(not isinstance(name, str) or not name for name in listed):
        raise SaveError("class_names must be strings that are not empty.")
    if len(set(listed)) != len(listed):
        raise SaveError("class_names must be different from each other.")
    return listed
