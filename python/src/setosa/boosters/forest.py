"""Trees as the attributes of an ONNX TreeEnsemble (ai.onnx.ml 5)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import numpy as np
from onnx import helper

#: How a split compares, by ONNX's numbers.
LEQ, LT, GT, MEMBER = 0, 1, 3, 6


class Forest:
    """Collects trees whose leaves are summed by target.

    A child is a number: that of a split, or -1 - that of a leaf.
    """

    def __init__(self, dtype: Any, targets: int) -> None:
        self.dtype = np.dtype(dtype)
        self.targets = targets
        self._roots: list[int] = []
        self._features: list[int] = []
        self._modes: list[int] = []
        self._thresholds: list[float] = []
        self._missing: list[int] = []
        self._members: list[float] = []
        self._true: list[int] = []
        self._false: list[int] = []
        self._leaf_targets: list[int] = []
        self._leaf_values: list[float] = []
        self._leaf_covers: list[float | None] = []

    def split(self, feature: int, mode: int, threshold: float, *, missing_is_true: bool, members: Iterable[float] = ()) -> int:
        """Adds a split, whose children are linked later. Sets of members lie in the order of their splits."""
        self._features.append(feature)
        self._modes.append(mode)
        self._thresholds.append(threshold)
        self._missing.append(int(missing_is_true))
        if mode == MEMBER:
            self._members.extend(members)
            self._members.append(np.nan)
        self._true.append(0)
        self._false.append(0)
        return len(self._features) - 1

    def leaf(self, target: int, value: float, cover: float | None = None) -> int:
        """Adds a leaf, with the weight of the training rows that came to it where that is known."""
        self._leaf_covers.append(cover)
        self._leaf_targets.append(target)
        self._leaf_values.append(value)
        return -len(self._leaf_values)

    def link(self, split: int, when_true: int, when_false: int) -> None:
        """Says where the rows go for which a split holds, and where the others."""
        self._true[split] = when_true
        self._false[split] = when_false

    def root(self, child: int) -> None:
        """Adds a tree. One that is a leaf becomes a split that leads to it either way: roots are splits."""
        if child < 0:
            split = self.split(0, LEQ, 0.0, missing_is_true=False)
            self.link(split, child, child)
            child = split
        self._roots.append(child)

    def constant(self, target: int, value: float) -> None:
        """Adds a value to a target of every row, in the sum of the trees."""
        self.root(self.leaf(target, value, 1.0))

    def covers(self) -> str | None:
        """The leaves' covers, float32 as base64; None where one is not known.

        The operator has no attribute for them: its `nodes_hitrates` are of splits.
        """
        if any(cover is None for cover in self._leaf_covers):
            return None
        return base64.b64encode(np.array(self._leaf_covers, "<f4").tobytes()).decode()

    def attributes(self) -> dict[str, Any]:
        """The node's attributes: a sum over the trees without a transformation."""
        members = {"membership_values": self._tensor(self._members)} if self._members else {}
        return {
            "n_targets": self.targets,
            "aggregate_function": 1,
            "post_transform": 0,
            "tree_roots": self._roots,
            "nodes_featureids": self._features,
            "nodes_modes": helper.make_tensor("modes", 2, [len(self._modes)], bytes(self._modes), raw=True),
            "nodes_splits": self._tensor(self._thresholds),
            "nodes_missing_value_tracks_true": self._missing,
            "nodes_truenodeids": [_number(child) for child in self._true],
            "nodes_trueleafs": [int(child < 0) for child in self._true],
            "nodes_falsenodeids": [_number(child) for child in self._false],
            "nodes_falseleafs": [int(child < 0) for child in self._false],
            "leaf_targetids": self._leaf_targets,
            "leaf_weights": self._tensor(self._leaf_values),
            **members,
        }

    def _tensor(self, values: list[float]) -> Any:
        array = np.array(values, self.dtype)
        return helper.make_tensor("values", helper.np_dtype_to_tensor_dtype(self.dtype), array.shape, array.tobytes(), raw=True)


def _number(child: int) -> int:
    return child if child >= 0 else -1 - child
