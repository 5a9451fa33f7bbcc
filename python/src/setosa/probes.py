"""Rows that are made to find out what a model does: at its thresholds, with missing values, with unknown categories."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from .export import Export
from .framework import Model
from .table import Table

#: A category that no model was trained on.
UNKNOWN = "\u2047 unknown"


def attempt(model: Model, table: Table) -> bool:
    """Whether the model answers these rows at all, with finite numbers."""
    try:
        answers = model.answer(table)
    except Exception:  # noqa: BLE001 - a model may refuse a row with any exception
        return False
    return answers.scores is None or bool(np.isfinite(answers.scores).all())


def changed(table: Table, column: int, value: Any) -> Table:
    """The table with one column set to a value (None: missing) in every row."""
    values = [c.values.copy() for c in table.columns]
    values[column][:] = np.nan if value is None and table.columns[column].kind != "string" else value
    return table.with_values(values)


def missing_allowed(model: Model, table: Table) -> list[bool]:
    """Which features may be missing, one at a time: found by asking the model."""
    row = table.take(np.array([_complete_row(table)]))
    return [attempt(model, changed(row, i, None)) for i in range(len(table.columns))]


def unknown_allowed(model: Model, table: Table) -> list[bool]:
    """Which string features take a category that was not seen in training."""
    row = table.take(np.array([_complete_row(table)]))
    return [c.kind == "string" and attempt(model, changed(row, i, UNKNOWN)) for i, c in enumerate(table.columns)]


def _complete_row(table: Table) -> int:
    missing = np.column_stack([column.is_missing() for column in table.columns]).sum(axis=1)
    return int(np.argmin(missing))


def threshold_rows(export: Export, table: Table, rng: np.random.Generator, limit: int) -> Table | None:
    """Rows on, just below and just above split thresholds of trees that read the graph's input directly."""
    splits = _splits(export)
    if not splits:
        return None
    chosen = rng.permutation(len(splits))[: max(1, limit // 3)]
    rows: list[int] = []
    edits: list[tuple[int, float]] = []
    for index in chosen:
        feature, threshold = splits[index]
        row = int(rng.integers(table.rows))
        step = np.float32 if export.places[feature].dtype == "float32" else np.float64
        exact = step(threshold)
        for value in (exact, np.nextafter(exact, step(np.inf)), np.nextafter(exact, step(-np.inf))):
            if np.isfinite(value):
                rows.append(row)
                edits.append((feature, float(value)))
    if not rows:
        return None
    base = table.take(np.array(rows))
    values = [column.values.copy() for column in base.columns]
    for row, (feature, value) in enumerate(edits):
        values[feature][row] = value
    return base.with_values(values)


def _splits(export: Export) -> list[tuple[int, float]]:
    """(feature, threshold) of every split, where the forest's input is the graph's own matrix, cast or not."""
    graph = export.proto.graph
    inputs = {value.name for value in graph.input}
    sources = {node.output[0]: node.input[0] for node in graph.node if node.op_type in ("Cast", "Identity")}
    splits: set[tuple[int, float]] = set()
    for node in graph.node:
        if not node.op_type.startswith("TreeEnsemble"):
            continue
        source = node.input[0]
        source = sources.get(source, source)
        if source not in inputs:
            continue
        attributes = {a.name: a for a in node.attribute}
        features = attributes["nodes_featureids"].ints
        modes = attributes["nodes_modes"].strings
        values = _values(attributes)
        for feature, mode, value in zip(features, modes, values, strict=True):
            if mode != b"LEAF":
                splits.add((int(feature), float(value)))
    return sorted(splits)


def _values(attributes: dict[str, onnx.AttributeProto]) -> list[float]:
    if "nodes_values_as_tensor" in attributes:
        return list(map(float, numpy_helper.to_array(attributes["nodes_values_as_tensor"].t)))
    return list(attributes["nodes_values"].floats)
