"""One fitted estimator as skl2onnx and our converters write it."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import onnx
from skl2onnx import to_onnx
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator
from sklearn.base import is_classifier

from . import boosters
from .errors import SaveError
from .framework import Model
from .texts import split_vocabularies, vectorizer_options

OPSETS = {"": 18, "ai.onnx.ml": 3}


def convert(model: Model, types: list[Any]) -> onnx.ModelProto:
    """The graph of a model with inputs of these names and types."""
    # No ZipMap; decision values where there are no probabilities. Some converters refuse the one or the other.
    raw = {id(model.final): {"raw_scores": True}} if model.score_kind == "decision" and is_classifier(model.estimator) else {}
    plain = {id(model.estimator): {"zipmap": False}} if is_classifier(model.estimator) else {}
    both = {key: plain.get(key, {}) | raw.get(key, {}) for key in plain | raw}
    texts = vectorizer_options(model.estimator)
    with split_vocabularies(model.estimator):
        with contextlib.suppress(NameError):
            return _convert_with(model, types, both | texts)
        return _convert_with(model, types, raw | texts)


def _convert_with(model: Model, types: list[Any], options: dict[int, dict[str, Any]]) -> onnx.ModelProto:
    boosters.register()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return to_onnx(
                model.estimator,
                initial_types=types,
                options=options or None,
                target_opset=OPSETS,
                name=type(model.final).__name__,
            )
    except (SaveError, NameError):
        raise
    except (MissingConverter, MissingShapeCalculator) as error:
        raise SaveError(f"A step of the model has no ONNX converter: {_first_line(error)}") from error
    except Exception as error:
        raise SaveError(f"skl2onnx cannot convert the {type(model.estimator).__name__}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__
