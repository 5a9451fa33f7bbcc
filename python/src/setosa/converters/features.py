"""Transformers of single columns: splines, bins, powers, curves, marks of what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.interpolate import BSpline, PPoly
from sklearn.ensemble import RandomTreesEmbedding
from sklearn.feature_selection import SequentialFeatureSelector
from sklearn.impute import MissingIndicator
from sklearn.isotonic import IsotonicRegression
from sklearn.preprocessing import KBinsDiscretizer, PowerTransformer, QuantileTransformer, SplineTransformer

from ..boosters.nodes import Nodes, register_regressor, register_transformer
from ..classical_tree_models import tree_sums
from ..classical_trees import Trees, fitted_trees
from ..errors import SaveError
from .numbers import columns, f64, interpolated


def register() -> None:
    """Makes skl2onnx use these converters."""
    register_regressor(IsotonicRegression, np.float64, _isotonic)
    register_transformer(KBinsDiscretizer, _bins)
    register_transformer(MissingIndicator, _missing)
    register_transformer(PowerTransformer, _power)
    register_transformer(SplineTransformer, _splines)
    register_transformer(QuantileTransformer, _quantiles)
    register_transformer(SequentialFeatureSelector, _selected)
    register_transformer(RandomTreesEmbedding, _leaves)


def _isotonic(model: Any, nodes: Nodes) -> None:
    column = nodes.matrix(np.float64)
    x, y = model.X_thresholds_, model.y_thresholds_
    value = interpolated(nodes, column, x, y)
    if model.out_of_bounds == "nan":
        outside = nodes.add(
            "Or", [nodes.add("Less", [column, f64(nodes, [[x[0]]])]), nodes.add("Greater", [column, f64(nodes, [[x[-1]]])])]
        )
        value = nodes.add("Where", [outside, f64(nodes, [[np.nan]]), value])
    nodes.add("Identity", [value], nodes.outputs[0])


def _bins(model: Any, nodes: Nodes) -> None:
    rows = nodes.matrix(np.float64)
    found = []
    for feature, edges in enumerate(model.bin_edges_):
        inner = np.asarray(edges[1:-1], dtype=np.float64)
        column = columns(nodes, rows, [feature])
        if model.encode == "ordinal":
            found.append(_count_of(nodes, column, inner))
            continue
        # Reaches its own edge, and not the next one.
        reached = _reached(nodes, column, np.concatenate([[-np.inf], inner]))
        steps = np.eye(len(inner) + 1) - np.eye(len(inner) + 1, k=-1)
        found.append(nodes.add("MatMul", [reached, f64(nodes, steps)]))
    nodes.add("Concat", found, nodes.outputs[0], axis=1)


def _reached(nodes: Nodes, column: str, edges: Any) -> str:
    return nodes.cast(nodes.add("GreaterOrEqual", [column, f64(nodes, [edges])]), np.float64)


def _count_of(nodes: Nodes, column: str, edges: Any) -> str:
    if not len(edges):
        return nodes.add("Mul", [column, f64(nodes, [[0]])])
    return nodes.add("MatMul", [_reached(nodes, column, edges), f64(nodes, np.ones((len(edges), 1)))])


def _missing(model: Any, nodes: Nodes) -> None:
    chosen = columns(nodes, nodes.matrix(np.float64), model.features_)
    gone = model.missing_values
    is_gone = nodes.add("IsNaN", [chosen]) if np.isnan(gone) else nodes.add("Equal", [chosen, f64(nodes, [[gone]])])
    nodes.add("Cast", [is_gone], nodes.outputs[0], to=11)


def _power(model: Any, nodes: Nodes) -> None:
    rows = nodes.matrix(np.float64)
    powers = np.asarray(model.lambdas_, dtype=np.float64)
    if model.method == "box-cox":
        changed = _raised(nodes, rows, powers)
    else:
        # Yeo-Johnson: as Box-Cox of x + 1 above zero, and of 1 - x with 2 - lambda below.
        zero, one = f64(nodes, [[0]]), f64(nodes, [[1]])
        above = _raised(nodes, nodes.add("Add", [nodes.add("Max", [rows, zero]), one]), powers)
        below = _raised(nodes, nodes.add("Sub", [one, nodes.add("Min", [rows, zero])]), 2 - powers)
        changed = nodes.add("Where", [nodes.add("GreaterOrEqual", [rows, zero]), above, nodes.add("Neg", [below])])
    if model.standardize:
        scaler = model._scaler
        changed = nodes.add("Div", [nodes.add("Sub", [changed, f64(nodes, [scaler.mean_])]), f64(nodes, [scaler.scale_])])
    nodes.add("Identity", [changed], nodes.outputs[0])


def _raised(nodes: Nodes, rows: str, powers: Any) -> str:
    """`(x ** p - 1) / p`, and the logarithm where p is zero."""
    is_zero = np.abs(powers) < np.spacing(1.0)
    safe = np.where(is_zero, 1.0, powers)
    raised = nodes.add("Div", [nodes.add("Sub", [nodes.add("Pow", [rows, f64(nodes, [safe])]), f64(nodes, [[1]])]), f64(nodes, [safe])])
    if not is_zero.any():
        return raised
    return nodes.add("Where", [nodes.constant([is_zero], np.bool_), nodes.add("Log", [rows]), raised])


def _splines(model: Any, nodes: Nodes) -> None:
    if model.extrapolation not in ("constant", "continue", "error"):
        raise SaveError(f"SplineTransformer is covered with the extrapolations constant and continue, not {model.extrapolation}.")
    rows = nodes.matrix(np.float64)
    found = [_spline(model, spline, columns(nodes, rows, [feature]), nodes) for feature, spline in enumerate(model.bsplines_)]
    nodes.add("Concat", found, nodes.outputs[0], axis=1)


def _spline(model: Any, spline: Any, column: str, nodes: Nodes) -> str:
    """Each piece's polynomial, where the value is in the piece."""
    first, last = spline.t[model.degree], spline.t[-model.degree - 1]
    if model.extrapolation == "constant":
        column = nodes.add("Min", [nodes.add("Max", [column, f64(nodes, [[first]])]), f64(nodes, [[last]])])
    bases = [PPoly.from_spline(BSpline(spline.t, spline.c[:, i], spline.k)) for i in range(spline.c.shape[1])]
    x = bases[0].x
    inside = [i for i in range(len(x) - 1) if first <= x[i] < last and x[i] < x[i + 1]]
    starts = x[inside]
    reached = _reached(nodes, column, np.concatenate([[-np.inf], starts[1:]]))
    within = nodes.add("MatMul", [reached, f64(nodes, np.eye(len(inside)) - np.eye(len(inside), k=-1))])
    beyond = nodes.add("Sub", [column, f64(nodes, [starts])])
    power, total = within, None
    for degree in reversed(range(len(bases[0].c))):
        part = nodes.add("MatMul", [power, f64(nodes, np.column_stack([base.c[degree, inside] for base in bases]))])
        total = part if total is None else nodes.add("Add", [total, part])
        power = nodes.add("Mul", [power, beyond])
    return columns(nodes, str(total), list(range(len(bases) - (0 if model.include_bias else 1))))


def _selected(model: Any, nodes: Nodes) -> None:
    nodes.add("Identity", [columns(nodes, nodes.matrix(np.float64), model.get_support(indices=True))], nodes.outputs[0])


def _quantiles(model: Any, nodes: Nodes) -> None:
    if model.output_distribution != "uniform":
        raise SaveError("QuantileTransformer is covered with output_distribution='uniform'.")
    rows = nodes.matrix(np.float64)
    found = [_curve(columns(nodes, rows, [i]), model.quantiles_[:, i], model.references_, nodes) for i in range(model.quantiles_.shape[1])]
    nodes.add("Concat", found, nodes.outputs[0], axis=1)


def _curve(column: str, x: Any, y: Any, nodes: Nodes) -> str:
    """Through the points by straight lines; where several have one place the curve jumps, and takes the middle there."""
    places, starts = np.unique(x, return_index=True)
    ends = np.append(starts[1:], len(x)) - 1
    # scikit-learn sets the ends to 0 and 1, also where several points are there.
    low, high = np.asarray(y, dtype=np.float64)[starts], np.asarray(y, dtype=np.float64)[ends]
    low[0], high[-1] = 0.0, 1.0
    jumps = high - low
    smooth = interpolated(nodes, column, places, np.concatenate([[0.0], np.cumsum(low[1:] - high[:-1])]))
    at = [i for i in range(len(places)) if jumps[i] > 0]
    if not at:
        return smooth
    inner = [i for i in at if 0 < i < len(places) - 1]
    total = smooth
    for chosen, operators in (
        (inner, ("GreaterOrEqual", "Greater")),
        ([i for i in at if i == 0], ("Greater",)),
        ([i for i in at if 0 < i == len(places) - 1], ("GreaterOrEqual",)),
    ):
        for operator in operators if chosen else ():
            beyond = nodes.cast(nodes.add(operator, [column, f64(nodes, [places[chosen]])]), np.float64)
            part = nodes.add("MatMul", [beyond, f64(nodes, jumps[chosen][:, np.newaxis] / len(operators))])
            total = nodes.add("Add", [total, part])
    return total


def _leaves(model: Any, nodes: Nodes) -> None:
    """One ensemble of as many targets as there are leaves: each leaf counts for its own."""
    trees = Trees("target")
    start = 0
    kept = [np.asarray(known) for known in model.one_hot_encoder_.categories_]
    for (estimator, features), leaves in zip(fitted_trees(model), kept, strict=True):
        tree = estimator.tree_
        values = np.zeros((tree.node_count, len(leaves)))
        values[leaves.astype(int), np.arange(len(leaves))] = 1.0
        trees.add(tree, values, np.arange(start, start + len(leaves)), features)
        start += len(leaves)
    nodes.add("Cast", [tree_sums(nodes, trees, start)], nodes.outputs[0], to=11)
