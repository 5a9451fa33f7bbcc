"""Trains every scikit-learn estimator on bundled data, exports it, and records what it answers: train.py FOLDER.

The estimators are those of `sklearn.utils.all_estimators`; each is trained for every task that its kind has. What cannot be
trained or exported is recorded with the reason. `matrix.ts` runs the exported files and writes the table.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.base import BaseEstimator, is_classifier, is_clusterer, is_outlier_detector, is_regressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_linnerud
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

from setosa.hist_gradient_boosting import register

OPSETS = {"": 18, "ai.onnx.ml": 3}
f32 = np.float32


def data(task: str) -> tuple[np.ndarray, Any]:
    if task == "binary":
        x, y = load_breast_cancer(return_X_y=True)
        return x[:, :6].astype(f32), y
    if task in ("regression", "missing regression"):
        x, y = load_diabetes(return_X_y=True)
        x = x[:, :6].astype(f32)
        return (with_gaps(x), y) if task.startswith("missing") else (x, y)
    if task == "several targets":
        found = load_linnerud()
        return found.data.astype(f32), found.target
    x, y = load_iris(return_X_y=True)
    x = x.astype(f32)
    if task == "missing":
        return with_gaps(x), y
    if task == "several labels":
        return x, np.column_stack([y == 0, y == 1, x[:, 0] > 6]).astype(int)
    return x, y


def with_gaps(x: np.ndarray) -> np.ndarray:
    return np.where(np.random.default_rng(1).random(x.shape) < 0.1, f32(np.nan), x)


# What meta-estimators are made of, and what others need to be trained on small data.
classifiers = [("a", LogisticRegression(max_iter=500)), ("b", DecisionTreeClassifier(max_depth=3, random_state=0))]
regressors = [("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=3, random_state=0))]
settings: dict[str, dict[str, Any]] = {
    **{
        name: {"estimator": LogisticRegression(max_iter=500)}
        for name in (
            "ClassifierChain",
            "FixedThresholdClassifier",
            "MultiOutputClassifier",
            "OneVsOneClassifier",
            "OneVsRestClassifier",
            "OutputCodeClassifier",
            "SelfTrainingClassifier",
            "TunedThresholdClassifierCV",
        )
    },
    **{
        name: {"estimator": Ridge()}
        for name in ("MultiOutputRegressor", "RFE", "RFECV", "RegressorChain", "SelectFromModel", "SequentialFeatureSelector")
    },
    "FrozenEstimator": {"estimator": Ridge()},
    "GaussianRandomProjection": {"n_components": 2},
    "SparseRandomProjection": {"n_components": 2},
    "GridSearchCV": {"estimator": Ridge(), "param_grid": {"alpha": [1, 2]}},
    "RandomizedSearchCV": {"estimator": Ridge(), "param_distributions": {"alpha": [1, 2]}, "n_iter": 2},
    "KBinsDiscretizer": {"encode": "ordinal"},
    "LocalOutlierFactor": {"novelty": True},
    "OneHotEncoder": {"sparse_output": False},
    "StackingClassifier": {"estimators": classifiers},
    "StackingRegressor": {"estimators": regressors},
    "VotingClassifier": {"estimators": classifiers, "voting": "soft", "flatten_transform": False},
    "VotingRegressor": {"estimators": regressors},
}
counts = (
    "BernoulliNB",
    "CategoricalNB",
    "ComplementNB",
    "MultinomialNB",
    "LatentDirichletAllocation",
    "OneHotEncoder",
    "OrdinalEncoder",
    "AdditiveChi2Sampler",
)
# They take neither rows of numbers nor a row at a time.
left_out = {
    "ColumnTransformer": "made of other estimators",
    "FeatureUnion": "made of other estimators",
    "Pipeline": "made of other estimators",
    "SparseCoder": "has nothing to train",
    "CountVectorizer": "takes text",
    "DictVectorizer": "takes dictionaries",
    "FeatureHasher": "takes dictionaries",
    "HashingVectorizer": "takes text",
    "TfidfTransformer": "takes counts of words",
    "TfidfVectorizer": "takes text",
    "PatchExtractor": "takes images",
    "KernelCenterer": "takes a kernel matrix",
    "LabelBinarizer": "takes labels",
    "LabelEncoder": "takes labels",
    "MultiLabelBinarizer": "takes labels",
    "IsotonicRegression": "takes a single column",
}


def tasks_of(name: str, model: BaseEstimator) -> list[str]:
    tags = model.__sklearn_tags__()
    if name in ("FrozenEstimator", "GridSearchCV", "RandomizedSearchCV"):
        return ["regression"]
    if is_classifier(model):
        several = name in ("ClassifierChain", "MultiOutputClassifier")
        tasks = ["several labels"] if several else ["binary", *(["several classes"] if tags.classifier_tags.multi_class else [])]
        return tasks + (["missing"] if tags.input_tags.allow_nan else [])
    if is_regressor(model):
        tasks = ["several targets"] if tags.target_tags.multi_output and not tags.target_tags.single_output else ["regression"]
        several = tags.target_tags.multi_output and tags.target_tags.single_output
        return tasks + (["several targets"] if several else []) + (["missing regression"] if tags.input_tags.allow_nan else [])
    return ["transform"] + (["missing"] if tags.input_tags.allow_nan else [])


def make(name: str, kind: type[BaseEstimator]) -> BaseEstimator:
    model = kind(**settings.get(name, {}))
    known = model.get_params()
    for key, value in {"n_estimators": 10, "random_state": 0, "max_iter": 300}.items():
        if key in known and not hasattr(known[key], "fit"):
            model.set_params(**{key: value})
    return model


def answers_of(model: BaseEstimator, rows: np.ndarray) -> list[Any]:
    """What the estimator gives for the outputs that an exported one has, in their order."""
    if is_classifier(model):
        scores = (
            model.predict_proba(rows)
            if hasattr(model, "predict_proba")
            else model.decision_function(rows)
            if hasattr(model, "decision_function")
            else None
        )
        if isinstance(scores, list):
            scores = None
        return [model.predict(rows), scores]
    if is_outlier_detector(model):
        return [model.predict(rows), model.decision_function(rows)]
    if is_regressor(model) or not hasattr(model, "transform"):
        return [model.predict(rows)] if hasattr(model, "predict") else [None]
    if is_clusterer(model) and hasattr(model, "predict"):
        return [model.predict(rows), model.transform(rows)]
    changed = model.transform(rows)
    return [changed.toarray() if hasattr(changed, "toarray") else changed]


def export(model: BaseEstimator, rows: np.ndarray, path: Path) -> None:
    options = {id(model): {"zipmap": False}} if is_classifier(model) else None
    try:
        proto = to_onnx(model, rows[:1], options=options, target_opset=OPSETS)
    except NameError:
        # Not every classifier has the option.
        proto = to_onnx(model, rows[:1], target_opset=OPSETS)
    path.write_bytes(proto.SerializeToString())


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]


def as_list(values: Any) -> list[float] | None:
    array = None if values is None else np.asarray(values)
    return None if array is None or array.dtype.kind not in "fiub" else array.astype(float).ravel().tolist()


def run(name: str, kind: type[BaseEstimator], task: str, folder: Path) -> dict[str, Any]:
    row: dict[str, Any] = {"estimator": name, "task": task}
    x, y = data(task)
    if name in counts:
        x = np.abs(x).round().astype(f32)
    if name in ("GammaRegressor", "PoissonRegressor", "TweedieRegressor"):
        y = y + 1
    model = make(name, kind)
    try:
        model.fit(x, y)
        some = x[:: max(1, len(x) // 40)]
        expected = answers_of(model, some)
    except Exception as error:  # noqa: BLE001 - estimators refuse what they do not take
        return row | {"status": "not trained", "why": first_line(error)}
    path = folder / f"{name}-{task.replace(' ', '-')}.onnx"
    try:
        export(model, x, path)
    except Exception as error:  # noqa: BLE001
        return row | {"status": "not convertible", "why": first_line(error)}
    row |= {"status": "exported", "file": path.name, "rows": [[None if np.isnan(v) else float(v) for v in r] for r in some]}
    row["expected"] = [as_list(values) for values in expected]
    try:
        session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
        given = session.get_inputs()[0]
        found = (
            session.run(None, {given.name: some.astype(np.float64) if "double" in given.type else some})
            if len(session.get_inputs()) == 1
            else []
        )
        row["onnxruntime"] = [as_list(values) if isinstance(values, np.ndarray) else None for values in found]
    except Exception as error:  # noqa: BLE001
        row["onnxruntime"] = first_line(error)
    return row


def main() -> None:
    register()
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    onnxruntime.set_default_logger_severity(4)
    rows: list[dict[str, Any]] = []
    for name, kind in all_estimators():
        if name in left_out:
            rows.append({"estimator": name, "task": "", "status": "not trained", "why": left_out[name]})
            continue
        for task in tasks_of(name, make(name, kind)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                rows.append(run(name, kind, task, folder))
    # NaN and infinities are written as texts: JSON has neither.
    (folder / "matrix.json").write_text(json.dumps([_plain(row) for row in rows]))
    print(len(rows), "cases")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value


main()
