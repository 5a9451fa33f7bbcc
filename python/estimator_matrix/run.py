"""Runs one case: fit, save, serve, compare."""

from __future__ import annotations

import contextlib
import signal
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

import setosa

from .cases import LEFT_OUT, Case
from .compare import Difference, difference, difference_of
from .data import Data
from .engine import Engine
from .graph import NoGraphError, answer_with_onnxruntime, as_predictions, write_graph
from .truth import truth

Status = Literal["compiled", "onnxruntime", "not convertible", "not trained", "no prediction", "wrong"]

LIMIT_SECONDS = 60


@dataclass(frozen=True)
class Result:
    """What became of a case."""

    case: Case
    data: str
    status: Status
    #: What wrote the file.
    through: str
    why: str
    difference: Difference | None


def run(case: Case, engine: Engine, folder: Path) -> Result:
    """Everything from the data to the comparison."""
    if case.estimator in LEFT_OUT:
        return Result(case, "", "not trained", "", LEFT_OUT[case.estimator], None)
    data = case.data()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            estimator = case.make(data)
            estimator.fit(data.x, data.y)
            if not hasattr(estimator, "predict") and not hasattr(estimator, "transform"):
                return Result(case, data.name, "no prediction", "", "it has neither predict nor transform for new rows", None)
            truth(estimator, data.asked)
        except ValueError as error:
            return Result(case, data.name, "not trained", "", first_line(error), None)
        return _served(case, data, estimator, engine, folder)


def _served(case: Case, data: Data, estimator: Any, engine: Engine, folder: Path) -> Result:
    file = folder / "model.onnx"
    try:
        with _limited():
            setosa.save(estimator, file, data.x)
    except (setosa.SaveError, TimeoutError) as error:
        refused = _reason(error)
        if not refused.startswith("The model predicts NaN"):
            return Result(case, data.name, "not convertible", "", refused, None)
    else:
        answered = engine.answer_saved(file, _rows(data.asked))
        return _judge(case, data, answered, "setosa.save", lambda: _difference_of_saved(truth(estimator, data.asked), answered))
    return _served_as_graph(case, data, estimator, engine, file)


def _served_as_graph(case: Case, data: Data, estimator: Any, engine: Engine, file: Path) -> Result:
    """A graph without metadata, as skl2onnx writes it: its answers hold missing values, which predictions in JSON do not."""
    try:
        if not isinstance(data.x, np.ndarray):
            raise NoGraphError("answers that hold missing values are covered for rows of numbers")
        # The graph's inputs are float32: scikit-learn is asked about the same numbers.
        asked = data.asked.astype(np.float32)
        expected = truth(estimator, asked.astype(np.float64))
        with _limited():
            write_graph(estimator, data.x.astype(np.float32), file)
        if not difference_of(expected, as_predictions(answer_with_onnxruntime(file, asked), expected, len(asked))).within:
            raise NoGraphError("skl2onnx's graph answers otherwise than scikit-learn, in onnxruntime too")
    except (NoGraphError, TimeoutError, ValueError) as error:
        return Result(case, data.name, "not convertible", "", first_line(error), None)
    answered = engine.answer_graph(file, _rows(asked))
    return _judge(
        case,
        data,
        answered,
        "skl2onnx",
        lambda: difference_of(expected, as_predictions(answered["outputs"], expected, len(asked))),
    )


def _judge(case: Case, data: Data, answered: dict[str, Any], through: str, compare: Any) -> Result:
    if "error" in answered:
        return Result(case, data.name, "wrong", through, answered["error"], None)
    why = "" if answered["engine"] == "compiled" else answered["reason"]
    try:
        found: Difference = compare()
    except (ValueError, KeyError) as error:
        return Result(case, data.name, "wrong", through, first_line(error), None)
    return Result(case, data.name, answered["engine"] if found.within else "wrong", through, why, found)


def _difference_of_saved(expected: Any, answered: dict[str, Any]) -> Difference:
    found = difference(expected, answered["many"])
    if "one" not in answered:
        return found
    # A kernel's code for one row is another function than that for many.
    return max(found, difference(expected, answered["one"]), key=lambda one: (one.labels, one.excess))


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """An end to conversions that have none."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"The conversion does not end within {LIMIT_SECONDS} s.")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _rows(x: Any) -> list[Any]:
    rows = x.astype(object).to_numpy().tolist() if hasattr(x, "to_numpy") else np.asarray(x).tolist()
    if rows and not isinstance(rows[0], list):
        rows = [[row] for row in rows]
    return [[None if value is None or value != value else value for value in row] for row in rows]


def _reason(error: Exception) -> str:
    """The last candidate's reason, which is in float64, or the only one."""
    lines = str(error).strip().splitlines()
    return lines[-1].removeprefix("- ").partition(": ")[2] if len(lines) > 1 else lines[0]


def first_line(error: Exception) -> str:
    """A message's first line, or the error's name."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
