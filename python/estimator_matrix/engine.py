"""Setosa's engine in Node, asked from Python."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Engine:
    """A Node process that loads files and answers rows."""

    def __init__(self) -> None:
        command = ["node", "--import", "tsx", "test/python/answer-models.ts"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def answer_saved(self, file: Path, rows: list[Any]) -> dict[str, Any]:
        """The engine, why it, and the predictions of a saved model; or an error."""
        return self._ask({"file": str(file), "rows": rows})

    def explain_saved(self, file: Path, rows: list[Any]) -> dict[str, Any]:
        """The explanations of a model's predictions; or an error."""
        return self._ask({"file": str(file), "explain": rows})

    def answer_graph(self, file: Path, rows: list[Any]) -> dict[str, Any]:
        """The engine, why it, and the outputs of a graph without metadata; or an error."""
        return self._ask({"file": str(file), "tensor": rows})

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The engine's process ended.")
        answered: dict[str, Any] = json.loads(line)
        return answered
