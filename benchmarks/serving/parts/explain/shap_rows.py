"""Trains the benchmark's forest, saves it, and times shap on single rows as it is asked to.

shap_rows.py FOLDER, then lines of JSON {"model": name, "rows": count}; each is answered with the microseconds of processor time of a row.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import shap
from sklearn.datasets import load_iris, make_regression
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

import setosa


def main(folder: Path) -> None:
    """Answers until there is no question more."""
    x, y = load_iris(return_X_y=True)
    iris = RandomForestClassifier(n_estimators=100, random_state=0).fit(x, y)
    wide, target = make_regression(n_samples=4000, n_features=20, n_informative=12, random_state=0)
    wide = wide.astype(np.float32)
    large = RandomForestRegressor(500, max_depth=8, max_features=0.4, random_state=0).fit(wide, target)
    explainers = {}
    for name, model, rows in (("iris-forest", iris, x), ("forest-500x8", large, wide)):
        setosa.save(model, folder / f"{name}.onnx", rows[:150])
        (folder / f"{name}.rows.json").write_text(json.dumps(rows[:50].tolist()))
        explainers[name] = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent"), [rows[i : i + 1] for i in range(50)]
    print(json.dumps({"leaves": sum(int(tree.tree_.n_leaves) for tree in large.estimators_)}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        explainer, rows = explainers[asked["model"]]
        started = time.process_time()
        for index in range(asked["rows"]):
            explainer.shap_values(rows[index % len(rows)], check_additivity=False)
        print(json.dumps((time.process_time() - started) * 1e6 / asked["rows"]), flush=True)


main(Path(sys.argv[1]))
