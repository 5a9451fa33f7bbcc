"""Boosters that the libraries' own functions train."""

import numpy as np
import pytest

import setosa

xgb = pytest.importorskip("xgboost", reason="requirements-boosters.txt is not installed")
lgb = pytest.importorskip("lightgbm", reason="requirements-boosters.txt is not installed")
catboost = pytest.importorskip("catboost", reason="requirements-boosters.txt is not installed")

from matrix import DIABETES, IRIS, MALIGNANT, MIXED, PROGRESSION, SPECIES, TUMOURS  # noqa: E402 - needs the libraries

XGBOOST = {
    "binary:logistic": (TUMOURS, MALIGNANT, {}),
    "multi:softprob": (IRIS, SPECIES, {"num_class": 3}),
    "multi:softmax": (IRIS, SPECIES, {"num_class": 3}),
    "reg:squarederror": (DIABETES, PROGRESSION, {}),
    "binary:logitraw": (TUMOURS, MALIGNANT, {}),
    "rank:pairwise": (IRIS, SPECIES, {}),
}
LIGHTGBM = {
    "binary": (TUMOURS, MALIGNANT, {}),
    "multiclass": (IRIS, SPECIES, {"num_class": 3}),
    "regression": (DIABETES, PROGRESSION, {}),
    "poisson": (DIABETES, PROGRESSION, {}),
}


def check(saved, x, predicted):
    """Holds what was saved to what the booster predicts: a probability, probabilities, classes or values."""
    labels, values = saved.run(np.asarray(x).tolist())
    assert saved.signature["framework"]["estimator"] == "Booster"
    if labels is not None and predicted.ndim == 1:
        predicted, values = (predicted, np.array(labels)) if predicted.max() > 1 else (predicted, values[:, 1])
    elif labels is not None:
        assert labels == predicted.argmax(axis=1).tolist()
    np.testing.assert_allclose(values, predicted.reshape(values.shape), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("objective", XGBOOST)
def test_xgboost(objective, tmp_path, read_saved):
    x, y, more = XGBOOST[objective]
    booster = xgb.train({"objective": objective, "max_depth": 3, "nthread": 1, **more}, xgb.DMatrix(x, y), 10)
    check(read_saved(setosa.save(booster, tmp_path / "m.onnx", x)), x, booster.predict(xgb.DMatrix(x)))


def test_xgboost_that_stopped_early_predicts_with_all_trees(tmp_path, read_saved):
    data = xgb.DMatrix(IRIS[::2], SPECIES[::2])
    parameters = {"objective": "multi:softprob", "num_class": 3, "max_depth": 4, "nthread": 1}
    held_out = [(xgb.DMatrix(IRIS[1::2], SPECIES[1::2]), "held")]
    booster = xgb.train(parameters, data, 80, evals=held_out, early_stopping_rounds=5, verbose_eval=False)
    assert booster.num_boosted_rounds() > booster.best_iteration + 1
    check(read_saved(setosa.save(booster, tmp_path / "m.onnx", IRIS)), IRIS, booster.predict(xgb.DMatrix(IRIS)))


def test_xgboost_with_names_and_categories(tmp_path, read_saved):
    booster = xgb.train({"objective": "reg:squarederror", "nthread": 1}, xgb.DMatrix(MIXED, SPECIES, enable_categorical=True), 10)
    saved = read_saved(setosa.save(booster, tmp_path / "m.onnx", MIXED))
    assert [feature["name"] for feature in saved.signature["features"]] == list(MIXED.columns)
    colour, site = saved.signature["features"][4:6]
    assert colour["categories"] == ["blue", "green", "red"]
    assert colour["unknown"] == "error"
    assert site["categories"] == sorted(set(MIXED["site"]))
    assert site["unknown"] == "error"


@pytest.mark.parametrize("objective", LIGHTGBM)
def test_lightgbm(objective, tmp_path, read_saved):
    x, y, more = LIGHTGBM[objective]
    booster = lgb.train({"objective": objective, "verbose": -1, "num_threads": 1, **more}, lgb.Dataset(x, y), 10)
    check(read_saved(setosa.save(booster, tmp_path / "m.onnx", x)), x, booster.predict(x))


def test_lightgbm_takes_unknown_categories(tmp_path, read_saved):
    data = lgb.Dataset(MIXED, SPECIES)
    booster = lgb.train({"verbose": -1, "num_threads": 1, "min_data_per_group": 2, "min_data_in_leaf": 3}, data, 10)
    saved = read_saved(setosa.save(booster, tmp_path / "m.onnx", MIXED))
    assert [feature.get("unknown") for feature in saved.signature["features"][4:6]] == ["ignore", "ignore"]
    assert "unknown" in saved.parity["kinds"]


@pytest.mark.parametrize("loss", ["Logloss", "MultiClass", "RMSE", "YetiRank"])
def test_catboost(loss, tmp_path, read_saved):
    x, y = (TUMOURS, MALIGNANT) if loss == "Logloss" else (IRIS, SPECIES)
    pool = catboost.Pool(x, y, group_id=np.arange(len(y)) // 10 if loss == "YetiRank" else None)
    settings = {
        "loss_function": loss,
        "iterations": 10,
        "bootstrap_type": "No",
        "thread_count": 1,
        "verbose": False,
        "allow_writing_files": False,
    }
    model = catboost.CatBoost(settings).fit(pool)
    labels, values = read_saved(setosa.save(model, tmp_path / "m.onnx", x)).run(x.tolist())
    if labels is None:
        np.testing.assert_allclose(values.ravel(), model.predict(x), rtol=1e-5, atol=1e-6)
    else:
        assert labels == model.predict(x, prediction_type="Class").ravel().tolist()
        np.testing.assert_allclose(values, model.predict(x, prediction_type="Probability"), rtol=1e-5, atol=1e-6)


def test_class_names_of_a_booster(tmp_path, read_saved):
    booster = lgb.train({"objective": "binary", "verbose": -1, "num_threads": 1}, lgb.Dataset(TUMOURS, MALIGNANT), 5)
    saved = read_saved(setosa.save(booster, tmp_path / "m.onnx", TUMOURS, class_names=["malignant", "benign"]))
    assert saved.signature["task"]["classes"] == ["malignant", "benign"]


def test_categories_that_xgboost_does_not_keep_are_refused(tmp_path):
    frame = MIXED.assign(colour=MIXED["colour"].cat.rename_categories({"green": "grün"}))
    model = xgb.XGBClassifier(n_estimators=5, enable_categorical=True).fit(frame, SPECIES)
    with pytest.raises(setosa.SaveError, match="not ASCII"):
        setosa.save(model, tmp_path / "m.onnx", frame)


@pytest.mark.parametrize("model", [xgb.XGBClassifier(), lgb.LGBMRegressor(), catboost.CatBoostClassifier(), catboost.CatBoost()])
def test_models_that_are_not_fitted_are_refused(model, tmp_path):
    with pytest.raises(setosa.SaveError, match="not fitted"):
        setosa.save(model, tmp_path / "m.onnx", IRIS)


def test_boolean_categories_reach_the_model(tmp_path, read_saved):
    frame = MIXED[["petal length", "petal width"]].assign(wild=(SPECIES == 1) ^ (MIXED["petal width"] > 1.6))
    frame["wild"] = frame["wild"].astype("category")
    model = lgb.LGBMClassifier(n_estimators=10, verbose=-1, min_data_per_group=2).fit(frame, SPECIES)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", frame))
    rows = [[None if value != value else value for value in row] for row in frame.astype(object).values.tolist()]
    np.testing.assert_allclose(saved.run(rows)[1], model.predict_proba(frame), rtol=1e-5, atol=1e-6)
