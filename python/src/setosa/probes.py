"""Rows that are made to find out what a model does: at its thresholds, with missing values, with unknown categories."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from .export import Export
from .framework import Model
from .table import Column, Table

#: Categories that no model was trained on. XGBoost 3.2 does not notice one that sorts before all that it knows.
_UNKNOWNS = ("\u2047 unknown", "\u007funknown", "!unknown")


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


def blended(table: Table, rng: np.random.Generator, count: int) -> Table:
    """Rows between two others: a model that answers its own training rows by heart is asked something else."""
    one, other = table.take(rng.integers(table.rows, size=count)), table.take(rng.integers(table.rows, size=count))
    share = rng.random(count)
    values = []
    for a, b in zip(one.columns, other.columns, strict=True):
        if a.kind != "number" or a.categories is not None:
            values.append(a.values)
            continue
        between = share * a.values + (1 - share) * b.values
        values.append(between.astype(np.float32).astype(np.float64) if a.is_single else between)
    return one.with_values(values)


def missing_allowed(model: Model, table: Table) -> list[bool]:
    """Which features may be missing, one at a time: found by asking the model."""
    row = table.take(np.array([_complete_row(table)]))
    return [attempt(model, changed(row, i, None)) for i in range(len(table.columns))]


def unknown_allowed(model: Model, table: Table) -> list[bool]:
    """Which features with categories take one that was not seen in training."""
    row = table.take(np.array([_complete_row(table)]))
    return [
        bool(unknown := _unknowns(column)) and all(attempt(model, changed(row, i, value)) for value in unknown)
        for i, column in enumerate(table.columns)
    ]


def _unknowns(column: Column) -> tuple[Any, ...]:
    if column.kind == "string":
        return _UNKNOWNS
    return () if column.categories is None else (max(column.categories) + 1, min(column.categories) - 1)


def unknown_value(column: Column) -> Any:
    """A category that was not seen in training."""
    return _unknowns(column)[0]


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
        is_single = export.places[feature].dtype == "float32" or table.columns[feature].is_single
        step = np.float32 if is_single else np.float64
        exact = step(threshold)
        for value in (exact, np.nextafter(exact, step(np.inf)), np.nextafter(exact, step(-np.inf))):
            # A boolean is nothing between false and true.
            if np.isfinite(value) and (table.columns[feature].kind != "boolean" or value in (0, 1)):
                rows.append(row)
                edits.append((feature, float(value)))
    if not rows:
        return None
    base = table.take(np.array(rows))
    values = [column.values.copy() for column in base.columns]
    for row, (feature, value) in enumerate(edits):
        values[feature][row] = value
    return base.with_values(values)


def rounds_before_trees(export: Export) -> bool:
    """Whether trees compare float32 numbers that were computed: next to a threshold another rounding takes another branch."""
    graph = export.proto.graph
    if all(place.dtype != "float32" for place in export.places):
        return False
    makers = {output: node for node in graph.node for output in node.output}
    pending = [node.input[0] for node in graph.node if node.op_type.startswith("TreeEnsemble")]
    seen: set[str] = set()
    while pending:
        value = pending.pop()
        if value in seen or value not in makers:
            continue
        seen.add(value)
        if makers[value].op_type not in _EXACT:
            return True
        pending += makers[value].input
    return False


#: Nodes that make no numbers of their own.
_EXACT = {
    "ArrayFeatureExtractor", "Binarizer", "Cast", "Concat", "FeatureVectorizer", "Flatten", "Gather", "Identity", "Imputer", "IsNaN",
    "LabelEncoder", "OneHotEncoder", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze", "Where",
}  # fmt: skip


def _splits(export: Export) -> list[tuple[int, float]]:
    """(feature, threshold) of every split, where the forest's input is the graph's own matrix or its columns, cast or not."""
    graph = export.proto.graph
    makers = {node.output[0]: node for node in graph.node}
    splits: set[tuple[int, float]] = set()
    for node in graph.node:
        if not node.op_type.startswith("TreeEnsemble"):
            continue
        columns = _columns(node.input[0], makers, export)
        for feature, value in _comparisons({a.name: a for a in node.attribute}):
            if feature in columns:
                splits.add((columns[feature], value))
    return sorted(splits)


def _columns(value: str, makers: dict[str, onnx.NodeProto], export: Export) -> dict[int, int]:
    """Which feature each column of a value is, of those that are one as they came in."""
    value = _source(value, makers)
    features = {(place.input, place.column): i for i, place in enumerate(export.places) if place.dtype != "string"}
    maker = makers.get(value)
    if maker is not None and maker.op_type == "Concat":
        parts = [(_source(part, makers), 0) for part in maker.input]
        return {column: features[part] for column, part in enumerate(parts) if part in features}
    return {column: feature for (name, column), feature in features.items() if name == value}


def _source(value: str, makers: dict[str, onnx.NodeProto]) -> str:
    """Follows a value back through nodes that keep a number what it is."""
    while value in makers and makers[value].op_type in _KEEPS:
        value = makers[value].input[_KEEPS[makers[value].op_type]]
    return value


#: Nodes that give most of their numbers as they came, and the input that has them: Where replaces some, such as missing ones.
_KEEPS = {"Cast": 0, "Identity": 0, "Where": 2}


def _comparisons(attributes: dict[str, onnx.AttributeProto]) -> list[tuple[int, float]]:
    features = list(attributes["nodes_featureids"].ints)
    if "nodes_splits" in attributes:
        member = 6
        modes = numpy_helper.to_array(attributes["nodes_modes"].t)
        values = numpy_helper.to_array(attributes["nodes_splits"].t)
        pairs = zip(features, values.tolist(), modes != member, strict=True)
    else:
        modes = np.array([mode != b"LEAF" for mode in attributes["nodes_modes"].strings])
        pairs = zip(features, _values(attributes), modes, strict=True)
    return [(feature, float(value)) for feature, value, compares in pairs if compares and np.isfinite(value)]


def _values(attributes: dict[str, onnx.AttributeProto]) -> list[float]:
    if "nodes_values_as_tensor" in attributes:
        return list(map(float, numpy_helper.to_array(attributes["nodes_values_as_tensor"].t)))
    return list(attributes["nodes_values"].floats)
