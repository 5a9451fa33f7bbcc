"""Graphs without metadata, for what `setosa.save` does not take: answers that hold missing values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.base import is_classifier

from .truth import Truth

OPSETS = {"": 18, "ai.onnx.ml": 3}


class NoGraphError(Exception):
    """There is no graph that answers as the estimator does."""


def write_graph(estimator: Any, x: np.ndarray[Any, Any], file: Path) -> None:
    """Writes the graph of an estimator of rows like these."""
    options = {id(estimator): {"zipmap": False}} if is_classifier(estimator) else None
    try:
        proto = to_onnx(estimator, x[:1], options=options, target_opset=OPSETS)
    except Exception as error:
        raise NoGraphError(str(error)) from error
    file.write_bytes(proto.SerializeToString())


def answer_with_onnxruntime(file: Path, rows: np.ndarray[Any, Any]) -> list[Any]:
    """What ONNX Runtime answers: whether the graph itself is right."""
    onnxruntime.set_default_logger_severity(4)
    try:
        session = onnxruntime.InferenceSession(file.read_bytes(), providers=["CPUExecutionProvider"])
        return list(session.run(None, {session.get_inputs()[0].name: rows}))
    except Exception as error:
        raise NoGraphError(f"onnxruntime: {error}") from error


def as_predictions(outputs: list[Any], expected: Truth, rows: int) -> Truth:
    """A graph's outputs in the form of scikit-learn's answers: labels first where there are any, then numbers."""
    labels = None if expected.labels is None else _rows(outputs[0], rows, float)
    numbers = outputs[0 if labels is None else 1] if len(outputs) > (0 if labels is None else 1) else None
    return Truth(labels, None if numbers is None or expected.numbers is None else np.array(_rows(numbers, rows, float)).reshape(rows, -1))


def _rows(values: Any, rows: int, number: type) -> list[Any]:
    flat = values.ravel().tolist() if isinstance(values, np.ndarray) else list(values)
    plain = [value if isinstance(value, str) and not _is_number(value) else number(value) for value in flat]
    width = len(plain) // rows
    return plain if width == 1 else [plain[i * width : (i + 1) * width] for i in range(rows)]


def _is_number(text: str) -> bool:
    return text in ("NaN", "Infinity", "-Infinity")
