"""The rows a model was trained on, as named columns, whatever library holds them."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from .errors import SaveError

Kind = Literal["number", "integer", "boolean", "string"]

#: Integers beyond this are not exact in JSON and in JavaScript.
MAX_INTEGER = 2**53


@dataclass(frozen=True)
class Column:
    """One feature: numbers as float64 with NaN for missing, strings as objects with None for missing."""

    name: str
    kind: Kind
    values: np.ndarray[Any, Any]
    #: Of numbers that pandas holds as categories: the model may know no others.
    categories: tuple[float, ...] | None = None
    #: Whether the numbers came as float32, and so reach the model.
    is_single: bool = False

    def is_missing(self) -> np.ndarray[Any, Any]:
        """Which rows have no value."""
        if self.kind == "string":
            return np.array([value is None for value in self.values], dtype=bool)
        return np.asarray(np.isnan(self.values), dtype=bool)

    def seen(self) -> list[Any]:
        """The distinct values, sorted, without missing ones."""
        present = self.values[~self.is_missing()]
        return sorted(set(present.tolist()))


@dataclass(frozen=True)
class Table:
    """Columns of equal length, and how to give rows back to the model in the form it was fitted on."""

    columns: tuple[Column, ...]
    #: From the columns' values to what `model.predict` takes.
    rebuild: Callable[[Sequence[np.ndarray[Any, Any]]], Any]
    #: Whether the model may ask for columns by name.
    is_frame: bool

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.columns[0].values)

    @property
    def names(self) -> list[str]:
        """The features' names."""
        return [column.name for column in self.columns]

    @property
    def is_numeric(self) -> bool:
        """Whether every column is a number, an integer or a boolean."""
        return all(column.kind != "string" for column in self.columns)

    def take(self, rows: np.ndarray[Any, Any]) -> Table:
        """The table of these rows."""
        return self.with_values([column.values[rows] for column in self.columns])

    def with_values(self, values: Sequence[np.ndarray[Any, Any]]) -> Table:
        """The same features with other rows."""
        columns = tuple(replace(c, values=v) for c, v in zip(self.columns, values, strict=True))
        return Table(columns, self.rebuild, self.is_frame)

    def concat(self, other: Table) -> Table:
        """The rows of both."""
        pairs = zip(self.columns, other.columns, strict=True)
        return self.with_values([np.concatenate([a.values, b.values]) for a, b in pairs])

    def to_model(self) -> Any:
        """The rows as the model takes them."""
        return self.rebuild([column.values for column in self.columns])

    def json_rows(self) -> list[list[Any]]:
        """The rows as JSON values, None for missing."""
        columns = [json_values(column) for column in self.columns]
        return [list(row) for row in zip(*columns, strict=True)]


def _whole(value: Any) -> int | float:
    return int(value) if float(value).is_integer() else float(value)


_TO_JSON: dict[Kind, Callable[[Any], Any]] = {"number": float, "integer": _whole, "boolean": bool, "string": str}


def json_values(column: Column) -> list[Any]:
    """A column's values as JSON has them."""
    missing = column.is_missing()
    convert = _TO_JSON[column.kind]
    return [None if gone else convert(v) for v, gone in zip(column.values, missing, strict=True)]


def read_table(x: Any, feature_names: Sequence[str] | None) -> Table:
    """Reads a pandas or polars frame, a numpy array, nested lists or a list of texts."""
    if hasattr(x, "to_dict") and hasattr(x, "columns") and hasattr(x, "to_numpy"):
        is_pandas = type(x).__module__.split(".")[0] == "pandas"
        table = _read_frame(x, is_pandas)
        if feature_names is not None and list(feature_names) != table.names:
            raise SaveError("feature_names differ from the frame's columns: leave feature_names out, the frame has names.")
    else:
        table = _read_array(x, feature_names)
    _check(table)
    return table


def _check(table: Table) -> None:
    if not table.columns:
        raise SaveError("X has no columns.")
    if table.rows == 0:
        raise SaveError("X has no rows: give the rows the model was trained on, or a sample of them.")
    names = table.names
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise SaveError(f"Feature names must be unique; {', '.join(map(repr, repeated))} is there more than once.")
    for column in table.columns:
        if not column.name:
            raise SaveError("A feature has an empty name.")
        if column.kind != "string" and np.isinf(column.values).any():
            raise SaveError(f"The feature {column.name!r} holds an infinity; a request cannot hold one.")
        if column.kind == "integer" and (np.abs(column.values) > MAX_INTEGER).any():
            raise SaveError(f"The feature {column.name!r} holds integers beyond 2^53, which JSON does not carry exactly.")


def _read_frame(x: Any, is_pandas: bool) -> Table:
    names = list(x.columns)
    for name in names:
        if not isinstance(name, str):
            raise SaveError(f"Feature names must be strings; this one is {name!r}. Rename the frame's columns.")
    if len(set(names)) != len(names):
        repeated = sorted({name for name in names if names.count(name) > 1})
        raise SaveError(f"Feature names must be unique; {', '.join(map(repr, repeated))} is there more than once.")
    columns = tuple(_read_series(name, x[name]) for name in names)
    dtypes = [x[name].dtype for name in names]
    # To scikit-learn None is another category than NaN: a missing string is given back as the one that the frame has.
    gone = [_missing_of(x[name].to_numpy()) for name in names]

    def rebuild(values: Sequence[np.ndarray[Any, Any]]) -> Any:
        if is_pandas:
            import pandas as pd

            marked = [_marked(v, mark) for v, mark in zip(values, gone, strict=True)]
            series = [_pandas_series(pd, v, dtype) for v, dtype in zip(marked, dtypes, strict=True)]
            return pd.DataFrame(dict(zip(names, series, strict=True)), columns=names)
        import polars as pl

        data = {n: _polars_series(pl, n, v, dtype) for n, v, dtype in zip(names, values, dtypes, strict=True)}
        return pl.DataFrame(data)

    return Table(columns, rebuild, is_frame=True)


def _missing_of(values: np.ndarray[Any, Any]) -> Any:
    """What stands for a missing value among objects."""
    return next((value for value in values if _is_missing(value)), None) if values.dtype == object else None


def _marked(values: np.ndarray[Any, Any], mark: Any) -> np.ndarray[Any, Any]:
    if mark is None or values.dtype != object:
        return values
    marked = np.empty(len(values), dtype=object)
    marked[:] = [mark if value is None else value for value in values]
    return marked


def _read_series(name: str, series: Any) -> Column:
    column = _read_column(name, series.to_numpy(), str(series.dtype))
    if str(series.dtype) != "category" or column.kind not in ("number", "integer"):
        return column
    return replace(column, categories=tuple(map(float, series.dtype.categories)))


def _pandas_series(pd: Any, values: np.ndarray[Any, Any], dtype: Any) -> Any:
    if isinstance(dtype, pd.CategoricalDtype):
        # An unseen category has to reach the model as itself, not as a missing value.
        present = [value for value in values.tolist() if not _is_missing(value)]
        # By value: a category is an integer or a boolean where the column's numbers are floats.
        known = {value: value for value in dtype.categories}
        new = sorted({value for value in present if value not in known})
        listed = dtype if not new else pd.CategoricalDtype([*known, *new])
        return pd.Series([None if _is_missing(value) else known.get(value, value) for value in values.tolist()], dtype=listed)
    if values.dtype == object:
        return pd.Series(values, dtype=dtype if not np.issubdtype(type(dtype), np.dtype) else object)
    if str(dtype) == "float32":
        return pd.Series(values.astype(np.float32))
    if np.dtype(getattr(dtype, "numpy_dtype", dtype)).kind in "iu" and (values == np.trunc(values)).all():
        return pd.Series(values.astype(np.int64), dtype=dtype)
    if str(dtype) in ("bool", "boolean") and not np.isnan(values).any():
        return pd.Series(values.astype(bool))
    return pd.Series(values)


def _polars_series(pl: Any, name: str, values: np.ndarray[Any, Any], dtype: Any) -> Any:
    if values.dtype == object:
        return pl.Series(name, list(values), dtype=pl.String)
    if dtype == pl.Boolean and not np.isnan(values).any():
        return pl.Series(name, values.astype(bool))
    return pl.Series(name, values)


def _read_column(name: str, values: np.ndarray[Any, Any], dtype: str) -> Column:
    kind = values.dtype.kind
    if kind == "f":
        return Column(name, "number", values.astype(np.float64), is_single=values.dtype == np.float32)
    if kind in "iu":
        return Column(name, "integer", values.astype(np.float64))
    if kind == "b":
        return Column(name, "boolean", values.astype(np.float64))
    if kind in "mM":
        raise SaveError(f"The feature {name!r} is a {dtype}: turn dates into numbers before the model, a request has no dates.")
    if kind in "UOST":
        return _read_objects(name, values.astype(object))
    raise SaveError(f"The feature {name!r} is of the type {dtype}, which a request cannot hold.")


def _is_missing(value: Any) -> bool:
    # pandas.NA has no truth value, and NaN is not equal to itself.
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and value != value)


def _read_objects(name: str, values: np.ndarray[Any, Any]) -> Column:
    present = [value for value in values if not _is_missing(value)]
    if all(isinstance(value, str) for value in present):
        strings = np.array([None if _is_missing(value) else str(value) for value in values], dtype=object)
        return Column(name, "string", strings)
    if all(isinstance(value, (bool, np.bool_)) for value in present):
        kind: Kind = "boolean"
    elif all(isinstance(value, numbers.Integral) for value in present):
        kind = "integer"
    elif all(isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_)) for value in present):
        kind = "number"
    else:
        types = sorted({type(value).__name__ for value in present})
        raise SaveError(f"The feature {name!r} mixes types ({', '.join(types)}): make the column one type.")
    numeric = np.array([np.nan if _is_missing(value) else float(value) for value in values], dtype=np.float64)
    return Column(name, kind, numeric)


def _read_array(x: Any, feature_names: Sequence[str] | None) -> Table:
    array = np.asarray(x)
    if array.ndim == 1 and array.size and all(isinstance(value, str) for value in array.tolist()):
        return _read_texts(array, feature_names, getattr(x, "name", None))
    if array.ndim != 2:
        raise SaveError(f"X must be a table of rows and columns; it has {array.ndim} dimensions.")
    names = [f"x{i}" for i in range(array.shape[1])] if feature_names is None else list(feature_names)
    if len(names) != array.shape[1]:
        raise SaveError(f"feature_names has {len(names)} names for {array.shape[1]} columns.")
    for name in names:
        if not isinstance(name, str):
            raise SaveError(f"Feature names must be strings; this one is {name!r}.")
    dtype = array.dtype
    columns = tuple(_read_column(name, array[:, i], str(dtype)) for i, name in enumerate(names))
    gone = [_missing_of(array[:, i]) for i in range(len(names))]

    def rebuild(values: Sequence[np.ndarray[Any, Any]]) -> Any:
        if dtype.kind == "f":
            return np.column_stack(values).astype(dtype)
        if dtype.kind in "OUST":
            return np.column_stack([_marked(v.astype(object), mark) for v, mark in zip(values, gone, strict=True)])
        return np.column_stack(values)

    return Table(columns, rebuild, is_frame=False)


def _read_texts(array: np.ndarray[Any, Any], feature_names: Sequence[str] | None, series: Any) -> Table:
    """A list of texts, as vectorizers take it: one feature."""
    names = list(feature_names) if feature_names is not None else [series if isinstance(series, str) and series else "text"]
    if len(names) != 1:
        raise SaveError(f"feature_names has {len(names)} names for a list of texts, which is one feature.")
    return Table((_read_column(names[0], array.astype(object), "string"),), lambda values: values[0], is_frame=False)
