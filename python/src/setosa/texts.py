"""Texts: how scikit-learn's vectorizers become graphs that find the same words."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import onnx
from sklearn.feature_extraction.text import CountVectorizer

#: Python's `\\w` is every letter and digit there is; that of ONNX Runtime's patterns is ASCII's, and so is `\\b`. In a run of such
#: characters the longest match begins and ends where the run does.
_PATTERNS = {
    r"(?u)\b\w\w+\b": r"[\p{L}\p{N}_]{2,}",
    r"\b\w\w+\b": r"[\p{L}\p{N}_]{2,}",
    r"(?u)\b\w+\b": r"[\p{L}\p{N}_]+",
    r"\b\w+\b": r"[\p{L}\p{N}_]+",
    r"(?u)\w+": r"[\p{L}\p{N}_]+",
    r"\w+": r"[\p{L}\p{N}_]+",
}


def vectorizer_options(estimator: Any) -> dict[int, dict[str, Any]]:
    """Options of skl2onnx for every vectorizer in the estimator."""
    options: dict[int, dict[str, Any]] = {}
    for vectorizer in _vectorizers(estimator):
        chosen: dict[str, Any] = {}
        if vectorizer.analyzer == "word" and vectorizer.token_pattern in _PATTERNS:
            chosen["tokenexp"] = _PATTERNS[vectorizer.token_pattern]
        if sys.platform == "linux":
            # ONNX Runtime refuses the graph where the machine lacks its locale; the default, en_US, is often absent.
            chosen["locale"] = "C.UTF-8"
        options[id(vectorizer)] = chosen
    return options


@contextlib.contextmanager
def split_vocabularies(estimator: Any) -> Iterator[None]:
    """Gives n-grams to skl2onnx as their words: by itself it takes one for a word where the vocabulary does not hold all its words."""
    known: list[tuple[CountVectorizer, dict[str, int]]] = []
    try:
        for vectorizer in _vectorizers(estimator):
            # Words by these patterns have no spaces in them.
            if vectorizer.analyzer == "word" and vectorizer.token_pattern in _PATTERNS:
                known.append((vectorizer, vectorizer.vocabulary_))
                vectorizer.vocabulary_ = {tuple(gram.split(" ")): column for gram, column in vectorizer.vocabulary_.items()}
        yield
    finally:
        for vectorizer, vocabulary in known:
            vectorizer.vocabulary_ = vocabulary


def _vectorizers(estimator: Any) -> Iterator[CountVectorizer]:
    if isinstance(estimator, CountVectorizer):
        yield estimator
    parts = [*getattr(estimator, "steps", []), *getattr(estimator, "transformer_list", []), *getattr(estimator, "transformers_", [])]
    for part in parts:
        yield from _vectorizers(part[1])


def text_inputs(graph: onnx.GraphProto) -> set[str]:
    """The graph's inputs that are read as texts, not as categories."""
    read: set[str] = set()
    for node in reversed(graph.node):
        moved = node.op_type in ("Reshape", "Identity", "Flatten", "Squeeze") and node.output[0] in read
        if moved or node.op_type in ("StringNormalizer", "Tokenizer"):
            read.add(node.input[0])
    return {value.name for value in graph.input} & read
