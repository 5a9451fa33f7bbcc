"""KNNImputer row by row.

skl2onnx picks out the rows with missing values and counts them, which no graph of rows can do. Here every value that is
missing becomes the mean of the nearest trained rows that have it, whatever the other rows are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.impute import KNNImputer

from ..boosters.nodes import Nodes, register_transformer
from ..errors import SaveError
from .numbers import columns, f64, row_sums


def register() -> None:
    """Makes skl2onnx use this converter."""
    register_transformer(KNNImputer, _convert)


def _convert(model: Any, nodes: Nodes) -> None:
    if model.metric != "nan_euclidean" or model.weights not in ("uniform", "distance"):
        raise SaveError("KNNImputer is covered with metric='nan_euclidean' and weights='uniform' or 'distance'.")
    rows = nodes.matrix(np.float64)
    gone = model.missing_values
    is_missing = nodes.add("IsNaN", [rows]) if np.isnan(gone) else nodes.add("Equal", [rows, f64(nodes, [[float(gone)]])])
    trained, absent = np.asarray(model._fit_X, np.float64), np.asarray(model._mask_fit_X, bool)
    apart = _distances(nodes, rows, is_missing, np.where(absent, 0.0, trained), absent)
    found = []
    for column, is_valid in enumerate(model._valid_mask):
        if is_valid:
            own = columns(nodes, rows, [column])
            own_missing = columns(nodes, is_missing, [column])
            donors = np.flatnonzero(~absent[:, column])
            imputed = _mean_of_nearest(model, nodes, columns(nodes, apart, donors.tolist()), trained[donors, column])
            found.append(nodes.add("Where", [own_missing, imputed, own]))
        elif model.keep_empty_features:
            found.append(nodes.add("Mul", [nodes.cast(columns(nodes, is_missing, [column]), np.float64), f64(nodes, [[0.0]])]))
    if model.add_indicator:
        marked = columns(nodes, is_missing, model.indicator_.features_.tolist())
        found.append(nodes.cast(marked, np.float64))
    nodes.add("Concat", found, nodes.outputs[0], axis=1)


def _distances(nodes: Nodes, rows: str, is_missing: str, trained: Any, absent: Any) -> str:
    """Squared, over the columns that both rows have, scaled to all columns; infinite where they have none in common.

    In scikit-learn's order, so that rows that are nearly as far stay in it.
    """
    known = nodes.add("Where", [is_missing, f64(nodes, [[0.0]]), rows])
    gone = nodes.cast(is_missing, np.float64)
    squares = nodes.add("Mul", [known, known])
    products = nodes.add("Mul", [nodes.add("MatMul", [known, f64(nodes, trained.T)]), f64(nodes, [[-2.0]])])
    own_squares = np.square(trained)
    sums = nodes.add("Add", [nodes.add("Add", [products, row_sums(nodes, squares)]), f64(nodes, [own_squares.sum(axis=1)])])
    sums = nodes.add("Max", [sums, f64(nodes, [[0.0]])])
    sums = nodes.add("Sub", [sums, nodes.add("MatMul", [squares, f64(nodes, absent.T)])])
    sums = nodes.add("Sub", [sums, nodes.add("MatMul", [gone, f64(nodes, own_squares.T)])])
    sums = nodes.add("Max", [sums, f64(nodes, [[0.0]])])
    present = nodes.add("Sub", [f64(nodes, [[1.0]]), gone])
    common = nodes.add("MatMul", [present, f64(nodes, (~absent).T)])
    mean = nodes.add("Div", [sums, nodes.add("Max", [common, f64(nodes, [[1.0]])])])
    scaled = nodes.add("Mul", [mean, f64(nodes, [[float(trained.shape[1])]])])
    return nodes.add("Where", [nodes.add("Equal", [common, f64(nodes, [[0.0]])]), f64(nodes, [[np.inf]]), scaled])


def _mean_of_nearest(model: Any, nodes: Nodes, apart: str, values: Any) -> str:
    """The mean of the nearest values by their weights; of all where no row has a column in common."""
    count = min(model.n_neighbors, len(values))
    names = [nodes.name("nearest"), nodes.name("positions")]
    nodes.add_several("TopK", [apart, nodes.constant([count], np.int64)], names, axis=1, largest=0, sorted=1)
    nearest, positions = names
    is_far = nodes.add("Equal", [nearest, f64(nodes, [[np.inf]])])
    if model.weights == "distance":
        root = nodes.add("Sqrt", [nearest])
        is_same = nodes.cast(nodes.add("Equal", [nearest, f64(nodes, [[0.0]])]), np.float64)
        any_same = nodes.add("Greater", [row_sums(nodes, is_same), f64(nodes, [[0.0]])])
        weights = nodes.add("Where", [any_same, is_same, nodes.add("Div", [f64(nodes, [[1.0]]), root])])
    else:
        weights = nodes.add("Sub", [f64(nodes, [[1.0]]), nodes.cast(is_far, np.float64)])
    chosen = nodes.add("Gather", [f64(nodes, values), positions])
    mean = nodes.add("Div", [row_sums(nodes, nodes.add("Mul", [chosen, weights])), row_sums(nodes, weights)])
    # Sorted: where the nearest is none, all are.
    nothing = columns(nodes, is_far, [0])
    return nodes.add("Where", [nothing, f64(nodes, [[float(np.mean(values))]]), mean])
