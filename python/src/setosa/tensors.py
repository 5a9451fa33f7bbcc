"""Saves a network whose inputs are tensors: images, token ids, several inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime

from .errors import SaveError
from .network import Array, Exported
from .signature import FORMAT, dump

#: A float32 sum is as exact as its largest terms: differences are held against an output's largest value in a row.
RELATIVE, ABSOLUTE = 1e-5, 1e-6
#: Rows that are checked at once; one alone shows that the graph takes any number.
_CHECKED = (64, 1)


def read_tensors(x: Any) -> Mapping[str, Array] | list[Array]:
    """X as arrays: a dict by input name, a tuple or list of arrays, or one array."""
    if isinstance(x, Mapping):
        named = {str(name): _array(value) for name, value in x.items()}
        _same_rows(list(named.values()))
        return named
    arrays = [_array(value) for value in x] if isinstance(x, tuple) else [_array(x)]
    _same_rows(arrays)
    return arrays


def _array(value: Any) -> Array:
    # A tensor of PyTorch or TensorFlow converts itself.
    array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
    if array.dtype.kind not in "fiub":
        raise SaveError(f"An array of X is of the type {array.dtype}; networks take numbers and booleans.")
    return array


def _same_rows(arrays: Sequence[Array]) -> None:
    counts = {array.shape[0] if array.ndim else 0 for array in arrays}
    if len(counts) != 1 or 0 in counts:
        raise SaveError("X needs at least one row, and every array of it as many rows as the others.")


def tensors_proto(
    exported: Exported, inputs: Mapping[str, Array] | Sequence[Array], name: str | None, version: str | None, trained_at: str
) -> onnx.ModelProto:
    """The network's graph with its signature, checked to answer as the network does."""
    proto = exported.proto
    names = [value.name for value in proto.graph.input]
    arrays = [np.asarray(inputs[key]) for key in names] if isinstance(inputs, Mapping) else list(inputs)
    _check(exported, names, arrays)
    carried: dict[str, Any] = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "task": {"kind": "tensors"},
        "features": [],
        "framework": exported.framework,
        "trained_at": trained_at,
    }
    proto.producer_name = "setosa"
    proto.metadata_props.add(key="setosa.signature", value=dump(carried))
    return proto


def _check(exported: Exported, names: Sequence[str], arrays: Sequence[Array]) -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        onnx.checker.check_model(exported.proto)
        session = onnxruntime.InferenceSession(exported.proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise SaveError(f"onnxruntime refuses the graph: {str(error)[:300]}") from error
    outputs = [value.name for value in exported.proto.graph.output]
    for rows in _CHECKED:
        some = [array[:rows] for array in arrays]
        feeds = {
            value.name: array.astype(onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type))
            for value, array in zip(exported.proto.graph.input, some, strict=True)
        }
        try:
            found = session.run(outputs, feeds)
        except Exception as error:
            raise SaveError(f"onnxruntime cannot run the graph on {rows} rows of X: {str(error)[:300]}") from error
        for output, ours, theirs in zip(outputs, found, exported.run(some), strict=True):
            _compare(output, np.asarray(theirs), np.asarray(ours))


def _compare(output: str, expected: Array, found: Array) -> None:
    if expected.shape != found.shape:
        raise SaveError(f"For the output {output!r} the network gives the shape {expected.shape} and the graph {found.shape}.")
    if not np.isfinite(expected.astype(np.float64)).all():
        raise SaveError(f"The network's output {output!r} holds NaN or infinity for rows of X; a JSON answer cannot hold these.")
    flat = expected.reshape(len(expected), -1).astype(np.float64)
    difference = np.abs(flat - found.reshape(len(found), -1).astype(np.float64))
    allowed = np.maximum(ABSOLUTE, RELATIVE * np.abs(flat).max(axis=1, keepdims=True)) if flat.size else flat
    if expected.dtype.kind in "iub":
        allowed = np.zeros_like(flat)
    if (difference > allowed).any():
        row, position = np.unravel_index(int(np.argmax(difference - allowed)), flat.shape)
        raise SaveError(
            f"For row {row} of X the network's output {output!r} is {flat[row, position]!r} at position {position}, "
            f"and the exported graph's differs by {difference[row, position]:.3g}."
        )
