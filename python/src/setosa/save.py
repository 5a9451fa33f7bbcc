"""`setosa.save`: one line from a fitted model to a file that serves it."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from .distribution import distribution
from .errors import SaveError
from .export import Export, candidates
from .framework import Answers, Model, read_model
from .network import Network, export_network, framework_of, read_network
from .parity import parity, parity_rows
from .probes import attempt, blended, changed, missing_allowed, rounds_before_trees, threshold_rows, unknown_allowed, unknown_value
from .signature import dump, signature
from .table import Table, read_table
from .tensors import read_tensors, tensors_proto
from .verify import Session, mismatch

#: Rows of X that the exported graph is checked on, and rows that are made at split thresholds.
CHECKED_ROWS, CHECKED_THRESHOLDS = 10_000, 600
#: Rows between those of X on which a candidate is compared with the next one.
BLENDED_ROWS = 200
#: The share of the tolerance within which the first candidate is taken without trying the next.
ROOM = 0.3
#: What a model name may be: it becomes part of a URL.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def save(
    model: Any,
    path: str | os.PathLike[str],
    X: Any,  # noqa: N803 - scikit-learn's own name for it
    *,
    class_names: Sequence[Any] | Mapping[Any, Any] | None = None,
    feature_names: Sequence[str] | None = None,
    name: str | None = None,
    version: str | None = None,
    rows: int = 20,
    trained_at: datetime.datetime | None = None,
) -> Path:
    """Saves a fitted model of scikit-learn, XGBoost, LightGBM, CatBoost, Keras or PyTorch as one ONNX file that Setosa serves.

    The file carries what a client has to know (features, types, categories, ranges, classes), rows with the
    model's own answers, and counts of how ``X`` and the answers to it are distributed. It is written only after
    the exported graph was shown to give the model's answers on ``X``, next to the split thresholds of its trees,
    and with missing values and unknown categories where the model takes them.

    Args:
        model: A fitted classifier, regressor, or Pipeline that ends in one; a booster of XGBoost or LightGBM; a Keras model; a
            torch.nn.Module.
        path: Where to write; an existing file is replaced, at once or not at all.
        X: The rows the model was trained on, or a sample: a pandas or polars frame, or an array. For a network
            over tensors an array, a tuple of arrays, or a dict of them by input name.
        class_names: What clients see instead of ``model.classes_``: a list in its order, or a dict.
            For a network over rows of features, the classes in the order of its outputs: with them it is a classifier.
        feature_names: Names of the columns, when X is an array; default x0, x1, …
        name: The model's name in URLs; default the file's name without its ending.
        version: The model's version; default "1" when served.
        rows: How many parity rows the file carries.
        trained_at: When it was trained; default now (or ``SOURCE_DATE_EPOCH``, for reproducible files).

    Returns:
        The path that was written.

    Raises:
        SaveError: The model cannot be saved so that it answers as it does in Python.

    """
    target = Path(path)
    if target.suffix != ".onnx":
        raise SaveError(f"The path must end in .onnx; it is {str(target)!r}.")
    if name is not None and not NAME.fullmatch(name):
        raise SaveError(f"The name {name!r} cannot be part of a URL: use letters, digits, '.', '_' and '-'.")
    if version is not None and not NAME.fullmatch(version):
        raise SaveError(f"The version {version!r} cannot be part of a URL: use letters, digits, '.', '_' and '-'.")
    if not 1 <= rows <= 10_000:
        raise SaveError(f"rows must be between 1 and 10000; it is {rows}.")
    network = framework_of(model)
    if network is not None:
        proto = _build_network(model, network, X, class_names, feature_names, name, version, rows, trained_at)
        _write(target, proto.SerializeToString(deterministic=True))
        return target
    read = read_model(model, class_names)
    if feature_names is None and not hasattr(X, "columns"):
        fitted = getattr(read.estimator, "feature_names_in_", None)
        feature_names = None if fitted is None else [str(feature) for feature in fitted]
    table = read_table(X, feature_names)
    expected_width = getattr(read.estimator, "n_features_in_", len(table.columns))
    if expected_width != len(table.columns):
        raise SaveError(f"X has {len(table.columns)} columns and the model was fitted on {expected_width}.")
    proto = _build(read, table, name, version, rows, trained_at)
    _write(target, proto.SerializeToString(deterministic=True))
    return target


def _build_network(
    model: Any,
    framework: str,
    x: Any,
    class_names: Sequence[Any] | Mapping[Any, Any] | None,
    feature_names: Sequence[str] | None,
    name: str | None,
    version: str | None,
    rows: int,
    trained_at: datetime.datetime | None,
) -> onnx.ModelProto:
    """A network over rows of features where X is a frame, or rows of floats; else tensors in, tensors out."""
    is_frame = hasattr(x, "columns")
    inputs = [x.to_numpy()] if is_frame else read_tensors(x)
    is_rows = not isinstance(inputs, Mapping) and len(inputs) == 1 and inputs[0].ndim == 2
    if (class_names is not None or feature_names is not None) and not is_rows:
        raise SaveError("class_names and feature_names are for rows of features: give X as a frame or an array of two dimensions.")
    exported = export_network(model, framework, inputs)
    shapes = [len(value.type.tensor_type.shape.dim) for value in exported.proto.graph.output]
    named = is_frame or class_names is not None or feature_names is not None
    if named or (is_rows and not isinstance(inputs, Mapping) and inputs[0].dtype.kind == "f" and shapes in ([1], [2])):
        table = read_table(x if is_frame or isinstance(inputs, Mapping) else inputs[0], feature_names)
        if not table.is_numeric:
            raise SaveError("The network's features must be numbers: encode strings in the network or before it.")
        return _build(read_network(exported, class_names, len(table.columns)), table, name, version, rows, trained_at)
    return tensors_proto(exported, inputs, name, version, _time(trained_at))


def _build(
    model: Model, table: Table, name: str | None, version: str | None, rows: int, trained_at: datetime.datetime | None
) -> onnx.ModelProto:
    # Seeded: the same model and rows give the same file.
    rng = np.random.default_rng(0)
    checked = table if table.rows <= CHECKED_ROWS else table.take(np.sort(rng.permutation(table.rows)[:CHECKED_ROWS]))
    _check_answers(model, checked)
    missing = missing_allowed(model, table)
    unknown = unknown_allowed(model, table)
    checked = _with_probes(checked, missing, unknown, rng)
    export, thresholds = _faithful_export(model, checked, table, rng)

    answers = model.answer(table)
    chosen, kinds = parity_rows(table, answers.labels, thresholds, missing, unknown, rows, rng)
    carried = signature(model, table, export, missing=missing, unknown=unknown, name=name, version=version, trained_at=_time(trained_at))
    proto = export.proto
    proto.producer_name = "setosa"
    metadata = {
        "setosa.signature": carried,
        "setosa.parity": parity(chosen, kinds, model.answer(chosen)),
        "setosa.training": distribution(model, table, export, carried["features"], answers),
    }
    for key, value in metadata.items():
        proto.metadata_props.add(key=key, value=dump(value))
    return proto


def _check_answers(model: Model, table: Table) -> None:
    try:
        answers = model.answer(table)
    except Exception as error:
        raise SaveError(f"The model does not predict the rows of X: {error}") from error
    if answers.scores is not None and answers.scores.shape[1] == 0:
        raise SaveError("The model answers no columns.")
    if answers.scores is not None and not np.isfinite(answers.scores).all():
        raise SaveError("The model predicts NaN or infinity for rows of X; a JSON answer cannot hold these.")


def _with_probes(table: Table, missing: list[bool], unknown: list[bool], rng: np.random.Generator) -> Table:
    """Adds rows with a missing value and with an unknown category, for every feature that takes one."""
    sample = table.take(rng.integers(table.rows, size=3))
    result = table
    for column, (gone, new) in enumerate(zip(missing, unknown, strict=True)):
        if gone:
            result = result.concat(changed(sample, column, None))
        if new:
            result = result.concat(changed(sample, column, unknown_value(table.columns[column])))
    return result


def _faithful_export(model: Model, checked: Table, table: Table, rng: np.random.Generator) -> tuple[Export, Table | None]:
    """The first candidate that answers as the model does, and rows at its thresholds."""
    reasons: list[str] = []
    expected = model.answer(checked)
    close: tuple[Export, Table | None] | None = None
    blends = blended(table, rng, BLENDED_ROWS)
    for description, make in model.exports() if isinstance(model, Network) else candidates(model, table):
        try:
            export = make()
            session = Session(export, model)
            problem = mismatch(expected, session.answer(checked), checked, model)
            thresholds = threshold_rows(export, table, rng, CHECKED_THRESHOLDS)
            if problem is None and thresholds is not None:
                problem = mismatch(model.answer(thresholds), session.answer(thresholds), thresholds, model)
        except SaveError as error:
            problem = str(error)
        if problem is None:
            # Other rows may differ by more than these: without room to spare, one that is nearer is looked for.
            if isinstance(model, Network) or (not rounds_before_trees(export) and _has_room(model, session, checked, expected, blends)):
                return export, thresholds
            close = close or (export, thresholds)
            continue
        if problem not in reasons:
            reasons.append(f"as {description}: {problem}")
    if close is not None:
        return close
    listed = "\n".join(f"- {reason}" for reason in reasons)
    raise SaveError(f"No ONNX graph of the {model.framework()['estimator']} answers as the model does:\n{listed}")


def _has_room(model: Model, session: Session, checked: Table, expected: Answers, blends: Table) -> bool:
    """Whether the graph is well within the tolerance, and stays within it between the rows."""
    if mismatch(expected, session.answer(checked), checked, model, share=ROOM) is not None:
        return False
    return not attempt(model, blends) or mismatch(model.answer(blends), session.answer(blends), blends, model) is None


def _time(trained_at: datetime.datetime | None) -> str:
    if trained_at is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        now = datetime.datetime.now(datetime.UTC)
        trained_at = now if epoch is None else datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    if trained_at.tzinfo is None:
        raise SaveError("trained_at needs a time zone: use datetime.now(timezone.utc).")
    return trained_at.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _write(target: Path, content: bytes) -> None:
    """Replaces the file in one step, so that a server never reads half of it."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
