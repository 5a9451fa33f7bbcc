"""Trains the benchmark's models, each with fixed seeds, and gives what the trainer answers for the rows to be measured."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from forest import Forest, from_lightgbm, from_random_forest, from_xgboost, to_onnx

ROOT = Path(__file__).resolve().parents[3]
TRAINING_ROWS = 20_000

Spec = dict[str, Any]


@dataclass
class Trained:
    """One model; its files are in the folder already."""

    #: What Setosa and the native predictors read.
    file: str
    expected: NDArray[np.float64]
    onnx: onnx.ModelProto | None = None
    rows: NDArray[np.float32] | None = None
    #: By name, where they are not all numbers.
    objects: list[dict[str, Any]] | None = None
    forest: Forest | None = None
    #: Why a contender is absent, by its name.
    absent: dict[str, str] = field(default_factory=dict)


def train(spec: Spec, folder: Path) -> Trained:
    """Trains what the specification says and writes the model's files to the folder."""
    return {"lightgbm": _lightgbm, "xgboost": _xgboost, "forest": _random_forest, "example": _example}.get(spec["kind"], _estimator)(
        spec, folder
    )


def _numbers(seed: int, rows: int, features: int, missing: bool) -> NDArray[np.float32]:
    """Normal numbers that float32 holds, so that no contender's rows are rounded; 5 % missing in every third column."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, features)).astype(np.float32)
    if missing:
        x[:, ::3][random.random((rows, len(range(0, features, 3)))) < 0.05] = np.nan
    return x


def _signal(x: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    """A function of the first columns, and noise."""
    known = np.nan_to_num(x.astype(np.float64), nan=0.5)
    return known[:, 0] * known[:, 1] + np.sin(3 * known[:, 2]) + np.abs(known[:, 3]) + np.random.default_rng(seed).normal(size=len(x))


def _lightgbm(spec: Spec, folder: Path) -> Trained:
    import lightgbm

    x = _numbers(1, TRAINING_ROWS, spec["features"], spec["missing"])
    parameters = {
        "objective": "regression",
        "num_leaves": 2 ** spec["depth"],
        "max_depth": spec["depth"],
        "min_data_in_leaf": 5,
        "learning_rate": 0.05,
        "num_threads": 1,
        "deterministic": True,
        "seed": 1,
        "verbosity": -1,
    }
    booster = lightgbm.train(parameters, lightgbm.Dataset(x, _signal(x, 2)), num_boost_round=spec["trees"])
    booster.save_model(folder / "model.txt")
    rows = _numbers(3, spec["rows"], spec["features"], spec["missing"])
    forest = from_lightgbm((folder / "model.txt").read_text())
    expected = booster.predict(rows.astype(np.float64), num_threads=1).reshape(-1, 1)
    return Trained("model.txt", expected, to_onnx(forest, spec["missing"]), rows, forest=forest)


def _xgboost(spec: Spec, folder: Path) -> Trained:
    import xgboost

    x = _numbers(1, TRAINING_ROWS, spec["features"], spec["missing"])
    parameters = {"objective": "reg:squarederror", "max_depth": spec["depth"], "eta": 0.05, "tree_method": "hist", "nthread": 1, "seed": 1}
    booster = xgboost.train(parameters, xgboost.DMatrix(x, _signal(x, 2)), num_boost_round=spec["trees"])
    booster.save_model(folder / "model.ubj")
    booster.save_model(folder / "model.json")
    rows = _numbers(3, spec["rows"], spec["features"], spec["missing"])
    forest = from_xgboost(folder / "model.json")
    expected = booster.inplace_predict(rows).astype(np.float64).reshape(-1, 1)
    absent = {
        "lleaves": "it reads LightGBM's models only",
        "leaves": "it does not read the formats that XGBoost 3 writes",
        "lightgbm": "another trainer's model",
    }
    return Trained("model.ubj", expected, to_onnx(forest, spec["missing"]), rows, forest=forest, absent=absent)


def _random_forest(spec: Spec, folder: Path) -> Trained:
    from sklearn.ensemble import RandomForestClassifier

    x = _numbers(1, spec["training"], spec["features"], False)
    y = _signal(x, 2) > 0.5
    model = RandomForestClassifier(n_estimators=spec["trees"], max_depth=spec["depth"], random_state=1).fit(x, y.astype(int))
    rows = _numbers(3, spec["rows"], spec["features"], False)
    # treelite reads the fitted estimator itself.
    import pickle

    (folder / "model.pickle").write_bytes(pickle.dumps(model))
    absent = {
        "lleaves": "it reads LightGBM's models only",
        "leaves": "it reads scikit-learn's pickles of old versions only",
    }
    return Trained("model.onnx", model.predict_proba(rows), _convert(model, rows), rows, forest=from_random_forest(model), absent=absent)


def _estimator(spec: Spec, folder: Path) -> Trained:
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier

    kind, features = spec["kind"], spec["features"]
    x = _numbers(1, spec["training"], features, False)
    rows = _numbers(3, spec["rows"], features, False)
    signal = _signal(x, 2)
    if kind == "logistic-regression":
        model = LogisticRegression(max_iter=200, random_state=1).fit(x, (signal > 0.5).astype(int))
        expected = model.predict_proba(rows.astype(np.float64))
    elif kind == "svc":
        model = _with_support_vectors(x, (signal > 0.5).astype(int), spec["vectors"])
        expected = model.decision_function(rows.astype(np.float64)).reshape(-1, 1)
    elif kind == "knn":
        model = KNeighborsClassifier(n_neighbors=5, algorithm="brute").fit(x, np.digitize(signal, [0.0, 1.0]))
        rows = _without_ties(model, _numbers(3, 2 * spec["rows"], features, False))[: spec["rows"]]
        expected = model.predict_proba(rows)
    elif kind == "mlp":
        model = MLPClassifier(hidden_layer_sizes=tuple(spec["hidden"]), max_iter=20, random_state=1).fit(x, (signal > 0.5).astype(int))
        expected = model.predict_proba(rows.astype(np.float64))
    else:
        raise ValueError(f"the kind {kind} is not known")
    if kind in ("knn", "mlp"):
        # Nothing in skl2onnx's graph of these says which classes there are: saved as one saves a model for Setosa.
        sys.path.insert(0, str(ROOT / "python" / "src"))
        import setosa

        setosa.save(model, folder / "model.onnx", x[:500])
        return Trained("model.onnx", expected, None, rows)
    return Trained("model.onnx", expected, _convert(model, rows), rows)


def _with_support_vectors(x: NDArray[np.float32], y: NDArray[np.int64], vectors: int) -> Any:
    """A support vector machine, trained on as many rows as give it so many support vectors."""
    from sklearn.svm import SVC

    def fitted(rows: int, c: float = 1.0) -> Any:
        return SVC(C=c).fit(x[:rows], y[:rows])

    low, high = vectors, len(x)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fitted(middle).n_support_.sum() < vectors else (low, middle)
    # The count does not grow evenly, and may skip a number.
    for c in np.linspace(1.0, 0.9, 11):
        for rows in range(max(vectors, low - 15), low + 15):
            model = fitted(rows, float(c))
            if model.n_support_.sum() == vectors:
                return model
    raise ValueError(f"no number of rows gives {vectors} support vectors")


def _convert(model: Any, rows: NDArray[np.float32]) -> onnx.ModelProto:
    from skl2onnx import to_onnx as convert
    from sklearn.svm import SVC

    options = {"zipmap": False} | ({"raw_scores": True} if isinstance(model, SVC) else {})
    return convert(model, rows[:1], options={id(model): options}, target_opset={"": 18, "ai.onnx.ml": 3})


def _without_ties(model: Any, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows whose nearest neighbours are the same in float32 as in float64."""
    near, _ = model.kneighbors(rows, n_neighbors=6)
    return rows[(near[:, 5] - near[:, 4]) > 1e-4 * near[:, 5]]


def _example(spec: Spec, folder: Path) -> Trained:
    """An example model, trained anew by its script: linear algebra of another machine gives other last digits."""
    sys.path[:0] = [str(ROOT / "case-study" / "models"), str(ROOT / "python" / "src")]
    import pandas as pd

    import setosa
    from setosa.framework import read_model
    from setosa.table import read_table

    name = spec["example"]
    module = importlib.import_module(name.replace("-", "_"))
    example = module.train()
    setosa.save(example.model, folder / "model.onnx", example.X, class_names=example.class_names, name=name, version="1")
    model = read_model(example.model, example.class_names)
    if name == "loans":
        tables = [module.table(np.random.default_rng(1000 + seed)) for seed in range(spec["rows"] // module.ROWS)]
        frame = pd.concat(tables, ignore_index=True)
        answers = model.answer(read_table(frame, None)).scores
        assert answers is not None
        objects = json.loads(frame.to_json(orient="records", double_precision=15))
        return Trained("model.onnx", answers, None, objects=objects)
    x = np.asarray(example.X, dtype=np.float64)
    random = np.random.default_rng(1)
    # Each number moved a little, so that no row repeats.
    rows = (x[random.integers(len(x), size=spec["rows"])] * random.uniform(0.95, 1.05, size=(spec["rows"], x.shape[1]))).astype(np.float32)
    frame = pd.DataFrame(rows.astype(np.float64), columns=example.X.columns) if hasattr(example.X, "columns") else rows.astype(np.float64)
    answers = model.answer(read_table(frame, None)).scores
    assert answers is not None
    return Trained("model.onnx", answers, None, rows)
