"""The table of all cases: docs/coverage/estimators.md."""

from __future__ import annotations

import multiprocessing
import os
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from .cases import cases
from .engine import ROOT, Engine
from .run import Result, run

FILE = ROOT / "docs" / "coverage" / "estimators.md"
#: What is compared with the committed table: the rest are messages and figures, which depend on the machine.
VERDICT = ("Estimator", "Case", "Data", "Runs", "Through")

#: A row of the table.
Row = tuple[str, ...]


def verdict(row: Row) -> Row:
    """The part of a row that has to be the same on every machine."""
    return row[: len(VERDICT)]


def run_all(processes: int = 2) -> list[Row]:
    """The rows of all cases, in the table's order."""
    count = sum(1 for _ in cases())
    # Threads of the libraries would wait for each other.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with multiprocessing.get_context("spawn").Pool(processes, _start) as pool:
        return pool.map(_run_one, range(count), chunksize=1)


_engine: Engine


def _start() -> None:
    global _engine
    _engine = Engine().__enter__()


def _run_one(index: int) -> Row:
    case = list(cases())[index]
    with tempfile.TemporaryDirectory() as folder:
        return _row(run(case, _engine, Path(folder)))


def _row(result: Result) -> Row:
    difference = result.difference
    far = "" if difference is None else "0" if difference.absolute == 0 else f"{difference.absolute:.0e} ({difference.excess:.2g})"
    if difference is not None and difference.labels:
        far += f", {difference.labels} labels"
    why = re.sub(r"\s+", " ", result.why)
    return (result.case.estimator, result.case.task, result.data, result.status, result.through, far, why[:200])


def committed() -> list[Row]:
    """The verdicts of the committed table."""
    rows = [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("|")][2:]
    return [verdict(tuple(cell.strip() for cell in line.strip("|").split("|"))) for line in rows]


def page(rows: Sequence[Row]) -> str:
    """The table with what it says."""
    counts = Counter(row[3] for row in rows)
    listed = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    head = (*VERDICT, "Difference", "")
    lines = ["| " + " | ".join(cell.replace("|", "\\\\|") for cell in row) + " |" for row in (head, ("---",) * len(head), *rows)]
    return HEAD.format(sklearn=version("scikit-learn"), skl2onnx=version("skl2onnx"), counts=listed) + "\n".join(lines) + "\n"


HEAD = """# scikit-learn's estimators

Made by `npm run docs:estimators`, and held to by a test: every estimator of `sklearn.utils.all_estimators` (scikit-learn
{sklearn}), fitted on bundled data for every task that its tags name, saved, and asked through Setosa's engine about rows that it
was not fitted on. Labels have to be scikit-learn's own, values within 1e-5 of their size or 1e-6; no case needs a wider tolerance.
{counts}.

- Runs: "compiled" is a WebAssembly kernel; "onnxruntime" is a fallback, with the node that stopped the compiler; "not convertible" says
  why there is no graph that answers as the estimator does; "no prediction" has nothing to serve for new rows.
- Through: `setosa.save`, or skl2onnx {skl2onnx} alone where answers hold missing values, which a prediction in JSON does not.
- Difference: the largest to scikit-learn's values, and in brackets as a share of what is allowed.

"""
