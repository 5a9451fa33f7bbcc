"""Runs one case: fit, save, serve, compare."""

from __future__ import annotations

import contextlib
import re
import signal
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

import setosa

from .cases import Case
from .compare import Difference, difference
from .engine import Engine
from .truth import truth

Status = Literal["compiled", "onnxruntime", "not saved", "differs"]


LIMIT_SECONDS = 60


@dataclass(frozen=True)
class Result:
    """What became of a case."""

    case: Case
    data: str
    status: Status
    why: str
    difference: Difference | None


def run(case: Case, engine: Engine, folder: Path) -> Result:
    """Everything from the data to the comparison."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = case.data()
        estimator = case.make()
        try:
            estimator.fit(data.x, data.y)
        except ValueError as error:
            return Result(case, data.name, "not saved", f"scikit-learn does not fit it: {_first_line(str(error))}", None)
        file = folder / "model.onnx"
        try:
            with _limited():
                setosa.save(estimator, file, data.x)
        except (setosa.SaveError, TimeoutError) as error:
            return Result(case, data.name, "not saved", str(error), None)
        expected = truth(estimator, data.asked)
    answered = engine.answer(file, _rows(data.asked))
    if "error" in answered:
        return Result(case, data.name, "differs", answered["error"], None)
    try:
        found = difference(expected, answered["many"])
        if "one" in answered:
            alone = difference(expected, answered["one"])
            found = max(found, alone, key=lambda one: (one.labels, one.excess))
    except ValueError as error:
        return Result(case, data.name, "differs", str(error), None)
    engine_name: Status = answered["engine"]
    why = "" if engine_name == "compiled" else answered["reason"]
    return Result(case, data.name, engine_name if found.within else "differs", why, found)


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
    rows = x.to_numpy().tolist() if hasattr(x, "to_numpy") else np.asarray(x).tolist()
    if rows and not isinstance(rows[0], list):
        rows = [[row] for row in rows]
    return [[None if isinstance(value, float) and np.isnan(value) else value for value in row] for row in rows]


def _first_line(text: str) -> str:
    return re.split(r"[\n]", text.strip())[0][:200]
