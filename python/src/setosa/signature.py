"""The metadata that a saved model carries: what it takes, what it gives, who made it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from .export import Export
from .framework import Model
from .table import Column, Table, json_values
from .texts import text_inputs
from .verify import graph_labels

FORMAT = 1


def signature(
    model: Model,
    table: Table,
    export: Export,
    *,
    missing: list[bool],
    unknown: list[bool],
    name: str | None,
    version: str | None,
    trained_at: str,
) -> dict[str, Any]:
    """The `setosa.signature` of a model."""
    fitted = dict(_fitted_categories(model.estimator))
    texts = text_inputs(export.proto.graph)
    features = []
    for i, (column, place) in enumerate(zip(table.columns, export.places, strict=True)):
        feature: dict[str, Any] = {
            "name": column.name,
            "input": place.input,
            "column": place.column,
            "dtype": place.dtype,
            "missing": missing[i],
        }
        if place.input in texts:
            feature["unknown"] = "ignore"
        elif column.kind == "string":
            feature["categories"] = fitted.get(column.name, column.seen())
            feature["unknown"] = "ignore" if unknown[i] else "error"
        elif column.kind == "boolean":
            feature["categories"] = [False, True]
        elif column.categories is not None:
            feature["categories"] = json_values(Column(column.name, column.kind, np.array(column.categories)))
            feature["unknown"] = "ignore" if unknown[i] else "error"
        else:
            feature |= _range(column)
        features.append(feature)
    return {
        "format": FORMAT,
        "name": name,
        "version": version,
        "task": _task(model, export, table),
        "features": features,
        "example": table.json_rows()[0],
        "framework": model.framework(),
        "trained_at": trained_at,
    }


def _range(column: Column) -> dict[str, float]:
    present = column.values[np.isfinite(column.values)]
    if not present.size:
        return {}
    low, high = json_values(Column(column.name, column.kind, np.array([present.min(), present.max()])))
    return {"min": low, "max": high}


def _task(model: Model, export: Export, table: Table) -> dict[str, Any]:
    if not model.outputs:
        shape = next(o for o in export.proto.graph.output if o.name == export.scores).type.tensor_type.shape
        columns = shape.dim[1].dim_value if len(shape.dim) == 2 else 1
        return {"kind": model.kind, "targets": _targets(model, table, columns), "value": export.scores}
    labelled = [
        {"name": output.name, "classes": model.class_names or output.classes, "labels": graph_labels(output)} for output in model.outputs
    ]
    answers = {"label": export.label, "scores": export.scores, "score_kind": model.score_kind or "decision"}
    if model.kind == "multioutput_classification":
        return {"kind": model.kind, "outputs": labelled, **answers}
    return {"kind": model.kind, "classes": labelled[0]["classes"], "labels": labelled[0]["labels"], **answers}


def _targets(model: Model, table: Table, columns: int) -> list[str]:
    if model.kind == "regression":
        return ["value"] if columns == 1 else [f"value_{i}" for i in range(columns)]
    for arguments in ((), (table.names,)):
        try:
            names = [str(name) for name in model.estimator.get_feature_names_out(*arguments)]
        except Exception:  # noqa: BLE001 - a pipeline may end its names at any step, with any exception
            continue
        if len(names) == columns and len(set(names)) == columns:
            return names
    return [f"{type(model.final).__name__.lower()}{i}" for i in range(columns)]


def _fitted_categories(estimator: Any) -> Iterator[tuple[str, list[Any]]]:
    """Categories that fitted encoders know, by column name: X may be only a sample of the training rows."""
    for _, step in getattr(estimator, "steps", []):
        yield from _fitted_categories(step)
    for _, transformer, columns in getattr(estimator, "transformers_", []):
        steps = [s for _, s in transformer.steps] if hasattr(transformer, "steps") else [transformer]
        for step in steps:
            categories = getattr(step, "categories_", None)
            if categories is None or isinstance(columns, (str, slice)) or len(categories) != len(columns):
                continue
            for column, known in zip(columns, categories, strict=True):
                if isinstance(column, str):
                    yield column, sorted(str(value) for value in known if isinstance(value, str))


def dump(value: dict[str, Any]) -> str:
    """JSON as small as it gets, strict, and the same bytes for the same value."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
