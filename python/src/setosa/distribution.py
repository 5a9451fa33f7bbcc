"""How the training rows and the model's answers to them are distributed: what a server compares its traffic with."""

from __future__ import annotations

from typing import Any

import numpy as np

from .export import Export
from .framework import Answers, Model
from .signature import FORMAT
from .table import Column, Table

#: Bins of a number: deciles, and fewer where a bin would hold less than `ROWS_PER_BIN` training rows and say little.
MOST_BINS, LEAST_BINS, ROWS_PER_BIN = 10, 2, 30
#: Numbers by row whose distribution is carried; a transformation can answer thousands.
MOST_VALUES = 100

Array = np.ndarray[Any, Any]


def distribution(model: Model, table: Table, export: Export, features: list[dict[str, Any]], answers: Answers) -> dict[str, Any]:
    """The `setosa.training` of a model; `features` are those of its signature."""
    described = zip(table.columns, features, strict=True)
    return {
        "format": FORMAT,
        "rows": table.rows,
        "features": [_feature(column, feature) for column, feature in described],
        **_predictions(model, answers, export),
    }


def _feature(column: Column, feature: dict[str, Any]) -> dict[str, Any]:
    gone = column.is_missing()
    present = column.values[~gone]
    counted: dict[str, Any] = {"missing": int(gone.sum())}
    if "categories" in feature:
        return counted | _categories(present, feature["categories"])
    if column.kind == "string":
        return counted
    # As the model's input holds them.
    with np.errstate(over="ignore"):
        return counted | _bins(present.astype(feature["dtype"]), len(column.values))


def _categories(present: Array, categories: list[Any]) -> dict[str, Any]:
    values, counts = np.unique(present, return_counts=True)
    found = dict(zip(values.tolist(), counts.tolist(), strict=True))
    known = [int(found.get(category, 0)) for category in categories]
    return {"counts": known, "other": len(present) - sum(known)}


def _bins(values: Array, rows: int) -> dict[str, Any]:
    """The edges between bins of about equal size, and how many values each bin holds."""
    # Beyond what the type holds, of the input or of the answer.
    values = values[np.isfinite(values)]
    if not len(values):
        return {}
    bins = min(MOST_BINS, max(LEAST_BINS, rows // ROWS_PER_BIN))
    different = np.unique(values)
    lower = different[:-1]
    if len(different) > bins:
        ranked = np.sort(values)
        quantiles = np.unique(ranked[[(len(ranked) * i - 1) // bins for i in range(1, bins)]])
        lower = quantiles[quantiles < ranked[-1]]
    upper = different[np.searchsorted(different, lower, side="right")]
    edges = [_between(low, high) for low, high in zip(lower, upper, strict=True)]
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return {"edges": [int(edge) if edge.is_integer() and abs(edge) < 2**53 else edge for edge in edges], "counts": counts.tolist()}


def _between(low: Any, high: Any) -> float:
    """A short number amid two neighbours: what is rounded elsewhere still falls on the same side. Equal is below."""
    first, last = float(low), float(high)
    room = (last - first) / 4
    for digits in range(1, 17):
        short = float(f"{first + 2 * room:.{digits}g}")
        # A server holds the edge in the type of the values.
        if first + room <= short <= last - room and low <= type(low)(short) < high:
            return short
    return first


def _predictions(model: Model, answers: Answers, export: Export) -> dict[str, Any]:
    result: dict[str, Any] = {}
    scores = answers.scores
    if answers.labels is not None:
        labels = answers.labels.reshape(len(answers.labels), -1)
        result["labels"] = [np.bincount(labels[:, i], minlength=len(output.classes)).tolist() for i, output in enumerate(model.outputs)]
        if export.scores is None or scores is None or len(model.outputs) != 1:
            return result
        # Of the class that is predicted.
        score = _bins(_rounded(np.take_along_axis(scores, labels, axis=1)[:, 0]), len(scores))
        if score:
            result["score"] = score
    elif scores is not None and scores.shape[1] <= MOST_VALUES:
        result["values"] = [_bins(_rounded(column), len(scores)) for column in scores.T]
    return result


def _rounded(values: Array) -> Array:
    """To six digits: beyond them sums of floats differ, and no edge may lie between two that mean the same."""
    size = 10.0 ** (5 - np.floor(np.log10(np.maximum(np.abs(values), 1e-30))))
    return np.asarray(np.round(values * size) / size, dtype=np.float64)
