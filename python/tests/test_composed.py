"""Models made of other models, and encoders that know missing values as a category: the graph answers as the model does."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, VotingClassifier
from sklearn.feature_selection import RFE
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.multioutput import ClassifierChain
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, SplineTransformer, StandardScaler, TargetEncoder
from sklearn.tree import DecisionTreeClassifier

import setosa

IRIS, SPECIES = load_iris(return_X_y=True)
TUMOURS, MALIGNANT = load_breast_cancer(return_X_y=True)
DIABETES, PROGRESSION = load_diabetes(return_X_y=True)
LABELS = np.column_stack([SPECIES == 0, SPECIES > 0, IRIS[:, 0] > 5.8]).astype(int)
COLOURS = pd.DataFrame(
    {
        "colour": np.array(["red", "green", np.nan, "blue"], dtype=object)[np.arange(150) % 4],
        "kind": pd.Series(np.array(["a", "b", "c"])[SPECIES], dtype="category"),
        "width": IRIS[:, 3],
    }
)
COLOURS.loc[::7, "kind"] = np.nan
COLOURS.loc[::5, "width"] = np.nan


def logistic():
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


def two():
    return [("tree", DecisionTreeClassifier(max_depth=3, random_state=0)), ("linear", logistic())]


CLASSIFIERS = {
    "calibrated by a curve": (CalibratedClassifierCV(logistic(), method="isotonic"), TUMOURS, MALIGNANT),
    "calibrated, three classes": (CalibratedClassifierCV(DecisionTreeClassifier(max_depth=3), cv=3), IRIS, SPECIES),
    "a vote of probabilities": (VotingClassifier(two(), voting="soft", weights=[2, 1]), IRIS, SPECIES),
    "a threshold of one's own": (FixedThresholdClassifier(logistic(), threshold=0.2, pos_label=0), TUMOURS, MALIGNANT),
    "a search over a pipeline": (GridSearchCV(logistic(), {"logisticregression__C": [0.1, 1]}, cv=3), IRIS, SPECIES),
    "a selection of features": (RFE(LogisticRegression(max_iter=1000), n_features_to_select=2), IRIS, SPECIES),
    "splines": (make_pipeline(SplineTransformer(), LogisticRegression(max_iter=1000)), IRIS, SPECIES),
}


def answer(saved, frame):
    rows = frame.astype(object).where(frame.notna(), None).values.tolist() if hasattr(frame, "columns") else frame.tolist()
    return saved.run(rows)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifiers(name, tmp_path, read_saved):
    model, x, y = CLASSIFIERS[name]
    model.fit(x, y)
    labels, scores = answer(read_saved(setosa.save(model, tmp_path / "m.onnx", x)), x)
    np.testing.assert_array_equal(model.classes_[labels], model.predict(x))
    np.testing.assert_allclose(scores, model.predict_proba(x), rtol=1e-5, atol=1e-6)


def test_a_vote_of_labels_has_no_probabilities(tmp_path, read_saved):
    model = VotingClassifier(two()).fit(IRIS, SPECIES)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", IRIS))
    assert saved.signature["task"]["scores"] is None
    np.testing.assert_array_equal(answer(saved, IRIS)[0], model.predict(IRIS))


def test_a_chain_sees_what_came_before(tmp_path, read_saved):
    model = ClassifierChain(logistic(), order=[2, 0, 1]).fit(IRIS, LABELS)
    labels, scores = answer(read_saved(setosa.save(model, tmp_path / "m.onnx", IRIS)), IRIS)
    np.testing.assert_array_equal(labels, model.predict(IRIS))
    np.testing.assert_allclose(scores[:, 1::2], model.predict_proba(IRIS), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "options", [{"func": np.log1p, "inverse_func": np.expm1}, {"transformer": StandardScaler()}], ids=["logarithm", "scaled"]
)
def test_a_target_is_turned_back(options, tmp_path, read_saved):
    model = TransformedTargetRegressor(Ridge(), **options).fit(DIABETES, PROGRESSION)
    values = answer(read_saved(setosa.save(model, tmp_path / "m.onnx", DIABETES)), DIABETES)[1]
    np.testing.assert_allclose(values[:, 0], model.predict(DIABETES), rtol=1e-5)


def test_a_function_of_ones_own_is_refused(tmp_path):
    model = TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=lambda y: np.exp(y) - 1).fit(DIABETES, PROGRESSION)
    with pytest.raises(setosa.SaveError, match="one's own"):
        setosa.save(model, tmp_path / "m.onnx", DIABETES)


def test_repeated_quantiles(tmp_path, read_saved):
    x = np.clip(IRIS.round(0), 1, 6)
    model = QuantileTransformer(n_quantiles=20).fit(x)
    between = np.random.default_rng(0).uniform(0, 8, (200, 4))
    for rows in (x, between):
        values = answer(read_saved(setosa.save(model, tmp_path / "m.onnx", x)), rows)[1]
        np.testing.assert_allclose(values, model.transform(rows), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        HistGradientBoostingClassifier(max_iter=10, categorical_features=["colour", "kind"], min_samples_leaf=4),
        make_pipeline(
            ColumnTransformer([("words", TargetEncoder(cv=3, random_state=0), ["colour", "kind"])], remainder="passthrough"),
            HistGradientBoostingClassifier(max_iter=10),
        ),
        make_pipeline(
            ColumnTransformer([("words", OneHotEncoder(handle_unknown="ignore"), ["colour", "kind"])], remainder="passthrough"),
            HistGradientBoostingClassifier(max_iter=10),
        ),
    ],
    ids=["as categories", "by target", "one-hot"],
)
def test_missing_categories(model, tmp_path, read_saved):
    model.fit(COLOURS, SPECIES)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", COLOURS))
    assert [feature["missing"] for feature in saved.signature["features"]] == [True, True, True]
    labels, scores = answer(saved, COLOURS)
    np.testing.assert_array_equal(labels, model.predict(COLOURS))
    np.testing.assert_allclose(scores, model.predict_proba(COLOURS), rtol=1e-5, atol=1e-6)


def test_trees_after_a_scaler_compare_in_float64(tmp_path, read_saved):
    model = make_pipeline(StandardScaler(), GradientBoostingClassifier(n_estimators=5)).fit(IRIS, SPECIES)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", IRIS))
    assert {feature["dtype"] for feature in saved.signature["features"]} == {"float64"}
