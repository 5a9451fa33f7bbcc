"""What is no classifier of one label and no regressor: the file's task, and that its graph answers as the model does."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.covariance import EllipticEnvelope
from sklearn.datasets import load_iris, load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import ExtraTreesClassifier, IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import setosa

IRIS, SPECIES = load_iris(return_X_y=True)
WINE, _ = load_wine(return_X_y=True)
LABELS = np.column_stack([SPECIES == 0, SPECIES > 0, IRIS[:, 0] > 5.8]).astype(int)


def save(model, x, tmp_path, read_saved, **options):
    return read_saved(setosa.save(model, tmp_path / "m.onnx", x, **options))


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_clustering_answers_clusters_and_distances(tmp_path, read_saved):
    model = KMeans(3, n_init=2, random_state=0).fit(IRIS)
    saved = save(model, IRIS, tmp_path, read_saved)
    assert saved.signature["task"] | {"label": "", "scores": ""} == {
        "kind": "clustering", "classes": [0, 1, 2], "labels": [0, 1, 2], "label": "", "scores": "", "score_kind": "distance",
    }  # fmt: skip
    labels, distances = saved.run(IRIS.tolist())
    np.testing.assert_array_equal(labels, model.predict(IRIS))
    close(distances, model.transform(IRIS))


def test_clusters_may_have_names(tmp_path, read_saved):
    model = make_pipeline(StandardScaler(), GaussianMixture(2, random_state=0)).fit(IRIS)
    saved = save(model, IRIS, tmp_path, read_saved, class_names=["small", "large"])
    task = saved.signature["task"]
    assert (task["kind"], task["classes"], task["labels"], task["score_kind"]) == ("clustering", ["small", "large"], [0, 1], "probability")
    close(saved.run(IRIS.tolist())[1], model.predict_proba(IRIS))


@pytest.mark.parametrize(
    "model",
    [
        IsolationForest(random_state=0),
        IsolationForest(n_estimators=30, contamination=0.1, max_features=5, random_state=0),
        EllipticEnvelope(random_state=0),
    ],
    ids=["isolation forest", "isolation forest of some features", "elliptic envelope"],
)
def test_an_outlier_detector_answers_its_decision_for_both_sides(tmp_path, read_saved, model):
    model.fit(WINE)
    saved = save(model, WINE, tmp_path, read_saved)
    task = saved.signature["task"]
    assert (task["kind"], task["classes"], task["score_kind"]) == ("outlier_detection", [-1, 1], "decision")
    labels, scores = saved.run(WINE.tolist())
    np.testing.assert_array_equal(np.array([-1, 1])[labels], model.predict(WINE))
    decision = model.decision_function(WINE)
    close(scores, np.column_stack([-decision, decision]))


def test_an_isolation_forest_is_one_ensemble(tmp_path, read_saved):
    saved = save(IsolationForest(random_state=0).fit(WINE), WINE, tmp_path, read_saved)
    assert [node.op_type for node in saved.proto.graph.node].count("TreeEnsembleRegressor") == 1
    assert len(saved.proto.graph.node) < 15


def test_a_transformer_answers_named_columns(tmp_path, read_saved):
    model = make_pipeline(StandardScaler(), PCA(2)).fit(IRIS)
    saved = save(model, IRIS, tmp_path, read_saved)
    task = saved.signature["task"]
    assert (task["kind"], task["targets"]) == ("transformation", ["pca0", "pca1"])
    close(saved.run(IRIS.tolist())[1], model.transform(IRIS))


@pytest.mark.parametrize(
    ("model", "y"),
    [
        (ExtraTreesClassifier(10, random_state=0), LABELS),
        (DecisionTreeClassifier(max_depth=3, random_state=0), np.column_stack([SPECIES, 10 + LABELS[:, 2]])),
        (DecisionTreeClassifier(max_depth=3), np.column_stack([np.array(["a", "b", "c"])[SPECIES], np.array(["x", "y"])[LABELS[:, 2]]])),
        (OneVsRestClassifier(LogisticRegression(max_iter=500)), LABELS),
    ],
    ids=["labels", "several answers", "several answers in words", "one model for each label"],
)
def test_several_labels_have_classes_and_scores_each(tmp_path, read_saved, model, y):
    model.fit(IRIS, y)
    saved = save(model, IRIS, tmp_path, read_saved)
    task = saved.signature["task"]
    assert task["kind"] == "multioutput_classification"
    labels, scores = saved.run(IRIS.tolist())
    named = [[one["classes"][label] for one, label in zip(task["outputs"], row, strict=True)] for row in labels]
    np.testing.assert_array_equal(named, model.predict(IRIS))
    expected = model.predict_proba(IRIS)
    if not isinstance(expected, list):
        expected = [np.column_stack([1 - one, one]) for one in expected.T]
    close(scores, np.column_stack(expected))
    assert np.shape(saved.parity["labels"]) == (20, len(task["outputs"]))


def test_splits_between_present_and_missing_values_are_kept(tmp_path, read_saved):
    x = IRIS.copy()
    x[SPECIES == 1, 2] = np.nan
    model = DecisionTreeClassifier(random_state=0).fit(x, SPECIES)
    assert np.isinf(model.tree_.threshold).any()
    saved = save(model, x, tmp_path, read_saved)
    rows = [[None if np.isnan(value) else value for value in row] for row in x.tolist()]
    np.testing.assert_array_equal(saved.run(rows)[0], model.predict(x))
