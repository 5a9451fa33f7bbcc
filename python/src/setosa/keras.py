"""Keras networks to ONNX, through Keras's own export."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from .errors import SaveError
from .network import Array, Exported

OPSET = 18


def export_keras(model: Any, inputs: Mapping[str, Array] | Sequence[Array]) -> Exported:
    """The graph of a Keras 3 model, and how Keras answers."""
    import keras

    if not isinstance(model, keras.Model):
        kind = f"{type(model).__module__}.{type(model).__name__}"
        raise SaveError(f"setosa.save takes Keras models (keras.Model), not a {kind}: wrap it in one.")
    given = [np.asarray(array) for array in (inputs.values() if isinstance(inputs, Mapping) else inputs)]
    if not model.built:
        raise SaveError("The Keras model has no weights yet: call or fit it first.")
    names = [tensor.name for tensor in model.inputs]
    if isinstance(inputs, Mapping):
        absent = [name for name in names if name not in inputs]
        if absent or len(inputs) != len(names):
            raise SaveError(f"X has arrays for {', '.join(map(repr, inputs))}, and the network's inputs are {', '.join(map(repr, names))}.")
        given = [np.asarray(inputs[name]) for name in names]
    if len(given) != len(names):
        raise SaveError(f"X has {len(given)} arrays and the network has {len(names)} inputs: {', '.join(map(repr, names))}.")
    dtypes = [str(tensor.dtype) for tensor in model.inputs]

    def run(arrays: Sequence[Array]) -> list[Array]:
        cast = [np.asarray(array).astype(dtype) for array, dtype in zip(arrays, dtypes, strict=True)]
        # Call, not predict: predict compiles anew for each number of rows.
        answer = model(cast if len(cast) > 1 else cast[0], training=False)
        return [keras.ops.convert_to_numpy(value) for value in keras.tree.flatten(answer)]

    # Keras exports only what was called.
    run([array[:1] for array in given])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        try:
            model.export(str(path), format="onnx", verbose=False, opset_version=OPSET)
        except ImportError as error:
            raise SaveError(f"Keras needs tf2onnx to export to ONNX: pip install tf2onnx ({error})") from error
        except Exception as error:
            raise SaveError(f"Keras cannot export the {type(model).__name__} to ONNX: {str(error)[:300]}") from error
        proto = onnx.load(path)
    _name_outputs(proto, model)
    _write_erfc(proto)
    return Exported(proto, run, {"name": "keras", "version": keras.__version__, "estimator": type(model).__name__})


def _name_outputs(proto: onnx.ModelProto, model: Any) -> None:
    """Calls the outputs what the model calls them: tf2onnx says `Identity:0`."""
    graph = proto.graph
    names = list(getattr(model, "output_names", []))
    if len(names) != len(graph.output) or len(set(names)) != len(names):
        names = [f"output_{i}" for i in range(len(graph.output))]
    taken = {name for node in graph.node for name in [*node.input, *node.output]} | {tensor.name for tensor in graph.initializer}
    for output, name in zip(graph.output, names, strict=True):
        if name in taken:
            continue
        for node in graph.node:
            node.input[:] = [name if value == output.name else value for value in node.input]
            node.output[:] = [name if value == output.name else value for value in node.output]
        output.name = name


def _write_erfc(proto: onnx.ModelProto) -> None:
    """Writes erfc(x), which Keras's gelu is made of and ONNX does not have, as 1 - erf(x)."""
    graph = proto.graph
    nodes = list(graph.node)
    if all(node.op_type != "Erfc" for node in nodes):
        return
    del graph.node[:]
    graph.initializer.append(helper.make_tensor("setosa_erfc_one", TensorProto.FLOAT, [], [1]))
    for node in nodes:
        if node.op_type != "Erfc":
            graph.node.append(node)
            continue
        erf = f"{node.output[0]}_erf"
        graph.node.append(helper.make_node("Erf", list(node.input), [erf], name=f"{node.name}_erf"))
        graph.node.append(helper.make_node("Sub", ["setosa_erfc_one", erf], list(node.output), name=node.name))
