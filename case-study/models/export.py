"""Writes the trained iris models for the servers that the case study compares, as their own ecosystems take them.

python case-study/models/export.py [--json DIR] [--joblib DIR]

JSON holds the weights or the trees, for Go; joblib files are what a Python server loads. The models are those of
iris.py and iris_forest.py, trained again: with the pinned requirements they are the ones in models/*.onnx.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path

import joblib
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from example import Example

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["iris", "iris-forest"]


def describe(name: str, example: Example) -> dict[str, object]:
    """What a server has to know: features and classes by name, and the model's numbers."""
    model = example.model
    head: dict[str, object] = {"name": name, "version": "1", "features": list(example.X.columns), "classes": example.class_names}
    if isinstance(model, LogisticRegression):
        return head | {"kind": "softmax", "coefficients": model.coef_.tolist(), "intercepts": model.intercept_.tolist()}
    if isinstance(model, RandomForestClassifier):
        return head | {"kind": "forest", "trees": [tree(estimator.tree_) for estimator in model.estimators_]}
    raise TypeError(f"{name} is a {type(model).__name__}, for which there is no form")


def tree(fitted: object) -> dict[str, object]:
    """One tree by node: go left where float32(x[feature]) <= threshold; feature -1 is a leaf, value its class shares."""
    return {
        "feature": [max(int(feature), -1) for feature in fitted.feature],
        "threshold": fitted.threshold.tolist(),
        "left": fitted.children_left.tolist(),
        "right": fitted.children_right.tolist(),
        "value": fitted.value[:, 0, :].tolist(),
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=ROOT / "case-study" / "go" / "models")
    parser.add_argument("--joblib", type=Path, default=ROOT / "case-study" / "python" / "models")
    arguments = parser.parse_args()
    for folder in (arguments.json, arguments.joblib):
        folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        example = importlib.import_module(name.replace("-", "_")).train()
        text = json.dumps(describe(name, example), separators=(",", ":"))
        (arguments.json / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        joblib.dump({"model": example.model, "classes": example.class_names}, arguments.joblib / f"{name}.joblib")


if __name__ == "__main__":
    main()
