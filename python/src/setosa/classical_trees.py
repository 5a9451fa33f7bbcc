"""scikit-learn's classical trees as the attributes of one TreeEnsembleClassifier or TreeEnsembleRegressor.

They compare a float32 feature with a float64 threshold: `x <= t` of a float32 x is `x <= t'` with the largest
float32 t' that is not above t, so the graph's float32 thresholds take every row the same way. A missing value
goes where the tree learned to send it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Trees:
    """Collects trees; `prefix` names the leaves' attributes, `class` or `target`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._nodes: dict[str, list[Array]] = {name: [] for name in _NODES}
        self._leaves: dict[str, list[Array]] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
        self._count = 0

    def add(self, tree: Any, values: Array, ids: Array, features: Array | None = None) -> None:
        """Adds a fitted `tree_`: `values` `[nodes, len(ids)]` are added to these classes or targets at its leaves.

        `features` are the columns that the tree was fitted on, where these are not all.
        """
        left, right = np.asarray(tree.children_left), np.asarray(tree.children_right)
        is_leaf = left < 0
        feature = np.where(is_leaf, 0, np.asarray(tree.feature))
        missing = getattr(tree, "missing_go_to_left", None)
        count = len(left)
        columns = {
            "treeids": np.full(count, self._count),
            "nodeids": np.arange(count),
            "featureids": feature if features is None else np.where(is_leaf, 0, np.asarray(features)[feature]),
            "modes": np.where(is_leaf, "LEAF", "BRANCH_LEQ"),
            "values": np.where(is_leaf, np.float32(0), float32_below(np.asarray(tree.threshold))),
            "truenodeids": np.where(is_leaf, 0, left),
            "falsenodeids": np.where(is_leaf, 0, right),
            "missing_value_tracks_true": np.zeros(count) if missing is None else np.where(is_leaf, 0, np.asarray(missing)),
            # The weight of the training rows that came to each node: explanations are made of it.
            "hitrates": np.asarray(tree.weighted_n_node_samples),
        }
        for name, column in columns.items():
            self._nodes[name].append(column)
        (leaves,) = np.nonzero(is_leaf)
        self._leaves["treeids"].append(np.full(len(leaves) * len(ids), self._count))
        self._leaves["nodeids"].append(np.repeat(leaves, len(ids)))
        self._leaves["ids"].append(np.tile(ids, len(leaves)))
        self._leaves["weights"].append(values[leaves].ravel())
        self._count += 1

    def attributes(self) -> dict[str, Any]:
        """The attributes of the nodes and the leaves."""
        nodes = {f"nodes_{name}": _plain(name, columns) for name, columns in self._nodes.items()}
        return nodes | {f"{self._prefix}_{name}": _plain(name, columns) for name, columns in self._leaves.items()}


_NODES = ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids", "missing_value_tracks_true", "hitrates")


def _plain(name: str, columns: list[Array]) -> Any:
    column = np.concatenate(columns)
    if name == "modes":
        return column.tolist()
    return column.astype(np.float32).tolist() if name in ("values", "weights", "hitrates") else column.astype(np.int64).tolist()


def float32_below(numbers: Array) -> Array:
    """For each the largest float32 that is not above it."""
    with np.errstate(over="ignore"):
        nearest = numbers.astype(np.float32)
    below = np.nextafter(nearest, np.float32(-np.inf), dtype=np.float32)
    return np.where(nearest > numbers, below, nearest)


def fitted_trees(model: Any) -> Iterator[tuple[Any, Array | None]]:
    """The fitted `tree_` of an estimator or of each of an ensemble's, with the features that it was fitted on."""
    estimators = getattr(model, "estimators_", [model])
    columns = getattr(model, "estimators_features_", None)
    every = np.arange(model.n_features_in_)
    for i, estimator in enumerate(estimators):
        own = None if columns is None else np.asarray(columns[i])
        yield estimator, None if own is None or np.array_equal(own, every) else own
