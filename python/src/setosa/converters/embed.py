"""A fitted estimator as a part of another one's graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

from ..boosters import declare_version
from ..boosters.nodes import Nodes
from ..convert import convert
from ..errors import SaveError
from ..framework import ScoreKind, read_model
from ..outputs import arrange_outputs


@dataclass(frozen=True)
class Answer:
    """The values that hold what an estimator answers."""

    #: `[rows]`: of a classifier.
    label: str | None
    #: `[rows, …]` in float64: probabilities or decisions of a classifier, values of a regressor.
    scores: str | None
    #: Which of them the scores are.
    kind: ScoreKind | None


def embed(nodes: Nodes, estimator: Any, scores: Sequence[ScoreKind] | None = None, rows: tuple[str, Any, int] | None = None) -> Answer:
    """Adds an estimator's graph over the operator's own inputs, or over `rows`: a value, its dtype and width.

    `scores` are the kinds of scores to ask for, the first that the estimator has; else probabilities before decisions.
    """
    model = read_model(estimator, None)
    if scores is not None:
        methods: dict[ScoreKind, str] = {"probability": "predict_proba", "decision": "decision_function", "distance": "transform"}
        found = [kind for kind in scores if hasattr(model.estimator, methods[kind])]
        if not found:
            raise SaveError(f"{type(estimator).__name__} has no {' or '.join(methods[kind] for kind in scores)}.")
        model = replace(model, score_kind=found[0])
    if rows is None:
        types = [(value.raw_name, value.type) for value in nodes.inputs]
        given = [value.full_name for value in nodes.inputs]
    else:
        value, dtype, width = rows
        types = [("rows", (FloatTensorType if np.dtype(dtype) == np.float32 else DoubleTensorType)([None, width]))]
        given = [value]
    proto = convert(model, types)
    declare_version(proto)
    label, answered = arrange_outputs(proto, model, sum(len(output.classes) for output in model.outputs) or None)
    name_of = nodes.copy(proto.graph, dict(zip([value.name for value in proto.graph.input], given, strict=True)))
    return Answer(
        None if label is None else name_of(label),
        None if answered is None else nodes.cast(name_of(answered), np.float64),
        model.score_kind,
    )
