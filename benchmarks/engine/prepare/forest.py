"""Trees of any trainer as plain arrays, and what is written from them: C code of nested ifs, and ONNX."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper


@dataclass(frozen=True)
class Tree:
    """Nodes by number, the root first; a leaf has no left child (-1)."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    #: Whether a missing value goes left.
    missing_left: NDArray[np.bool_]
    value: NDArray[np.float64]


@dataclass(frozen=True)
class Forest:
    """Adds up its trees' leaves and the base."""

    trees: list[Tree]
    features: int
    base: float
    #: "<=" or "<": what goes left.
    comparison: str
    #: Type of the thresholds and of the values that they are compared with.
    dtype: str

    @property
    def nodes(self) -> int:
        """Of all trees, leaves included."""
        return sum(len(tree.left) for tree in self.trees)

    def mean_steps(self, rows: NDArray[np.float32]) -> float:
        """Comparisons that one row takes on average, over all trees."""
        total = 0
        for tree in self.trees:
            at = np.zeros(len(rows), dtype=np.int64)
            while True:
                inner = tree.left[at] >= 0
                if not inner.any():
                    break
                total += int(inner.sum())
                x = rows[np.arange(len(rows)), tree.feature[at]].astype(np.float64)
                goes_left = x <= tree.threshold[at] if self.comparison == "<=" else x < tree.threshold[at]
                goes_left |= np.isnan(x) & tree.missing_left[at]
                at = np.where(inner, np.where(goes_left, tree.left[at], tree.right[at]), at)
        return total / len(rows)


def from_lightgbm(text: str) -> Forest:
    """Reads LightGBM's text format (numeric splits only)."""
    head, *parts = text.split("\nTree=")
    features = int(next(line for line in head.splitlines() if line.startswith("max_feature_idx=")).split("=")[1]) + 1
    trees = []
    for part in parts:
        fields = dict(line.split("=", 1) for line in part.split("\n\n\n")[0].splitlines()[1:] if "=" in line)
        leaves = np.array(fields["leaf_value"].split(), dtype=np.float64)
        inner = len(leaves) - 1
        numbers = {
            name: np.array(fields.get(name, "").split(), dtype=np.float64) for name in ("split_feature", "threshold", "decision_type")
        }
        child = {name: np.array(fields.get(name, "").split(), dtype=np.int64) for name in ("left_child", "right_child")}
        # Leaves, which the format numbers ~0, ~1, …, follow the inner nodes.
        left, right = (np.where(at < 0, inner + ~at, at) for at in child.values())
        decision = numbers["decision_type"].astype(np.int64)
        if (decision & 1).any() or ((decision >> 2) & 3 == 1).any():
            raise ValueError("categorical splits and zeros as missing values are not read")
        is_nan = (decision >> 2) & 3 == 2
        padding = np.full(len(leaves), -1, dtype=np.int64)
        trees.append(
            Tree(
                feature=np.concatenate([numbers["split_feature"].astype(np.int64), np.zeros(len(leaves), dtype=np.int64)]),
                threshold=np.concatenate([numbers["threshold"], np.zeros(len(leaves))]),
                left=np.concatenate([left, padding]),
                right=np.concatenate([right, padding]),
                # Where no missing values were seen, NaN counts as zero.
                missing_left=np.concatenate(
                    [np.where(is_nan, decision & 2 != 0, numbers["threshold"] >= 0), np.zeros(len(leaves), dtype=bool)]
                ),
                value=np.concatenate([np.zeros(inner), leaves]),
            )
        )
    return Forest(trees, features, 0.0, "<=", "double")


def from_xgboost(path: Path) -> Forest:
    """Reads XGBoost's JSON (numeric splits, one target, no link function)."""
    learner = json.loads(path.read_text())["learner"]
    base = float(learner["learner_model_param"]["base_score"].strip("[]"))
    trees = []
    for tree in learner["gradient_booster"]["model"]["trees"]:
        left = np.array(tree["left_children"], dtype=np.int64)
        condition = np.array(tree["split_conditions"], dtype=np.float32).astype(np.float64)
        is_leaf = left < 0
        trees.append(
            Tree(
                feature=np.where(is_leaf, 0, np.array(tree["split_indices"], dtype=np.int64)),
                threshold=np.where(is_leaf, 0, condition),
                left=left,
                right=np.array(tree["right_children"], dtype=np.int64),
                missing_left=np.array(tree["default_left"], dtype=bool),
                value=np.where(is_leaf, condition, 0),
            )
        )
    return Forest(trees, int(learner["learner_model_param"]["num_feature"]), base, "<", "float")


def from_random_forest(model: Any) -> Forest:
    """Of scikit-learn's classifier of two classes: the probability of the second."""
    trees = []
    for estimator in model.estimators_:
        tree = estimator.tree_
        values = tree.value[:, 0, :]
        trees.append(
            Tree(
                feature=np.maximum(tree.feature, 0).astype(np.int64),
                threshold=tree.threshold.astype(np.float64),
                left=tree.children_left.astype(np.int64),
                right=tree.children_right.astype(np.int64),
                missing_left=tree.missing_go_to_left.astype(bool),
                value=np.where(tree.children_left < 0, values[:, 1] / values.sum(axis=1) / len(model.estimators_), 0),
            )
        )
    return Forest(trees, model.n_features_in_, 0.0, "<=", "float")


def round_down(threshold: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest float32 that is not above: `x <= threshold` is the same for every float32 x."""
    nearest = threshold.astype(np.float32)
    return np.where(nearest > threshold, np.nextafter(nearest, np.float32(-np.inf), dtype=np.float32), nearest)


def c_sources(forest: Forest, missing: bool, nodes_per_file: int) -> list[str]:
    """A function per tree, in files of about so many nodes, and a function `score` in the last one."""
    files: list[str] = []
    lines: list[str] = []
    count = 0
    for number, tree in enumerate(forest.trees):
        lines.append(f"double tree{number}(const {forest.dtype} *row) {{ {_c_tree(forest, tree, missing)} }}")
        count += len(tree.left)
        if count >= nodes_per_file:
            files.append("\n".join(lines) + "\n")
            lines, count = [], 0
    if lines:
        files.append("\n".join(lines) + "\n")
    numbers = range(len(forest.trees))
    declarations = "\n".join(f"double tree{number}(const {forest.dtype} *row);" for number in numbers)
    calls = "\n".join(f"  sum += tree{number}(row);" for number in numbers)
    total = f"double score(const {forest.dtype} *row) {{\n  double sum = {forest.base!r};\n{calls}\n  return sum;\n}}\n"
    if len(files) == 1:
        # One file: the compiler may inline the trees.
        return [files[0].replace("double tree", "static double tree") + total]
    return [*files, f"{declarations}\n{total}"]


def _c_tree(forest: Forest, tree: Tree, missing: bool) -> str:
    single = forest.dtype == "float"
    thresholds = round_down(tree.threshold) if single and forest.comparison == "<=" else tree.threshold
    opposite = {"<=": ">", "<": ">="}[forest.comparison]

    def code(node: int) -> str:
        if tree.left[node] < 0:
            return f"return {float(tree.value[node])!r};"
        number = float(thresholds[node])
        # LightGBM splits off missing values with an infinite threshold.
        threshold = f"{number!r}{'f' if single else ''}" if np.isfinite(number) else "__builtin_inf()"
        value = f"row[{tree.feature[node]}]"
        if missing and tree.missing_left[node]:
            goes_left = f"!({value} {opposite} {threshold})"
        else:
            goes_left = f"{value} {forest.comparison} {threshold}"
        return f"if ({goes_left}) {{ {code(int(tree.left[node]))} }} else {{ {code(int(tree.right[node]))} }}"

    return code(0)


def to_onnx(forest: Forest, missing: bool) -> onnx.ModelProto:
    """A TreeEnsembleRegressor as onnxmltools writes it, but with thresholds rounded down to float32, never up."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("treeids", "nodeids", "featureids", "truenodeids", "falsenodeids", "missing_value_tracks_true")
    }
    modes: list[str] = []
    values: list[float] = []
    targets: dict[str, list[Any]] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    branch = {"<=": "BRANCH_LEQ", "<": "BRANCH_LT"}[forest.comparison]
    for number, tree in enumerate(forest.trees):
        count = len(tree.left)
        leaf = tree.left < 0
        columns["treeids"] += [number] * count
        columns["nodeids"] += range(count)
        columns["featureids"] += tree.feature.tolist()
        columns["truenodeids"] += np.where(leaf, 0, tree.left).tolist()
        columns["falsenodeids"] += np.where(leaf, 0, tree.right).tolist()
        columns["missing_value_tracks_true"] += (tree.missing_left & ~leaf & missing).astype(int).tolist()
        modes += ["LEAF" if is_leaf else branch for is_leaf in leaf]
        threshold = round_down(tree.threshold) if forest.comparison == "<=" else tree.threshold.astype(np.float32)
        values += np.where(leaf, 0, threshold).tolist()
        leaves = np.flatnonzero(leaf)
        targets["treeids"] += [number] * len(leaves)
        targets["nodeids"] += leaves.tolist()
        targets["ids"] += [0] * len(leaves)
        targets["weights"] += tree.value[leaves].tolist()
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["X"],
        ["value"],
        domain="ai.onnx.ml",
        n_targets=1,
        base_values=[forest.base],
        nodes_modes=modes,
        nodes_values=values,
        **{f"nodes_{name}": column for name, column in columns.items()},
        **{f"target_{name}": column for name, column in targets.items()},
    )
    graph = helper.make_graph(
        [node],
        "forest",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, forest.features])],
        [helper.make_tensor_value_info("value", TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid("ai.onnx.ml", 3), helper.make_opsetid("", 18)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)
