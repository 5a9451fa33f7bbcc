"""What is saved answers like the model, and says so itself."""

import datetime
import os
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier

import setosa

IRIS, SPECIES = load_iris(return_X_y=True)
TUMOURS, MALIGNANT = load_breast_cancer(return_X_y=True)
DIABETES, PROGRESSION = load_diabetes(return_X_y=True)
WITH_MISSING = np.where(np.random.default_rng(1).random(IRIS.shape) < 0.1, np.nan, IRIS)

MODELS = {
    "decision tree": (DecisionTreeClassifier(random_state=0), IRIS, SPECIES),
    "extra trees": (ExtraTreesClassifier(20, random_state=0), IRIS, SPECIES),
    "forest with missing values": (RandomForestClassifier(20, random_state=0), WITH_MISSING, SPECIES),
    "boosting of two classes": (GradientBoostingClassifier(n_estimators=20, random_state=0), TUMOURS, MALIGNANT),
    "boosting of three classes": (GradientBoostingClassifier(n_estimators=20, random_state=0), IRIS, SPECIES),
    "histogram boosting of two classes": (HistGradientBoostingClassifier(max_iter=20, random_state=0), TUMOURS, MALIGNANT),
    "histogram boosting with missing values": (HistGradientBoostingClassifier(max_iter=20, random_state=0), WITH_MISSING, SPECIES),
    "histogram boosting with categories by number": (
        HistGradientBoostingClassifier(max_iter=20, categorical_features=[0, 1]),
        np.column_stack([IRIS.round(0), IRIS[:, :2]]),
        SPECIES,
    ),
    "histogram boosting of counts": (HistGradientBoostingRegressor(loss="poisson", max_iter=20), DIABETES, PROGRESSION),
    "histogram regression": (HistGradientBoostingRegressor(max_iter=20, random_state=0), DIABETES, PROGRESSION),
    "scaled boosting": (make_pipeline(StandardScaler(), GradientBoostingClassifier(n_estimators=20, random_state=0)), TUMOURS, MALIGNANT),
    "scaled histogram boosting": (make_pipeline(MinMaxScaler(), HistGradientBoostingClassifier(max_iter=20)), TUMOURS, MALIGNANT),
    "three-class machine": (make_pipeline(StandardScaler(), SVC(probability=True, random_state=0)), IRIS, SPECIES),
    "linear machine": (make_pipeline(StandardScaler(), LinearSVC(random_state=0)), TUMOURS, MALIGNANT),
    "support vector regression": (make_pipeline(StandardScaler(), SVR()), DIABETES, PROGRESSION),
    "ridge": (Ridge(), DIABETES, PROGRESSION),
    "two targets": (LinearRegression(), DIABETES, np.column_stack([PROGRESSION, -PROGRESSION])),
    "forest of two targets": (RandomForestRegressor(10, random_state=0), DIABETES, np.column_stack([PROGRESSION, -PROGRESSION])),
    "network regression": (
        make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(8,), max_iter=50, random_state=0)),
        DIABETES,
        PROGRESSION,
    ),
}


def fitted(model, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(x, y)


@pytest.mark.parametrize("case", MODELS.values(), ids=MODELS.keys())
def test_the_file_answers_every_row_as_the_model_does(case, tmp_path, read_saved):
    model, x, y = case
    fitted(model, x, y)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", x))
    rows = [[None if np.isnan(value) else value for value in row] for row in x.tolist()]
    labels, scores = saved.run(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if labels is None:
            np.testing.assert_allclose(scores, np.asarray(model.predict(x)).reshape(len(x), -1), rtol=1e-5, atol=1e-6)
            return
        np.testing.assert_array_equal(model.classes_[labels], model.predict(x))
        if hasattr(model, "predict_proba"):
            np.testing.assert_allclose(scores, model.predict_proba(x), rtol=1e-5, atol=1e-6)
        else:
            np.testing.assert_allclose(scores[:, 1], model.decision_function(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", MODELS.values(), ids=MODELS.keys())
def test_parity_rows_are_the_models_own_answers(case, tmp_path, read_saved):
    model, x, y = case
    fitted(model, x, y)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", x))
    parity = saved.parity
    assert len(parity["rows"]) == len(parity["kinds"]) == 20
    rows = np.array([[np.nan if value is None else value for value in row] for row in parity["rows"]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "labels" in parity:
            np.testing.assert_array_equal(model.classes_[parity["labels"]], model.predict(rows))
        else:
            np.testing.assert_allclose(parity["scores"], np.asarray(model.predict(rows)).reshape(20, -1), rtol=1e-12)


def test_rows_stand_on_thresholds_and_next_to_them(tmp_path, read_saved):
    model = RandomForestClassifier(20, random_state=0).fit(IRIS, SPECIES)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", IRIS, rows=40))
    kinds = saved.parity["kinds"]
    assert kinds.count("threshold") >= 6
    splits = {np.float32(t) for tree in model.estimators_ for t in tree.tree_.threshold}
    # The export's float32 threshold is the nearest one or the one below; the rows stand on it and beside it.
    near = set(splits)
    for _ in range(2):
        near |= {np.nextafter(t, np.float32(side)) for t in near for side in (-np.inf, np.inf)}
    for row, kind in zip(saved.parity["rows"], kinds, strict=True):
        if kind == "threshold":
            assert any(np.float32(value) in near for value in row)


def test_missing_values_are_allowed_where_the_model_takes_them(tmp_path, read_saved):
    takes = HistGradientBoostingClassifier(max_iter=5).fit(IRIS, SPECIES)
    refuses = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)
    imputes = make_pipeline(SimpleImputer(), refuses).fit(WITH_MISSING, SPECIES)
    for model, x, allowed in ((takes, IRIS, True), (refuses, IRIS, False), (imputes, WITH_MISSING, True)):
        saved = read_saved(setosa.save(fitted(model, x, SPECIES), tmp_path / "m.onnx", x))
        assert [feature["missing"] for feature in saved.signature["features"]] == [allowed] * 4
        assert ("missing" in saved.parity["kinds"]) == allowed


def frame():
    rng = np.random.default_rng(3)
    size = 300
    return pd.DataFrame(
        {
            "age": rng.integers(18, 80, size),
            "income": np.where(rng.random(size) < 0.2, np.nan, rng.normal(50_000, 9_000, size)),
            "member": rng.random(size) < 0.5,
            "city": rng.choice(["Oslo", "Ümeå", "Bergen"], size),
            "plan": pd.Categorical(rng.choice(["basic", "gold"], size)),
        }
    ), rng.integers(0, 2, size)


def mixed(handle_unknown):
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_pipeline(
        ColumnTransformer(
            [("n", numbers, ["age", "income", "member"]), ("c", OneHotEncoder(handle_unknown=handle_unknown), ["city", "plan"])]
        ),
        LogisticRegression(),
    )


@pytest.mark.parametrize("handle_unknown", ["ignore", "error"])
def test_a_frame_of_mixed_types_keeps_its_types(tmp_path, read_saved, handle_unknown):
    x, y = frame()
    model = mixed(handle_unknown).fit(x, y)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", x, class_names={0: "stays", 1: "leaves"}))
    features = {feature["name"]: feature for feature in saved.signature["features"]}
    assert list(features) == list(x.columns)
    assert features["city"] | {"input": "", "missing": None} == {
        "name": "city", "input": "", "column": 0, "dtype": "string", "missing": None,
        "categories": ["Bergen", "Oslo", "Ümeå"], "unknown": handle_unknown,
    }  # fmt: skip
    assert features["member"]["categories"] == [False, True]
    assert features["income"]["missing"] is True
    assert features["age"]["min"] == x["age"].min()
    assert saved.signature["task"]["classes"] == ["stays", "leaves"]
    assert saved.signature["task"]["labels"] == [0, 1]
    assert ("unknown" in saved.parity["kinds"]) == (handle_unknown == "ignore")


def test_polars_and_pandas_frames_save_the_same(tmp_path, read_saved):
    x, y = frame()
    x = x.astype({"plan": str})
    polars = pl.DataFrame({name: x[name].to_list() for name in x.columns}).with_columns(pl.col("income").fill_nan(None))
    files = [setosa.save(mixed("ignore").fit(data, y), tmp_path / f"{i}.onnx", data) for i, data in enumerate((x, polars))]
    first, second = (read_saved(file).signature["features"] for file in files)
    assert first == second


@pytest.mark.parametrize("labels", [np.array(["no", "yes"]), np.array([False, True]), np.array([-1, 7]), np.array([1.0, 2.0])])
def test_classes_keep_their_type(tmp_path, read_saved, labels):
    model = LogisticRegression(max_iter=5000).fit(TUMOURS, labels[MALIGNANT])
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", TUMOURS))
    assert saved.signature["task"]["classes"] == labels.tolist()


def test_names_come_from_the_arguments_the_model_or_the_columns(tmp_path, read_saved):
    data = load_iris(as_frame=True)
    model = LogisticRegression(max_iter=500).fit(data.data, data.target)
    names = lambda **k: [f["name"] for f in read_saved(setosa.save(model, tmp_path / "m.onnx", **k)).signature["features"]]  # noqa: E731
    assert names(X=data.data) == list(data.data.columns)
    assert names(X=data.data.to_numpy()) == list(data.data.columns)
    plain = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)
    path = setosa.save(plain, tmp_path / "m.onnx", IRIS)
    assert [f["name"] for f in read_saved(path).signature["features"]] == ["x0", "x1", "x2", "x3"]
    path = setosa.save(plain, tmp_path / "m.onnx", IRIS, feature_names=["a", "b", "c", "d"])
    assert [f["name"] for f in read_saved(path).signature["features"]] == ["a", "b", "c", "d"]


def test_the_same_model_gives_the_same_bytes(tmp_path):
    when = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    model = RandomForestClassifier(10, random_state=0).fit(IRIS, SPECIES)
    first = setosa.save(model, tmp_path / "a.onnx", IRIS, trained_at=when).read_bytes()
    assert setosa.save(model, tmp_path / "b.onnx", IRIS, trained_at=when).read_bytes() == first


def test_the_time_can_come_from_the_environment(tmp_path, read_saved, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    model = Ridge().fit(DIABETES, PROGRESSION)
    assert read_saved(setosa.save(model, tmp_path / "m.onnx", DIABETES)).signature["trained_at"] == "1970-01-01T00:00:00Z"


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"old")
    model = Ridge().fit(DIABETES, PROGRESSION)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        setosa.save(model, path, DIABETES)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["m.onnx"]
