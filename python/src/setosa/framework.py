"""What a fitted scikit-learn model answers: the truth that a saved file is held against."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, is_classifier, is_outlier_detector, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from .boosters import LIBRARIES, adapt, labels_of, library_of
from .errors import SaveError
from .table import Table
from .unwrap import unwrap

ScoreKind = Literal["probability", "decision", "distance"]
Kind = Literal["classification", "clustering", "outlier_detection", "multioutput_classification", "regression", "transformation"]


@dataclass(frozen=True)
class Answers:
    """A model's answers to some rows: labels as positions in the classes, scores in float64."""

    #: By row; by row and output where rows have several labels.
    labels: np.ndarray[Any, Any] | None
    scores: np.ndarray[Any, Any] | None


@dataclass(frozen=True)
class Output:
    """A label that a row is given."""

    name: str
    #: As `predict` names them.
    classes: list[Any]


@dataclass(frozen=True)
class Model:
    """A fitted estimator, checked to be one that can be saved."""

    estimator: Any
    kind: Kind
    #: The labels of a row: none for numbers, several for a multi-output classification.
    outputs: list[Output]
    #: What clients see instead of `classes_`.
    class_names: list[Any] | None
    score_kind: ScoreKind | None

    @property
    def final(self) -> Any:
        """The last step of a pipeline, or the estimator itself."""
        return self.estimator.steps[-1][1] if hasattr(self.estimator, "steps") else self.estimator

    @property
    def classes(self) -> list[Any] | None:
        """The classes of a model that gives one label to a row."""
        return self.outputs[0].classes if len(self.outputs) == 1 and self.kind != "multioutput_classification" else None

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
            if self.kind == "transformation":
                return Answers(None, _dense(self.estimator.transform(x)).reshape(table.rows, -1))
            predicted = np.asarray(self.estimator.predict(x))
            if self.kind == "regression":
                return Answers(None, predicted.reshape(table.rows, -1).astype(np.float64))
            columns = predicted.reshape(table.rows, -1)
            positions = [{_plain(label): i for i, label in enumerate(output.classes)} for output in self.outputs]
            labels = np.array(
                [[known[_plain(label)] for known, label in zip(positions, row, strict=True)] for row in columns], dtype=np.int64
            )
            return Answers(labels if self.kind == "multioutput_classification" else labels[:, 0], self._scores(x))

    def _scores(self, x: Any) -> np.ndarray[Any, Any] | None:
        if self.score_kind is None:
            return None
        scores = getattr(self.estimator, _METHODS[self.score_kind])(x)
        if isinstance(scores, list):
            return np.column_stack([np.asarray(part, dtype=np.float64) for part in scores])
        scores = _dense(scores)
        if self.kind == "multioutput_classification":
            # A column for each label: the probability or decision that it applies.
            absent = 1 - scores if self.score_kind == "probability" else -scores
            return np.stack([absent, scores], axis=2).reshape(len(scores), -1)
        # Two classes have one decision value, that of the second.
        return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


_METHODS: dict[ScoreKind, str] = {"probability": "predict_proba", "decision": "decision_function", "distance": "transform"}


def _dense(values: Any) -> np.ndarray[Any, Any]:
    try:
        return np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=np.float64)
    except ValueError as error:
        raise SaveError(f"The model answers something else than numbers: {error}") from error


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def read_model(estimator: Any, class_names: Sequence[Any] | Mapping[Any, Any] | None) -> Model:
    """Checks that the estimator is fitted and answers new rows, and finds out with what."""
    estimator = adapt(estimator)
    if not isinstance(estimator, BaseEstimator) and library_of(estimator) is None:
        kind = f"{type(estimator).__module__}.{type(estimator).__name__}"
        raise SaveError(f"setosa.save takes a fitted scikit-learn estimator or pipeline, not a {kind}.")
    try:
        check_is_fitted(estimator)
    except NotFittedError as error:
        raise SaveError(f"The {type(estimator).__name__} is not fitted: call fit first.") from error
    except TypeError as error:
        raise SaveError(str(error)) from error
    estimator = unwrap(estimator)
    found = _kind(estimator)
    outputs = _outputs(estimator, found)
    if class_names is not None and found not in ("classification", "clustering"):
        raise SaveError(f"class_names is for classifiers, and this model is a {_NAMES[found]}.")
    named = check_class_names(class_names, outputs[0].classes) if class_names is not None else None
    return Model(estimator, found, outputs, named, _score_kind(estimator, found, outputs))


_NAMES: dict[Kind, str] = {
    "classification": "classifier",
    "clustering": "clustering",
    "outlier_detection": "outlier detector",
    "multioutput_classification": "classifier with several outputs",
    "regression": "regressor",
    "transformation": "transformer",
}


def _kind(estimator: Any) -> Kind:
    # A ranker's scores are numbers as a regressor's values are.
    if is_regressor(estimator) or (library_of(estimator) is not None and type(estimator).__name__.endswith("Ranker")):
        return "regression"
    if is_classifier(estimator):
        return "multioutput_classification" if _has_several_labels(estimator) else "classification"
    if not hasattr(estimator, "predict"):
        if hasattr(estimator, "transform"):
            return "transformation"
        raise SaveError(f"{type(estimator).__name__} has neither predict nor transform: it answers nothing for new rows.")
    if is_outlier_detector(estimator):
        return "outlier_detection"
    return "clustering"


def _has_several_labels(estimator: Any) -> bool:
    final = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    # scikit-learn's ways to say so: a list of classes, or a binarizer that has seen a matrix of labels.
    binarizer = getattr(final, "_label_binarizer", None)
    return (
        isinstance(getattr(final, "classes_", None), list)
        or bool(getattr(final, "multilabel_", False))
        or str(getattr(binarizer, "y_type_", "")).startswith("multilabel")
        or labels_of(final) > 1
    )


def _outputs(estimator: Any, kind: Kind) -> list[Output]:
    if kind == "classification":
        return [Output("label", [_plain_class(label) for label in estimator.classes_])]
    if kind == "multioutput_classification":
        classes = estimator.classes_
        count = labels_of(estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator)
        # A matrix of labels that apply or not has 0 and 1 for classes, and the labels' positions for `classes_`; XGBoost has the former.
        several = classes if isinstance(classes, list) else [[0, 1]] * (count if count > 1 else len(classes))
        return [Output(f"output_{i}", [_plain_class(label) for label in listed]) for i, listed in enumerate(several)]
    if kind == "outlier_detection":
        return [Output("label", [-1, 1])]
    if kind == "clustering":
        return [Output("label", list(range(_clusters(estimator))))]
    return []


def _clusters(estimator: Any) -> int:
    final = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    for fitted in ("cluster_centers_", "means_", "subcluster_labels_"):
        found = getattr(final, fitted, None)
        if found is not None:
            return int(np.max(found)) + 1 if fitted.endswith("labels_") else len(found)
    raise SaveError(f"{type(final).__name__} predicts neither classes nor numbers, and does not say how many clusters it has.")


def _score_kind(estimator: Any, kind: Kind, outputs: list[Output]) -> ScoreKind | None:
    if not outputs:
        return None
    if hasattr(estimator, "predict_proba"):
        return "probability"
    if hasattr(estimator, "decision_function"):
        return "decision"
    final = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    return "distance" if kind == "clustering" and len(getattr(final, "cluster_centers_", ())) and hasattr(final, "transform") else None


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
