"""XGBoost, LightGBM and CatBoost: their models as ONNX graphs, alone or as a step of a scikit-learn pipeline.

The trees become a TreeEnsemble of ai.onnx.ml 5, which has categories and float64; what each library does
before and after them becomes plain ONNX operators.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from ..errors import SaveError

#: Libraries, with the names that people know.
LIBRARIES = {"xgboost": "XGBoost", "lightgbm": "LightGBM", "catboost": "CatBoost"}


def library_of(estimator: Any) -> str | None:
    """The module of the library that an estimator is from, where it is one of these."""
    module = getattr(estimator, "library", None) or type(estimator).__module__.split(".")[0]
    return module if module in LIBRARIES else None


def adapt(model: Any) -> Any:
    """A booster of a library's own interface as an estimator; any other model as it is."""
    library = library_of(model)
    return model if library is None else _models(library).adapt(model)


def labels_of(model: Any) -> int:
    """How many labels a row is given by a classifier for which labels apply or not, each by itself; 1 of any other model."""
    library = library_of(model)
    count = None if library is None else getattr(_models(library), "labels_of", None)
    return 1 if count is None else int(count(model))


def _models(library: str) -> Any:
    return importlib.import_module(f".{library}_models", __name__)


def register() -> None:
    """Makes skl2onnx convert the estimators of every library that is imported: a model of another cannot come."""
    for library in LIBRARIES:
        if library in sys.modules:
            _models(library).register()


def declare_version(proto: Any) -> None:
    """Declares the version of ai.onnx.ml that nodes need and skl2onnx does not take: 5 for a TreeEnsemble, 4 for codes in float64."""
    nodes = proto.graph.node
    needed = 0
    if any(node.op_type == "TreeEnsemble" for node in nodes):
        if any(node.op_type in ("TreeEnsembleClassifier", "TreeEnsembleRegressor") for node in nodes):
            raise SaveError("A model with trees of a booster and trees of scikit-learn is not covered: ONNX has no version with both.")
        needed = 5
    elif any(node.op_type == "LabelEncoder" and any(one.name == "keys_tensor" for one in node.attribute) for node in nodes):
        needed = 4
    for opset in proto.opset_import:
        if opset.domain == "ai.onnx.ml":
            opset.version = max(opset.version, needed)
