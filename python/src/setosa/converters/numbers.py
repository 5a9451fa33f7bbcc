"""Functions of float64 values that several converters use."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..boosters.nodes import Nodes


def f64(nodes: Nodes, values: Any) -> str:
    """A constant."""
    return nodes.constant(values, np.float64)


def affine(nodes: Nodes, rows: str, matrix: Any, offset: Any, output: str | None = None) -> str:
    """`rows @ matrix + offset`."""
    return nodes.add("Add", [nodes.add("MatMul", [rows, f64(nodes, matrix)]), f64(nodes, np.atleast_2d(offset))], output)


def columns(nodes: Nodes, value: str, chosen: Any) -> str:
    """Some columns of a matrix."""
    return nodes.add("Gather", [value, nodes.constant(np.asarray(chosen), np.int64)], axis=1)


def row_sums(nodes: Nodes, value: str) -> str:
    """A column of sums."""
    return nodes.add("ReduceSum", [value, nodes.constant([1], np.int64)], keepdims=1)


def squared_distances(nodes: Nodes, rows: str, points: Any) -> str:
    """To each of the points, as scikit-learn sums them."""
    points = np.asarray(points, dtype=np.float64)
    products = nodes.add("MatMul", [rows, f64(nodes, -2 * points.T)])
    norms = row_sums(nodes, nodes.add("Mul", [rows, rows]))
    both = nodes.add("Add", [nodes.add("Add", [products, norms]), f64(nodes, [(points**2).sum(axis=1)])])
    return nodes.add("Max", [both, f64(nodes, [[0]])])


def one_hot(nodes: Nodes, positions: str, count: int) -> str:
    """A column for each position: 1 where it is the row's, else 0."""
    column = nodes.add("Reshape", [positions, nodes.constant([-1, 1], np.int64)])
    return nodes.cast(nodes.add("Equal", [column, nodes.constant([list(range(count))], np.int64)]), np.float64)


def interpolated(nodes: Nodes, column: str, x: Any, y: Any) -> str:
    """A column through the points by straight lines, flat beyond the first and the last."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    widths = np.diff(x)
    if not len(widths):
        return nodes.add("Add", [nodes.add("Mul", [column, f64(nodes, [[0]])]), f64(nodes, [[y[0]]])])
    beyond = nodes.add("Sub", [column, f64(nodes, [x[:-1]])])
    within = nodes.add("Min", [nodes.add("Max", [beyond, f64(nodes, [[0]])]), f64(nodes, [widths])])
    return affine(nodes, within, (np.diff(y) / widths)[:, np.newaxis], y[0])


def constant_rows(nodes: Nodes, rows: str, values: Any, dtype: Any) -> str:
    """The same values for every row."""
    value = nodes.constant(np.atleast_2d(values), dtype)
    first = columns(nodes, rows, [0])
    return nodes.add("Where", [nodes.add("IsNaN", [first]), value, value])
