"""Trains one model of the benchmark and compiles what predicts it.

Usage: prepare.py FOLDER SPEC, the specification as JSON. Writes the model's files and info.json, last.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import onnx

from compiling import compile_predictors
from training import train


def main() -> None:
    """Makes everything in the folder that the first argument names."""
    folder = Path(sys.argv[1])
    spec = json.loads(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    trained = train(spec, folder)
    expected = trained.expected
    if trained.onnx is not None:
        onnx.save(trained.onnx, folder / "model.onnx")
    if trained.rows is not None:
        trained.rows.astype("<f4").tofile(folder / "rows.f32")
        features, rows = trained.rows.shape[1], trained.rows.shape[0]
    else:
        assert trained.objects is not None
        (folder / "rows.json").write_text(json.dumps(trained.objects))
        features, rows = len(trained.objects[0]), len(trained.objects)
    assert len(expected) == rows
    expected.astype("<f8").tofile(folder / "expected.f64")
    seconds = time.monotonic() - started
    made: dict[str, str] = {}
    absent = dict(trained.absent)
    trees = {}
    if trained.forest is not None:
        assert trained.rows is not None
        made, failed = compile_predictors(folder, spec["kind"], trained.forest, bool(spec.get("missing")))
        absent |= failed
        trees = {"nodes": trained.forest.nodes, "steps": round(trained.forest.mean_steps(trained.rows[:200]), 2)}
    info = {
        "file": trained.file,
        "features": features,
        "rows": rows,
        "width": expected.shape[1],
        "scale": float(np.sqrt(np.mean(expected.astype(np.float64) ** 2))),
        "made": made,
        "absent": absent,
        **trees,
        "trainingSeconds": round(seconds, 1),
        "compilingSeconds": round(time.monotonic() - started - seconds, 1),
    }
    (folder / "info.json").write_text(json.dumps(info, indent=1) + "\n")
    print(json.dumps(info))


main()
