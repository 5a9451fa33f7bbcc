"""Parity rows: a few rows with the framework's own answers, which a server checks before it takes traffic."""

from __future__ import annotations

from typing import Any

import numpy as np

from .framework import Answers
from .probes import changed, unknown_value
from .signature import FORMAT
from .table import Table


def parity_rows(
    table: Table,
    labels: np.ndarray[Any, Any] | None,
    thresholds: Table | None,
    missing: list[bool],
    unknown: list[bool],
    rows: int,
    rng: np.random.Generator,
) -> tuple[Table, list[str]]:
    """Exactly `rows` rows: typical ones, then where the model has them unknown categories, missing values, thresholds."""
    special: list[tuple[Table, str]] = []
    share = max(1, rows // 5)
    for column in rng.permutation(np.flatnonzero(unknown))[:share]:
        special.append((changed(_one(table, rng), int(column), unknown_value(table.columns[column])), "unknown"))
    for column in rng.permutation(np.flatnonzero(missing))[:share]:
        special.append((changed(_one(table, rng), int(column), None), "missing"))
    if thresholds is not None:
        start = 3 * int(rng.integers(max(1, thresholds.rows // 3)))
        for row in range(start, start + 2 * share):
            special.append((thresholds.take(np.array([row % thresholds.rows])), "threshold"))
    special = special[: rows - min(rows, max(1, rows // 3))]

    typical = table.take(_typical(table.rows, labels, rows - len(special), rng))
    kinds = ["missing" if any(value is None for value in row) else "typical" for row in typical.json_rows()]
    result = typical
    for extra, kind in special:
        result = result.concat(extra)
        kinds.append(kind)
    return result, kinds


def _one(table: Table, rng: np.random.Generator) -> Table:
    return table.take(np.array([int(rng.integers(table.rows))]))


def _typical(rows: int, labels: np.ndarray[Any, Any] | None, count: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """The first row, then rows of every class in turn; rows repeat only when there are too few."""
    order = rng.permutation(rows)
    if labels is not None:
        labels = labels if labels.ndim == 1 else labels[:, 0]
        queues = [[int(row) for row in order if labels[row] == label] for label in np.unique(labels)]
        order = np.array([queue[turn] for turn in range(max(map(len, queues))) for queue in queues if turn < len(queue)])
    order = np.concatenate([[0], order[order != 0]])
    return np.sort(np.resize(order, count)) if count > rows else np.sort(order[:count])


def parity(table: Table, kinds: list[str], answers: Answers) -> dict[str, Any]:
    """The `setosa.parity` of a model."""
    result: dict[str, Any] = {"format": FORMAT, "rows": table.json_rows(), "kinds": kinds}
    if answers.labels is not None:
        result["labels"] = answers.labels.tolist()
    if answers.scores is not None:
        result["scores"] = answers.scores.tolist()
    return result
