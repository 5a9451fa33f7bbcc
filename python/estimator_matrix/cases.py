"""Which estimators are asked what: enumerated, with the data that their own tags ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sklearn.base import is_classifier, is_outlier_detector, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder
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
#: What others take that are left out, as no rows of named values.
LEFT_OUT = {
    "DictVectorizer": "takes dictionaries",
    "FeatureHasher": "takes dictionaries",
    "KernelCenterer": "takes a kernel's matrix, as wide as the training data has rows",
    "LabelBinarizer": "takes labels",
    "LabelEncoder": "takes labels",
    "MultiLabelBinarizer": "takes lists of labels",
    "PatchExtractor": "takes images",
}


@dataclass(frozen=True)
class Case:
    """One estimator and what it is to answer."""

    estimator: str
    task: str
    make: Callable[[Data], Any]
    data: Callable[[], Data]


def cases() -> Iterator[Case]:
    """All of them."""
    for name, make in all_estimators():
        if name in LEFT_OUT:
            yield Case(name, "", lambda _: None, sets.several)
        else:
            yield from _cases_of(name, make)
    yield from _composed()


def _cases_of(name: str, make: Callable[..., Any]) -> Iterator[Case]:
    estimator = build(name, make)
    tags = get_tags(estimator)
    allow_missing = tags.input_tags.allow_nan

    def case(task: str, data: Callable[[], Data]) -> Iterator[Case]:
        yield Case(name, task, lambda found: build(name, make, found), data)
        if allow_missing and name != "ColumnTransformer":
            yield Case(name, f"{task}, missing", lambda found: build(name, make, found), lambda: sets.missing(data()))

    if is_classifier(estimator):
        if name == "CategoricalNB":
            yield from case("several classes", sets.integers)
            return
        if tags.target_tags.single_output:
            yield from case("two classes", sets.binary)
            if tags.classifier_tags.multi_class:
                yield from case("several classes", sets.several)
            if name in _OF_IMAGES:
                yield from case("images", sets.digits)
        if tags.target_tags.multi_output or tags.classifier_tags.multi_label:
            yield from case("several labels", sets.labels)
        if tags.target_tags.multi_output and not tags.classifier_tags.multi_label:
            yield from case("several answers", sets.two_answers)
    elif is_regressor(estimator):
        if tags.target_tags.single_output:
            if tags.input_tags.one_d_array:
                yield from case("number", sets.one_column)
            else:
                yield from case("number", sets.positive_number if tags.target_tags.positive_only else sets.number)
        if tags.target_tags.multi_output:
            yield from case("several numbers", sets.numbers)
    elif is_outlier_detector(estimator):
        yield from case("outliers", sets.wine)
    elif hasattr(estimator, "predict"):
        yield from case("clusters", sets.several)
        if name in _OF_IMAGES:
            yield from case("images", sets.digits)
    elif name in _OF_TEXT:
        yield from case("text", sets.corpus)
    elif name in _OF_CATEGORIES:
        yield from case("strings", sets.frame_to_two)
        if name == "TargetEncoder":
            yield from case("strings, several classes", sets.frame)
            yield from case("strings, number", sets.frame_to_number)
    elif name == "ColumnTransformer":
        yield from case("columns", sets.mixed)
    else:
        yield from case("columns", sets.several)
        if name in _OF_IMAGES:
            yield from case("images", sets.digits)


def _composed() -> Iterator[Case]:
    """What is made of several estimators: texts and categories on their way to a prediction."""

    def case(estimator: str, task: str, make: Callable[[], Any], data: Callable[[], Data]) -> Case:
        return Case(estimator, task, lambda _: make(), data)

    def logistic() -> Any:
        return LogisticRegression(max_iter=1000)

    def encoded(encoder: Any, final: Any) -> Any:
        numbers = make_pipeline(SimpleImputer(), StandardScaler())
        words = ColumnTransformer([("words", encoder, ["alcohol", "acid", "ash"]), ("numbers", numbers, ["hue", "proline"])])
        return make_pipeline(words, final)

    def boosting() -> Any:
        return GradientBoostingClassifier(n_estimators=10, random_state=0)

    unknown = {"handle_unknown": "use_encoded_value", "unknown_value": -1}
    by_dtype = {"max_iter": 20, "categorical_features": "from_dtype", "min_samples_leaf": 5}
    yield case(
        "TfidfVectorizer, LogisticRegression", "text", lambda: make_pipeline(build("TfidfVectorizer", object), logistic()), sets.corpus
    )
    for name, encoder, final in (
        ("OneHotEncoder, LogisticRegression", lambda: OneHotEncoder(handle_unknown="ignore"), logistic),
        ("OneHotEncoder, GradientBoostingClassifier", lambda: OneHotEncoder(handle_unknown="ignore"), boosting),
        ("OrdinalEncoder, GradientBoostingClassifier", lambda: OrdinalEncoder(**unknown), boosting),
        ("TargetEncoder, LogisticRegression", lambda: TargetEncoder(cv=3, random_state=0), logistic),
        ("TargetEncoder, GradientBoostingClassifier", lambda: TargetEncoder(cv=3, random_state=0), boosting),
    ):
        yield case(name, "categories", lambda encoder=encoder, final=final: encoded(encoder(), final()), sets.mixed)
    yield case("OneHotEncoder, Ridge", "categories", lambda: encoded(OneHotEncoder(handle_unknown="ignore"), Ridge()), sets.mixed_to_number)
    yield case(
        "TargetEncoder, RandomForestRegressor",
        "categories",
        lambda: encoded(TargetEncoder(cv=3, random_state=0), RandomForestRegressor(10, random_state=0)),
        sets.mixed_to_number,
    )
    yield case(
        "GridSearchCV, OneHotEncoder, LogisticRegression",
        "categories",
        lambda: GridSearchCV(encoded(OneHotEncoder(handle_unknown="ignore"), logistic()), {"logisticregression__C": [0.1, 1.0]}, cv=3),
        sets.mixed,
    )
    yield case("HistGradientBoostingClassifier", "categories", lambda: HistGradientBoostingClassifier(**by_dtype), sets.categories)
    yield case("HistGradientBoostingRegressor", "categories", lambda: HistGradientBoostingRegressor(**by_dtype), sets.categories_to_number)
    yield case(
        "HistGradientBoostingClassifier",
        "categories in numbered columns",
        lambda: HistGradientBoostingClassifier(max_iter=20, categorical_features=[0, 1, 2], min_samples_leaf=5),
        sets.codes,
    )
    yield case(
        "OrdinalEncoder, HistGradientBoostingClassifier",
        "categories",
        lambda: make_pipeline(
            ColumnTransformer(
                [("words", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=float("nan")), ["alcohol", "acid", "ash"])],
                remainder="passthrough",
            ),
            HistGradientBoostingClassifier(max_iter=20, categorical_features=[0, 1, 2], min_samples_leaf=5),
        ),
        sets.mixed,
    )
