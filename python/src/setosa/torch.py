"""PyTorch modules to ONNX, through PyTorch's own exporter."""

from __future__ import annotations

import contextlib
import inspect
import io
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from .errors import SaveError
from .network import Array, Exported

OPSET = 18
#: A batch of one would become a constant of the exported graph.
_EXAMPLE_ROWS = 3


def export_torch(model: Any, inputs: Mapping[str, Array] | Sequence[Array]) -> Exported:
    """The graph of a module in evaluation mode, with any number of rows, and how PyTorch answers."""
    import torch

    if not isinstance(model, torch.nn.Module):
        raise SaveError(f"setosa.save takes a torch.nn.Module, not a {type(model).__name__}.")
    names = _parameters(model)
    if isinstance(inputs, Mapping):
        unknown = [name for name in inputs if name not in names]
        if unknown:
            raise SaveError(f"forward has no parameter {', '.join(map(repr, unknown))}; it has {', '.join(map(repr, names))}.")
        names = [name for name in names if name in inputs]
        given = [np.asarray(inputs[name]) for name in names]
    else:
        given = [np.asarray(array) for array in inputs]
        if len(given) > len(names):
            raise SaveError(f"X has {len(given)} arrays and forward has {len(names)} parameters: {', '.join(map(repr, names))}.")
        names = names[: len(given)]
    parameter = next((p for p in model.parameters() if p.is_floating_point()), None)
    floating = torch.float32 if parameter is None else parameter.dtype
    device = torch.device("cpu") if parameter is None else parameter.device

    def tensors(arrays: Sequence[Array]) -> tuple[Any, ...]:
        converted = [torch.from_numpy(np.ascontiguousarray(array)).to(device) for array in arrays]
        return tuple(tensor.to(floating) if tensor.is_floating_point() else tensor for tensor in converted)

    def run(arrays: Sequence[Array]) -> list[Array]:
        with _evaluating(model), torch.no_grad():
            answer = model(**dict(zip(names, tensors(arrays), strict=True)))
        return [value.detach().cpu().numpy() for value in _flat(answer)]

    example = [np.resize(array, (_EXAMPLE_ROWS, *array.shape[1:])) for array in given]
    count = len(run(example))
    outputs = ["output"] if count == 1 else [f"output_{i}" for i in range(count)]
    batch = torch.export.Dim("batch")
    with tempfile.TemporaryDirectory() as folder, _evaluating(model), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "model.onnx"
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                torch.onnx.export(
                    model,
                    (),
                    str(path),
                    kwargs=dict(zip(names, tensors(example), strict=True)),
                    input_names=names,
                    output_names=outputs,
                    opset_version=OPSET,
                    dynamo=True,
                    external_data=False,
                    dynamic_shapes={name: {0: batch} for name in names},
                    verbose=False,
                )
        except ImportError as error:
            raise SaveError(f"PyTorch needs onnxscript to export to ONNX: pip install onnxscript ({error})") from error
        except Exception as error:
            raise SaveError(f"PyTorch cannot export the {type(model).__name__} to ONNX: {_first_line(error)}") from error
        proto = onnx.load(path)
    return Exported(_without_traces(proto), run, {"name": "torch", "version": torch.__version__, "estimator": type(model).__name__})


def _parameters(model: Any) -> list[str]:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [name for name, parameter in inspect.signature(model.forward).parameters.items() if parameter.kind in kinds]


@contextlib.contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """Dropout and batch normalization as they predict; the modules' own modes come back."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def _flat(answer: Any) -> list[Any]:
    if isinstance(answer, Mapping):
        return [value for value in answer.values() if value is not None]
    if isinstance(answer, (tuple, list)):
        return [tensor for value in answer for tensor in _flat(value)]
    return [answer]


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]


def _without_traces(proto: onnx.ModelProto) -> onnx.ModelProto:
    """Drops the exporter's notes: they hold the folders of the machine that exported."""
    for node in proto.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in [*proto.graph.input, *proto.graph.output, *proto.graph.value_info]:
        del value.metadata_props[:]
    for tensor in proto.graph.initializer:
        del tensor.metadata_props[:]
    del proto.graph.metadata_props[:]
    del proto.metadata_props[:]
    return proto
