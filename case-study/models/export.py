"""Writes the trained iris models for the servers that the case study compares, as their own ecosystems take them.

python case-study/models/export.py [--json DIR] [--joblib DIR]

JSON holds the weights or the trees, for Go; joblib files are what a Python server loads. The models are those of
iris.py and iris_forest.py, trained again: with the pinned requirements they are the ones in models/*.onnx, but for the last
digits of a regression's weights: where its optimizer stops depends on the processor. These are taken from the committed
JSON (--afresh leaves them as trained), so that every server has the same model.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from example import Example

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "case-study" / "go" / "models"
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


def keep_committed_weights(name: str, example: Example) -> None:
    """Gives a regression the committed weights, which have to be those that it was trained to but for their last digits."""
    file = COMMITTED / f"{name}.json"
    if not isinstance(example.model, LogisticRegression) or not file.exists():
        return
    committed = json.loads(file.read_text(encoding="utf-8"))
    for own, numbers in (("coef_", committed["coefficients"]), ("intercept_", committed["intercepts"])):
        np.testing.assert_allclose(getattr(example.model, own), numbers, rtol=1e-2, atol=1e-2)
        setattr(example.model, own, np.array(numbers))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=COMMITTED)
    parser.add_argument("--joblib", type=Path, default=ROOT / "case-study" / "python" / "models")
    parser.add_argument("--afresh", action="store_true", help="leave a regression's weights as they are trained here")
    arguments = parser.parse_args()
    for folder in (arguments.json, arguments.joblib):
        folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        example = importlib.import_module(name.replace("-", "_")).train()
        if not arguments.afresh:
            keep_committed_weights(name, example)
        text = json.dumps(describe(name, example), separators=(",", ":"))
        (arguments.json / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        joblib.dump({"model": example.model, "classes": example.class_names}, arguments.joblib / f"{name}.joblib")


if __name__ == "__main__":
    main()
