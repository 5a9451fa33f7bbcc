"""Holds an exported graph against the model it was made from, on many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime

from .errors import SaveError
from .export import Export
from .framework import Answers, Model
from .table import Table

#: Scores may differ by this much, absolutely or relatively: what float32 leaves of float64.
ABSOLUTE, RELATIVE = 1e-6, 1e-5


class Session:
    """An export, loaded into onnxruntime."""

    def __init__(self, export: Export, model: Model) -> None:
        options = onnxruntime.SessionOptions()
        # The order of sums depends on the number of threads.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            onnx.checker.check_model(export.proto)
            self._session = onnxruntime.InferenceSession(export.proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise SaveError(f"onnxruntime refuses the graph: {str(error)[:300]}") from error
        self._export = export
        self._labels = graph_labels(model)

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
        positions = {label: i for i, label in enumerate(self._labels)}
        found = np.asarray(named[self._export.label]).ravel().tolist()
        return Answers(np.array([positions.get(label, -1) for label in found]), scores)

    def _names(self) -> list[str]:
        return [name for name in (self._export.label, self._export.scores) if name is not None]


def graph_labels(model: Model) -> list[Any]:
    """What the graph's label output holds for each class."""
    return [label if isinstance(label, str) else int(label) for label in model.classes or []]


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


def mismatch(expected: Answers, found: Answers, table: Table, classes: Sequence[Any] | None) -> str | None:
    """Describes the worst difference, or None where there is none."""
    if expected.labels is not None and found.labels is not None:
        different = np.flatnonzero(expected.labels != found.labels)
        if different.size:
            row = int(different[0])
            names = list(classes or [])
            return (
                f"for the row {table.json_rows()[row]} the model predicts {names[expected.labels[row]]!r} "
                f"and the graph {names[found.labels[row]] if found.labels[row] >= 0 else 'no known class'!r}"
                f" ({different.size} of {table.rows} rows differ)"
            )
    if expected.scores is None or found.scores is None:
        return None
    if expected.scores.shape != found.scores.shape:
        return f"the model gives scores of shape {expected.scores.shape} and the graph {found.scores.shape}"
    difference = np.abs(expected.scores - found.scores)
    allowed = np.maximum(ABSOLUTE, RELATIVE * np.abs(expected.scores))
    excess = np.where(np.isfinite(difference), difference / allowed, np.inf)
    if (excess <= 1).all():
        return None
    row, column = divmod(int(np.argmax(excess)), excess.shape[1])
    return (
        f"for the row {table.json_rows()[row]} the model gives {expected.scores[row, column]!r} "
        f"and the graph {found.scores[row, column]!r} ({int((excess > 1).any(axis=1).sum())} of {table.rows} rows differ)"
    )
