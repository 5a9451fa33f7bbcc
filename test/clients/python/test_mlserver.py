"""`mlserver infer`: MLServer's command for batches."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from deployment import columns, get_json, http_address, tabular

MLSERVER = shutil.which("mlserver", path=str(Path(sys.executable).parent))


def infer(folder: Path, name: str, requests: list[dict], *options: str) -> list[dict]:
    """The answers, in the order of the requests."""
    asked, answered = folder / "requests.jsonl", folder / "answers.jsonl"
    asked.write_text("".join(json.dumps(request) + "\n" for request in requests))
    command = [MLSERVER, "infer", "-u", http_address(), "-m", name, "-i", asked, "-o", answered, "-r", "1", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in answered.read_text().splitlines()]
    return sorted(answers, key=lambda answer: answer["parameters"]["batch_index"])


def requests_of(name: str, size: int) -> list[dict]:
    model = tabular(name)
    described = get_json(f"/v2/models/{name}")["inputs"]
    requests = []
    for at in range(0, len(model.rows), size):
        arrays = columns(name, model.rows[at : at + size], described)
        inputs = [
            {"name": tensor["name"], "shape": list(array.shape), "datatype": tensor["datatype"], "data": array.reshape(-1).tolist()}
            for tensor, array in zip(described, arrays, strict=True)
        ]
        requests.append({"id": f"{name}-{at}", "inputs": inputs})
    return requests


@pytest.mark.parametrize("options", [[], ["--batch-size", "10", "--workers", "3"], ["--binary-data", "--batch-size", "7"]])
def test_infer(tmp_path, options):
    requests = requests_of("iris", 3)
    answers = infer(tmp_path, "iris", requests, *options)
    assert [answer["id"] for answer in answers] == [request["id"] for request in requests]
    found = {
        name: np.concatenate([np.reshape(o["data"], o["shape"]) for answer in answers for o in answer["outputs"] if o["name"] == name])
        for name in ("label", "probabilities")
    }
    tabular("iris").check(found["label"], found["probabilities"])


def test_error(tmp_path):
    (answer,) = infer(tmp_path, "no-such-model", requests_of("iris", 150))
    assert "no-such-model" in answer["error"]["msg"]
