"""Which estimators are asked what: enumerated, with the data that their own tags ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sklearn.base import is_classifier, is_outlier_detector, is_regressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import all_estimators, get_tags

from . import data as sets
from .build import build
from .data import Data

#: Asked about images, too: the estimators that people use for them.
_OF_IMAGES = {"KMeans", "KNeighborsClassifier", "LogisticRegression", "MLPClassifier", "NMF", "PCA", "RandomForestClassifier", "SVC"}
#: Their input is one column of text.
_OF_TEXT = {"CountVectorizer", "HashingVectorizer", "TfidfVectorizer"}
#: Their input is strings in columns, or numbers that stand for categories.
_OF_CATEGORIES = {"OneHotEncoder", "OrdinalEncoder", "TargetEncoder"}
#: They turn labels into numbers, and dictionaries or images into rows: nothing that a request of named values could be.
_OF_NO_ROWS = {
    "LabelBinarizer",
    "LabelEncoder",
    "MultiLabelBinarizer",
    "DictVectorizer",
    "FeatureHasher",
    "PatchExtractor",
    "KernelCenterer",
}


@dataclass(frozen=True)
class Case:
    """One estimator and what it is to answer."""

    estimator: str
    task: str
    make: Callable[[], Any]
    data: Callable[[], Data]


def cases() -> Iterator[Case]:
    """All of them."""
    for name, make in all_estimators():
        yield from _cases_of(name, lambda name=name, make=make: build(name, make))
    yield Case("TfidfVectorizer", "text to classes", lambda: make_pipeline(build("TfidfVectorizer", object), _linear()), sets.corpus)
    yield Case(
        "ColumnTransformer",
        "mixed to classes",
        lambda: make_pipeline(build("ColumnTransformer", object), StandardScaler(), _linear()),
        sets.mixed,
    )


def _linear() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def _cases_of(name: str, make: Callable[[], Any]) -> Iterator[Case]:
    if name in _OF_NO_ROWS:
        return
    estimator = make()
    tags = get_tags(estimator)
    allow_missing = tags.input_tags.allow_nan

    def case(task: str, data: Callable[[], Data]) -> Iterator[Case]:
        yield Case(name, task, make, data)
        if allow_missing and name != "ColumnTransformer":
            yield Case(name, f"{task}, missing", make, lambda: sets.missing(data()))

    if is_classifier(estimator):
        if name in ("CategoricalNB",):
            yield from case("classes", sets.integers)
            return
        if tags.target_tags.single_output:
            yield from case("two classes", sets.binary)
            if tags.classifier_tags.multi_class:
                yield from case("classes", sets.several)
            if name in _OF_IMAGES:
                yield from case("images", sets.digits)
        if tags.target_tags.multi_output or tags.classifier_tags.multi_label:
            yield from case("labels", sets.labels)
        if tags.target_tags.multi_output and not tags.classifier_tags.multi_label:
            yield from case("several answers", sets.two_answers)
    elif is_regressor(estimator):
        if tags.target_tags.single_output:
            if tags.input_tags.one_d_array:
                yield from case("number", sets.one_column)
            else:
                yield from case("number", sets.positive_number if tags.target_tags.positive_only else sets.number)
        if tags.target_tags.multi_output:
            yield from case("numbers", sets.numbers)
    elif is_outlier_detector(estimator):
        yield from case("outliers", sets.wine)
    elif hasattr(estimator, "predict"):
        yield from case("clusters", sets.several)
        if name in _OF_IMAGES:
            yield from case("images", sets.digits)
    elif name in _OF_TEXT:
        yield from case("text", sets.corpus)
    elif name in _OF_CATEGORIES:
        yield from case("strings", sets.frame)
    elif name == "ColumnTransformer":
        yield from case("columns", sets.mixed)
    elif name == "SparseCoder" or hasattr(estimator, "transform"):
        yield from case("columns", sets.several)
        if name in _OF_IMAGES:
            yield from case("images", sets.digits)
    else:
        yield Case(name, "no answer to new rows", make, sets.several)
