"""onnxruntime, set up so that its answers do not depend on the machine."""

from __future__ import annotations

from typing import Any

import onnx
import onnxruntime

from .errors import SaveError


def start_session(proto: onnx.ModelProto) -> Any:
    """A session of one thread: the order of sums depends on the number of threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise SaveError(f"onnxruntime refuses the graph: {str(error)[:300]}") from error
