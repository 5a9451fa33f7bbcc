"""What every training script gives: a fitted model, its rows, and how it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Example:
    """A trained example model."""

    model: Any
    X: Any
    class_names: list[str] | None = None
    #: Rows beyond X that the fixtures should cover too, such as unknown categories.
    extra: Any = None
