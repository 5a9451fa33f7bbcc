"""Models that read texts: what is saved finds the words that scikit-learn finds."""

import json

import numpy as np
import onnx
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import setosa

TEXTS = [
    "The quick brown fox jumps over the lazy dog",
    "Größe und Ähnliches: naïve cafés, 12 über_alles",
    "a b quick c, a brown x fox",
    "lazy dogs sleep; the quick ones do not",
    "Brown foxes and grey foxes run",
    "der Hund schläft",
] * 3
LABELS = np.array(["animals", "words", "letters", "animals", "animals", "words"] * 3)


def signature(path):
    return json.loads({entry.key: entry.value for entry in onnx.load(path).metadata_props}["setosa.signature"])


@pytest.mark.parametrize(
    "vectorizer",
    [
        TfidfVectorizer(),
        # Words that the vocabulary has in pairs only.
        TfidfVectorizer(ngram_range=(1, 2), min_df=4, max_features=12),
        CountVectorizer(ngram_range=(2, 3)),
        CountVectorizer(binary=True, lowercase=False, token_pattern=r"(?u)\b\w+\b"),
        CountVectorizer(stop_words="english"),
        CountVectorizer(analyzer="char", ngram_range=(1, 2)),
    ],
    ids=str,
)
def test_vectorizer(vectorizer, tmp_path):
    model = make_pipeline(vectorizer, LogisticRegression()).fit(TEXTS, LABELS)
    vocabulary = dict(vectorizer.vocabulary_)
    path = setosa.save(model, tmp_path / "texts.onnx", TEXTS)
    assert signature(path)["features"] == [
        {"name": "text", "input": "text", "column": 0, "dtype": "string", "missing": False, "unknown": "ignore"}
    ]
    assert vectorizer.vocabulary_ == vocabulary


@pytest.mark.parametrize(
    ("texts", "names", "expected"),
    [
        (pd.Series(TEXTS, name="comment"), None, "comment"),
        (pd.Series(TEXTS), None, "text"),
        (np.array(TEXTS), ["comment"], "comment"),
        (np.array(TEXTS, dtype=object), None, "text"),
    ],
)
def test_name(texts, names, expected, tmp_path):
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(texts, LABELS)
    path = setosa.save(model, tmp_path / "texts.onnx", texts, feature_names=names)
    assert [feature["name"] for feature in signature(path)["features"]] == [expected]


def test_texts_beside_categories(tmp_path):
    frame = pd.DataFrame({"text": TEXTS, "kind": [("a", "b")[len(text) % 2] for text in TEXTS]})
    columns = make_column_transformer((TfidfVectorizer(), "text"), (OneHotEncoder(), ["kind"]))
    model = make_pipeline(columns, LogisticRegression()).fit(frame, LABELS)
    text, kind = signature(setosa.save(model, tmp_path / "texts.onnx", frame))["features"]
    assert "categories" not in text
    assert kind["categories"] == ["a", "b"]


def test_refusals(tmp_path):
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(TEXTS, LABELS)
    with pytest.raises(setosa.SaveError, match="2 names for a list of texts"):
        setosa.save(model, tmp_path / "texts.onnx", TEXTS, feature_names=["a", "b"])
    hashed = make_pipeline(HashingVectorizer(n_features=64), LogisticRegression()).fit(TEXTS, LABELS)
    with pytest.raises(setosa.SaveError, match="HashingVectorizer"):
        setosa.save(hashed, tmp_path / "texts.onnx", TEXTS)
