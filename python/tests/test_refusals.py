"""What cannot be saved faithfully is refused, with words that help."""

import datetime

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import DBSCAN
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import setosa

X, Y = load_iris(return_X_y=True)


class Coin(ClassifierMixin, BaseEstimator):
    """A classifier that nobody wrote a converter for."""

    def fit(self, x, y):
        self.classes_ = np.unique(y)
        self.n_features_in_ = x.shape[1]
        return self

    def predict(self, x):
        return np.full(len(x), self.classes_[0])


def logistic():
    return LogisticRegression(max_iter=500).fit(X, Y)


def refused(tmp_path, match, model, x=X, **options):
    path = options.pop("path", tmp_path / "m.onnx")
    with pytest.raises(setosa.SaveError, match=match):
        setosa.save(model, path, x, **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("match", "model", "options"),
    [
        ("not a builtins.dict", {}, {}),
        ("is not fitted", LogisticRegression(), {}),
        ("neither predict nor transform", DBSCAN().fit(X), {}),
        ("class_names is for classifiers", RandomForestClassifier(2).fit(X, np.column_stack([Y, Y])), {"class_names": ["a", "b", "c"]}),
        ("no ONNX converter|cannot convert", Coin().fit(X, Y), {}),
        ("cannot convert|no ONNX converter", make_pipeline(FunctionTransformer(np.log1p), LogisticRegression(max_iter=500)).fit(X, Y), {}),
        ("2 names for 3 classes", logistic(), {"class_names": ["a", "b"]}),
        ("no name for 2", logistic(), {"class_names": {0: "a", 1: "b"}}),
        ("different from each other", logistic(), {"class_names": ["a", "a", "b"]}),
        ("class_names is for classifiers", Ridge().fit(X, Y), {"class_names": ["a"]}),
        ("3 names for 4 columns", logistic(), {"feature_names": ["a", "b", "c"]}),
        ("'a' is there more than once", logistic(), {"feature_names": ["a", "a", "b", "c"]}),
        ("must be strings", logistic(), {"feature_names": ["a", "b", "c", 4]}),
        ("3 columns and the model was fitted on 4", logistic(), {"x": X[:, :3]}),
        ("no rows", logistic(), {"x": X[:0]}),
        ("1 dimensions", logistic(), {"x": X[0]}),
        ("does not predict the rows", logistic(), {"x": np.where(X > 7, np.nan, X)}),
        ("holds an infinity", logistic(), {"x": np.where(X > 7, np.inf, X)}),
        ("cannot be part of a URL", logistic(), {"name": "my model"}),
        ("cannot be part of a URL", logistic(), {"version": "../1"}),
        ("rows must be between", logistic(), {"rows": 0}),
        ("needs a time zone", logistic(), {"trained_at": datetime.datetime(2026, 1, 1)}),
    ],
)
def test_refusals(tmp_path, match, model, options):
    refused(tmp_path, match, model, **options)


def test_the_path_has_to_end_in_onnx(tmp_path):
    refused(tmp_path, "must end in .onnx", logistic(), path=tmp_path / "model.pkl")


def test_columns_that_a_request_cannot_hold(tmp_path):
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = LogisticRegression(max_iter=500).fit(frame, Y)
    refused(tmp_path, "turn dates into numbers", model, frame.assign(a=pd.Timestamp("2026-01-01")))
    refused(tmp_path, "mixes types", model, frame.assign(a=pd.Series(["x", 1] * 75, dtype=object)))
    refused(tmp_path, "beyond 2\\^53", model, frame.assign(a=2**60))
    refused(tmp_path, "must be strings", model, frame.rename(columns={"a": 1}))


def test_a_graph_that_answers_differently_names_the_row_and_both_values(tmp_path, monkeypatch):
    from setosa.framework import Model

    truth = Model.answer

    def shifted(self, table):
        answers = truth(self, table)
        return type(answers)(answers.labels, answers.scores + 0.01)

    monkeypatch.setattr(Model, "answer", shifted)
    refused(tmp_path, r"for the row \[.*\] the model gives .* and the graph", logistic())
