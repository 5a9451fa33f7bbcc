"""A saved file says how its training rows and the answers to them are distributed."""

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

import setosa
from setosa.distribution import MOST_VALUES, _between, _bins

IRIS, SPECIES = load_iris(return_X_y=True)


def recount(values, edges):
    """What a bin holds: more than the edge before it, and at most its own."""
    bounds = [-np.inf, *edges, np.inf]
    return [sum(low < value <= high for value in values) for low, high in itertools.pairwise(bounds)]


@pytest.mark.parametrize("seed", range(200))
def test_bins_are_what_a_recount_gives(seed):
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(1, 2000))
    values = [
        rng.normal(size=rows),
        rng.integers(0, rng.integers(1, 30), rows).astype(np.float64),
        np.full(rows, rng.normal()),
        rng.lognormal(0, 15, rows),
        np.where(rng.random(rows) < 0.9, 0.0, rng.random(rows)),
    ][seed % 5].astype([np.float32, np.float64][seed % 2])
    bins = _bins(values, rows)
    edges, counts = [float(values.dtype.type(edge)) for edge in bins["edges"]], bins["counts"]
    assert edges == sorted(set(edges))
    assert len(counts) == len(edges) + 1 <= 10
    assert counts == recount(values.tolist(), edges)
    assert min(counts) > 0
    if len(np.unique(values)) == rows >= 300:
        assert max(counts) - min(counts) <= 1


def test_no_values_and_infinities_have_no_bins():
    assert _bins(np.array([]), 0) == {}
    assert _bins(np.array([np.inf, np.nan]), 2) == {}


def test_an_edge_lies_amid_its_neighbours_where_there_is_room():
    assert _between(1.0, 2.0) == 1.5
    assert _between(5.0, 5.1) == 5.05
    # 1.6 would be between them, too, but not after it is rounded as they were.
    assert _between(np.float32(1.5), np.float32(1.6)) == 1.55
    assert _between(1.0, np.nextafter(1.0, 2.0)) == 1.0
    assert np.float32(_between(np.float32(1.0), np.nextafter(np.float32(1.0), np.float32(2.0)))) == 1.0


def test_small_data_have_fewer_bins(tmp_path, read_saved):
    model = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)
    training = read_saved(setosa.save(model, tmp_path / "m.onnx", IRIS)).training
    assert training["rows"] == 150
    assert {len(feature["counts"]) for feature in training["features"]} == {5}
    assert training["labels"] == [np.bincount(model.predict(IRIS)).tolist()]
    assert sum(training["score"]["counts"]) == 150


def test_categories_and_missing_values_are_counted(tmp_path, read_saved):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "income": np.where(rng.random(400) < 0.2, np.nan, rng.normal(50_000, 9_000, 400)),
            "member": rng.random(400) < 0.25,
            "city": rng.choice(["Oslo", "Bergen"], 400),
        }
    )
    target = rng.integers(0, 2, 400)
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(categories=[["Bergen", "Oslo", "Ume\u00e5"]]), ["city"]), remainder="passthrough"),
        HistGradientBoostingClassifier(max_iter=5),
    ).fit(frame, target)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", frame))
    income, member, city = saved.training["features"]
    assert income["missing"] == frame["income"].isna().sum()
    assert sum(income["counts"]) + income["missing"] == 400
    assert member == {"missing": 0, "counts": [(~frame["member"]).sum(), frame["member"].sum()], "other": 0}
    seen = frame["city"].value_counts()
    assert saved.signature["features"][2]["categories"] == ["Bergen", "Oslo", "Ume\u00e5"]
    assert city == {"missing": 0, "counts": [seen["Bergen"], seen["Oslo"], 0], "other": 0}


def test_values_are_binned_as_the_input_holds_them(tmp_path, read_saved):
    model = RandomForestClassifier(5, random_state=0).fit(IRIS, SPECIES)
    saved = read_saved(setosa.save(model, tmp_path / "m.onnx", IRIS))
    for column, feature in enumerate(saved.training["features"]):
        assert feature["counts"] == recount(IRIS[:, column].astype(np.float32).tolist(), feature["edges"])


def test_numbers_are_binned_by_target(tmp_path, read_saved):
    x, y = load_diabetes(return_X_y=True)
    model = LinearRegression().fit(x, np.column_stack([y, -y]))
    training = read_saved(setosa.save(model, tmp_path / "m.onnx", x)).training
    assert "labels" not in training
    for values, bins in zip(model.predict(x).T, training["values"], strict=True):
        assert bins["counts"] == recount(values.tolist(), bins["edges"])
        assert len(bins["counts"]) == 10


def test_the_score_is_that_of_the_predicted_class(tmp_path, read_saved):
    model = make_pipeline(StandardScaler(), LinearSVC(random_state=0)).fit(IRIS, SPECIES)
    score = read_saved(setosa.save(model, tmp_path / "m.onnx", IRIS)).training["score"]
    assert score["counts"] == recount(model.decision_function(IRIS).max(axis=1).tolist(), score["edges"])


def test_several_labels_are_counted_each(tmp_path, read_saved):
    targets = np.column_stack([SPECIES, SPECIES > 0])
    model = MultiOutputClassifier(LogisticRegression(max_iter=500)).fit(IRIS, targets)
    training = read_saved(setosa.save(model, tmp_path / "m.onnx", IRIS)).training
    predicted = model.predict(IRIS)
    assert training["labels"] == [np.bincount(column).tolist() for column in predicted.T]
    assert "score" not in training


def test_transformations_carry_values_of_a_bounded_number_of_columns(tmp_path, read_saved):
    pca = read_saved(setosa.save(PCA(2).fit(IRIS), tmp_path / "m.onnx", IRIS)).training
    assert [sum(bins["counts"]) for bins in pca["values"]] == [150, 150]
    texts = [f"word{i} word{i + 1}" for i in range(MOST_VALUES + 5)]
    counted = read_saved(setosa.save(CountVectorizer().fit(texts), tmp_path / "t.onnx", texts)).training
    assert counted == {"format": 1, "rows": len(texts), "features": [{"missing": 0}]}
