"""Triton's load tool, perf_analyzer: its C++ client, which asks for metadata, configuration and statistics around its load."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from deployment import grpc_address, http_address

ENVIRONMENT = Path(__file__).parents[1] / ".venv-perf"


def analyze(*options: str) -> str:
    (libraries,) = ENVIRONMENT.glob("lib/python*/site-packages/nvidia/cuda_runtime/lib")
    # A few hundred requests and no more: what is measured means nothing here.
    bounds = ["--measurement-mode", "count_windows", "--measurement-request-count", "50", "-p", "200", "-r", "3", "-s", "999"]
    done = subprocess.run(
        [ENVIRONMENT / "bin" / "perf_analyzer", "-m", "iris", *bounds, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "LD_LIBRARY_PATH": str(libraries)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(report: str) -> None:
    counted = re.search(r"Request count: (\d+)", report)
    assert counted is not None, report
    assert int(counted[1]) >= 50
    # What the server's statistics say of the same time.
    served = re.search(r"Inference count: (\d+)", report)
    assert served is not None, report
    assert int(served[1]) > 0


@pytest.mark.parametrize("form", ["binary", "json"])
def test_http(form):
    formats = [f"--input-tensor-format={form}", f"--output-tensor-format={form}"]
    check(analyze("-i", "http", "-u", http_address(), "--shape", "X:1,4", "--concurrency-range", "2", *formats))


@pytest.mark.parametrize("mode", ["--sync", "--async"])
def test_grpc(mode):
    check(analyze("-i", "grpc", "-u", grpc_address(), "--shape", "X:1,4", "--concurrency-range", "2", mode))
