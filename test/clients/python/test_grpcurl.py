"""grpcurl, without any proto file of ours: it knows what server reflection tells it."""

import json
import subprocess
from pathlib import Path

import pytest

from deployment import grpc_address, label_and_probabilities, tabular

GRPCURL = Path(__file__).parents[1] / "go" / "bin" / "grpcurl"


def grpcurl(*arguments: str, data: object = None) -> str:
    options = ["-plaintext", "-max-time", "20"]
    if data is not None:
        options += ["-d", "@"]
    done = subprocess.run(
        [GRPCURL, *options, grpc_address(), *arguments], input=json.dumps(data), capture_output=True, text=True, timeout=30, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def test_list_and_describe():
    assert {"inference.GRPCInferenceService", "grpc.health.v1.Health"} <= set(grpcurl("list").split())
    assert "inference.GRPCInferenceService.ModelInfer" in grpcurl("list", "inference.GRPCInferenceService").split()
    assert "raw_input_contents" in grpcurl("describe", "inference.ModelInferRequest")


def test_calls():
    assert json.loads(grpcurl("inference.GRPCInferenceService/ServerLive")) == {"live": True}
    assert json.loads(grpcurl("grpc.health.v1.Health/Check")) == {"status": "SERVING"}
    rows = tabular("iris").rows
    tensor = {
        "name": "X",
        "datatype": "FP32",
        "shape": [len(rows), 4],
        "contents": {"fp32_contents": [value for row in rows for value in row]},
    }
    answer = json.loads(grpcurl("inference.GRPCInferenceService/ModelInfer", data={"model_name": "iris", "inputs": [tensor]}))
    tabular("iris").check(*label_and_probabilities(answer))


def test_errors():
    with pytest.raises(RuntimeError, match=r"NotFound(.|\n)*no-such-model"):
        grpcurl("inference.GRPCInferenceService/ModelInfer", data={"model_name": "no-such-model"})
