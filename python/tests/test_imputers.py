"""KNNImputer: rows by themselves, whatever is missing in the others."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.impute import KNNImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import setosa

RANDOM = np.random.default_rng(5)
FULL = RANDOM.normal(size=(160, 5)) + np.arange(5)
GAPS = np.where(RANDOM.random(FULL.shape) < 0.25, np.nan, FULL)
TRAINED, ASKED = GAPS[:100], GAPS[100:]
CLASSES = (FULL[:, 0] + FULL[:, 1] > 1).astype(int)


def _rows(x):
    return [[None if np.isnan(value) else value for value in row] for row in x.tolist()]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"n_neighbors": 1},
        # More than there are rows with a value.
        {"n_neighbors": 99},
        {"weights": "distance", "n_neighbors": 3},
        {"add_indicator": True},
    ],
    ids=str,
)
def test_missing_values_come_from_the_nearest_rows(options, tmp_path, read_saved):
    model = KNNImputer(**options).fit(TRAINED)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", ASKED))
    # With rows that miss nothing, alone as well.
    for rows in (ASKED, FULL[100:], FULL[100:101]):
        np.testing.assert_allclose(saved.run(_rows(rows))[1], model.transform(rows), rtol=1e-5, atol=1e-6)


def test_rows_with_nothing_in_common_get_the_mean(tmp_path, read_saved):
    trained = TRAINED.copy()
    # Whoever has the first column has no other one.
    trained[:50, 1:] = np.nan
    trained[50:, 0] = np.nan
    trained[:50, 0] = FULL[:50, 0]
    model = KNNImputer().fit(trained)
    asked = np.vstack([ASKED, [[np.nan, 1.0, np.nan, 2.0, 3.0]], np.full((1, 5), np.nan)])
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", asked))
    values = saved.run(_rows(asked))[1]
    np.testing.assert_allclose(values, model.transform(asked), rtol=1e-5, atol=1e-6)
    assert values[-1][0] == pytest.approx(np.nanmean(trained[:, 0]))


@pytest.mark.parametrize("keep", [True, False])
def test_a_column_that_was_always_missing(keep, tmp_path, read_saved):
    trained, asked = (np.column_stack([x[:, :2], np.full(len(x), np.nan), x[:, 2:]]) for x in (TRAINED, ASKED))
    model = KNNImputer(keep_empty_features=keep).fit(trained)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", asked))
    np.testing.assert_allclose(saved.run(_rows(asked))[1], model.transform(asked), rtol=1e-5, atol=1e-6)


def test_a_number_for_what_is_missing_and_a_model_behind(tmp_path, read_saved):
    trained, asked = (np.nan_to_num(x, nan=-9.0) for x in (TRAINED, ASKED))
    model = make_pipeline(KNNImputer(missing_values=-9.0), StandardScaler(), LogisticRegression()).fit(trained, CLASSES[:100])
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", asked))
    labels, scores = saved.run(asked.tolist())
    assert labels == model.predict(asked).tolist()
    np.testing.assert_allclose(scores, model.predict_proba(asked), rtol=1e-5, atol=1e-6)


def test_rows_that_are_equally_far_have_no_order(tmp_path):
    iris = load_iris().data
    gaps = np.where(np.random.default_rng(0).random(iris.shape) < 0.2, np.nan, iris)
    with pytest.raises(setosa.SaveError, match="rows differ"):
        setosa.save(KNNImputer().fit(gaps), tmp_path / "m.onnx", gaps)


def test_weights_of_ones_own_are_refused(tmp_path):
    model = KNNImputer(weights=np.exp).fit(TRAINED)
    with pytest.raises(setosa.SaveError, match="KNNImputer is covered with"):
        setosa.save(model, tmp_path / "m.onnx", ASKED)
