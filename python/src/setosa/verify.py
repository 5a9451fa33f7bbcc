"""Holds an exported graph against the model it was made from, on many rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx

from .errors import SaveError
from .export import Export
from .framework import Answers, Model, Output
from .runtime import start_session
from .table import Table

#: Scores may differ by this much, absolutely or relatively: what float32 leaves of float64.
ABSOLUTE, RELATIVE = 1e-6, 1e-5


class Session:
    """An export, loaded into onnxruntime."""

    def __init__(self, export: Export, model: Model) -> None:
        try:
            onnx.checker.check_model(export.proto)
        except Exception as error:
            raise SaveError(f"The graph is not sound: {str(error)[:300]}") from error
        self._session = start_session(export.proto)
        self._export = export
        self._positions = [{label: i for i, label in enumerate(graph_labels(output))} for output in model.outputs]
        self._several = model.kind == "multioutput_classification"

    def answer(self, table: Table) -> Answers:
        """Runs the graph on rows."""
        try:
            outputs = self._session.run(self._names(), feeds(self._export, table))
        except Exception as error:
            raise SaveError(f"onnxruntime cannot run the graph: {str(error)[:300]}") from error
        named = dict(zip(self._names(), outputs, strict=True))
        scores = None
        if self._export.scores is not None:
            scores = np.asarray(named[self._export.scores], dtype=np.float64).reshape(table.rows, -1)
        if self._export.label is None:
            return Answers(None, scores)
        found = np.asarray(named[self._export.label]).reshape(table.rows, -1).tolist()
        if len(found[0]) != len(self._positions):
            raise SaveError(f"The graph answers {len(found[0])} labels to a row, and the model {len(self._positions)}.")
        labels = np.array([[known.get(label, -1) for known, label in zip(self._positions, row, strict=True)] for row in found])
        return Answers(labels if self._several else labels[:, 0], scores)

    def _names(self) -> list[str]:
        return [name for name in (self._export.label, self._export.scores) if name is not None]


def graph_labels(output: Output) -> list[Any]:
    """What the graph's label output holds for each class."""
    return [label if isinstance(label, str) else int(label) for label in output.classes]


def feeds(export: Export, table: Table) -> dict[str, np.ndarray[Any, Any]]:
    """The rows as the graph's inputs: a missing number is NaN, a missing string is empty."""
    by_input: dict[str, list[np.ndarray[Any, Any]]] = {}
    for place, column in zip(export.places, table.columns, strict=True):
        if place.dtype == "string":
            values = np.array(["" if value is None else value for value in column.values], dtype=object)
        else:
            values = column.values.astype(place.dtype)
        by_input.setdefault(place.input, []).append(values)
    return {name: np.column_stack(columns) for name, columns in by_input.items()}


def mismatch(expected: Answers, found: Answers, table: Table, model: Model, share: float = 1.0) -> str | None:
    """Describes the worst difference, or None where there is none beyond this share of the tolerance."""
    if expected.labels is not None and found.labels is not None:
        different = (expected.labels != found.labels).reshape(table.rows, -1)
        rows = np.flatnonzero(different.any(axis=1))
        if rows.size:
            row = int(rows[0])
            output = int(np.flatnonzero(different[row])[0])
            classes = model.outputs[output].classes
            right, wrong = (int(labels.reshape(table.rows, -1)[row, output]) for labels in (expected.labels, found.labels))
            return (
                f"for the row {table.json_rows()[row]} the model predicts {classes[right]!r} "
                f"and the graph {classes[wrong] if wrong >= 0 else 'no known class'!r}"
                f" ({rows.size} of {table.rows} rows differ)"
            )
    if expected.scores is None or found.scores is None:
        return None
    if expected.scores.shape != found.scores.shape:
        return f"the model gives scores of shape {expected.scores.shape} and the graph {found.scores.shape}"
    difference = np.abs(expected.scores - found.scores)
    allowed = share * np.maximum(ABSOLUTE, RELATIVE * np.abs(expected.scores))
    excess = np.where(np.isfinite(difference), difference / allowed, np.inf)
    if (excess <= 1).all():
        return None
    row, column = divmod(int(np.argmax(excess)), excess.shape[1])
    return (
        f"for the row {table.json_rows()[row]} the model gives {expected.scores[row, column]!r} "
        f"and the graph {found.scores[row, column]!r} ({int((excess > 1).any(axis=1).sum())} of {table.rows} rows differ)"
    )
