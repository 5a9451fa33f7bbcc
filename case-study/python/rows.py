"""What a row of iris is, and what is said of one that is none: shared by the servers without a validator of their own."""

from __future__ import annotations

import json
import math

FEATURES = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
EXAMPLE = (5.1, 3.5, 1.4, 0.2)
MAX_BODY_BYTES = 64 * 1024
VERSION = "1"
# The models take float32: from here on (half a step above the largest one) a number rounds to an infinity.
BEYOND_FLOAT32 = 3.4028235677973366e38


class RowError(Exception):
    """A mistake of the client: a stable code, and what to change."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status

    def body(self) -> dict[str, dict[str, str]]:
        """The answer's JSON."""
        return {"error": {"code": self.code, "message": str(self)}}


def read_row(body: bytes) -> list[float]:
    """The values of one row, in the features' order: every feature, and nothing else."""
    try:
        row = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RowError("JSON_INVALID", f"The body is not valid JSON: {error}.") from error
    if not isinstance(row, dict):
        raise RowError("BODY_SHAPE_INVALID", "The body is not an object of features.")
    values = []
    for feature in FEATURES:
        if feature not in row:
            raise RowError("FEATURE_MISSING", f'The feature "{feature}" is absent.')
        values.append(_number(feature, row[feature]))
    unknown = next((name for name in row if name not in FEATURES), None)
    if unknown is not None:
        raise RowError("FEATURE_UNKNOWN", f'The model has no feature "{unknown[:80]}".')
    return values


def _number(feature: str, value: object) -> float:
    # bool is an int in Python, and not a number in JSON.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowError("FEATURE_TYPE_INVALID", f'The feature "{feature}" is not a number.')
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not abs(number) < BEYOND_FLOAT32:
        raise RowError("FEATURE_TYPE_INVALID", f'The feature "{feature}" is not a number that a float32 holds.')
    return number


def _refuse_constant(name: str) -> float:
    # Python reads NaN and Infinity, which JSON does not have.
    raise ValueError(f"{name} is not JSON")
